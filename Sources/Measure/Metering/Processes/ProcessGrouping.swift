public import Quantities

/// What rows of the process table are put together by.
public enum ProcessGrouping: String, Hashable, Sendable, CaseIterable {
  /// Each for itself.
  case process
  /// All of a session: a login, a terminal, a service, a batch job.
  case tree
  /// All of a container or a Slurm job; the host's own together.
  case container
  /// All of a user.
  case user
}

/// Rows of the process table that belong together.
public struct ProcessGroupRow: Hashable, Sendable {
  /// What they have in common.
  public enum Key: Hashable, Sendable {
    /// One process.
    case process(ProcessIdentity)
    /// The session's leader.
    case session(Int32)
    /// The container or job.
    case workload(Workload)
    /// No container and no job.
    case host
    /// The user's id.
    case user(UInt32)
    /// It ended before it could be asked, or may not be asked.
    case unknown
  }

  /// What they have in common.
  public let key: Key
  /// The processes, those that took most first.
  public private(set) var rows: [ProcessRow]
  /// CPU nanoseconds of all.
  public var nanoseconds: UInt64 { rows.reduce(0) { $0 &+ $1.nanoseconds } }
  /// Percent of one processor's time, of all.
  public var percent: Double { rows.reduce(0) { $0 + $1.percent } }
  /// Resident bytes of all; what they share counts with each.
  public var residentBytes: UInt64 { rows.reduce(0) { $0 &+ $1.residentBytes } }
  /// GPU weight of all.
  public var gpuWeight: Double { rows.reduce(0) { $0 + $1.gpuWeight } }
  /// Each component's energy, of all.
  public var energy: [Component: Microjoules] {
    rows.reduce(into: [:]) { sum, row in for (component, part) in row.energy { sum[component, default: .zero] += part }
    }
  }
  /// All components together.
  public var total: Microjoules { rows.reduce(.zero) { $0 + $1.total } }

  init(key: Key, rows: [ProcessRow]) {
    self.key = key
    self.rows = rows
  }
}

extension ProcessTable {
  /// Rows put together, those that took most first; each row is in exactly one of them.
  ///
  /// - Parameters:
  ///   - grouping: by what.
  ///   - details: tells of a process; `nil` for one that is gone. It is not asked for the grouping `process`.
  public func grouped(
    by grouping: ProcessGrouping, details: (ProcessIdentity) -> ProcessDetails?
  ) -> [ProcessGroupRow] {
    var order: [ProcessGroupRow.Key] = []
    var members: [ProcessGroupRow.Key: [ProcessRow]] = [:]
    for row in rows {
      let key = Self.key(of: row, grouping, details)
      if members[key] == nil { order.append(key) }
      members[key, default: []].append(row)
    }
    let groups = order.map { ProcessGroupRow(key: $0, rows: members[$0] ?? []) }
    // Groups that took the same stay in the order of their first rows.
    return groups.enumerated().sorted {
      let left = ($0.element.total, $0.element.nanoseconds)
      let right = ($1.element.total, $1.element.nanoseconds)
      return left == right ? $0.offset < $1.offset : left > right
    }.map(\.element)
  }

  private static func key(
    of row: ProcessRow, _ grouping: ProcessGrouping, _ details: (ProcessIdentity) -> ProcessDetails?
  ) -> ProcessGroupRow.Key {
    guard grouping != .process else { return .process(row.identity) }
    guard let details = details(row.identity) else { return .unknown }
    switch grouping {
    case .process: return .process(row.identity)
    case .tree: return details.session.map { .session($0) } ?? .unknown
    case .container: return details.group == nil ? .unknown : details.workload.map { .workload($0) } ?? .host
    case .user: return details.user.map { .user($0) } ?? .unknown
    }
  }
}
