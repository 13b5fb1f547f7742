/// A thing in the ledger that a text names.
public enum LedgerReference: Hashable, Sendable, CustomStringConvertible {
  /// A run, job, serve, demo, probe or calibration.
  case activity(ActivityID)
  /// A request.
  case request(ActivityID)
  /// A figure of an activity or of a request.
  case figure(FigureID)
  /// A decision.
  case decision(DecisionID)
  /// A grid value.
  case signal(SignalID)
  /// A calibrated variant.
  case variant(VariantID)

  /// The thing of exactly that id; `nil` for any other text.
  public init?(parsing text: some StringProtocol) {
    if let id = FigureID(parsing: text) {
      self = .figure(id)
    } else if let id = ActivityID(parsing: text) {
      self = id.kind == .request ? .request(id) : .activity(id)
    } else if let id = DecisionID(parsing: text) {
      self = .decision(id)
    } else if let id = SignalID(parsing: text) {
      self = .signal(id)
    } else if let id = VariantID(parsing: text) {
      self = .variant(id)
    } else {
      return nil
    }
  }

  public var description: String {
    switch self {
    case .activity(let id), .request(let id): id.description
    case .figure(let id): id.description
    case .decision(let id): id.description
    case .signal(let id): id.description
    case .variant(let id): id.description
    }
  }

  /// The letters that ids in a ledger begin with.
  static let prefixes =
    ActivityKind.allCases.map(\.prefix) + [DecisionID.prefix, SignalID.prefix, VariantID.prefix]
}
