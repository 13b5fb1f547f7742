import Quantities

/// What kind of work an activity is.
public enum ActivityKind: String, Hashable, Sendable, Codable, CaseIterable {
  /// A command measured by `dimmer run`.
  case run
  /// One inference request.
  case request
  /// A job that holds runs.
  case job
  /// A short measurement of the machine or the grid.
  case probe
  /// A gateway from start to stop.
  case serve
  /// One run of `dimmer demo`.
  case demo
  /// Measuring a variant's energy and quality.
  case calibration

  /// The letters its ids begin with.
  public var prefix: String {
    switch self {
    case .run: "run"
    case .request: "req"
    case .job: "job"
    case .probe: "prb"
    case .serve: "srv"
    case .demo: "dem"
    case .calibration: "cal"
    }
  }

  /// The kind whose ids begin with those letters.
  public init?(prefix: some StringProtocol) {
    guard let kind = ActivityKind.allCases.first(where: { $0.prefix == prefix }) else { return nil }
    self = kind
  }
}

/// The id of an activity: `run_01k…`, `req_01k…`, `srv_01k…`.
public struct ActivityID: LedgerIdentifier {
  /// What kind of work it names.
  public let kind: ActivityKind
  public let ulid: ULID

  /// The id of that kind and ULID.
  public init(_ kind: ActivityKind, _ ulid: ULID) {
    self.kind = kind
    self.ulid = ulid
  }

  public init?(parsing text: some StringProtocol) {
    let parts = text.split(separator: "_", omittingEmptySubsequences: false)
    guard parts.count == 2, let kind = ActivityKind(prefix: parts[0]), let ulid = ULID(parsing: parts[1]) else {
      return nil
    }
    self.init(kind, ulid)
  }

  public var prefix: String { kind.prefix }
}
