/// What people know a process by.
public struct ProcessDetails: Hashable, Sendable {
  /// Its command's name, as far as the kernel keeps it (15 bytes).
  public let command: String
  /// The user it runs for (real user id).
  public let user: UInt32?
  /// The number of its session's leader.
  public let session: Int32?
  /// Its control group, the path that tells most.
  public let group: String?

  /// The container or the job that its group belongs to.
  public var workload: Workload? { group.flatMap { Workload(path: $0) } }

  /// Details.
  public init(command: String, user: UInt32?, session: Int32?, group: String?) {
    self.command = command
    self.user = user
    self.session = session
    self.group = group
  }
}

/// Reads details of the processes that are shown, each once in its life: hundreds that nobody looks at cost nothing.
public final class ProcessDetailsReader {
  private let root: String
  private let buffer = FileBuffer()
  private var known: [ProcessIdentity: ProcessDetails] = [:]

  /// A reader of a machine's processes.
  public init(machine: MachineRoot = .here) { root = machine.proc }

  /// Details of a process; `nil` when it is gone, though its number may be another's by now.
  public func details(of identity: ProcessIdentity) -> ProcessDetails? {
    if let details = known[identity] { return details }
    let folder = "\(root)/\(identity.pid)"
    guard let line = buffer.text(at: "\(folder)/stat"), ProcessStat(line)?.startTicks == identity.startTicks,
      let command = ProcessStat.command(in: line), let bracket = line.lastIndex(of: ")")
    else { return nil }
    // Behind the name: state, parent, process group, session.
    let words = line[line.index(after: bracket)...].split(separator: " ", maxSplits: 4)
    let details = ProcessDetails(
      command: command, user: user(folder), session: words.count > 3 ? Int32(words[3]) : nil,
      group: buffer.text(at: "\(folder)/cgroup").flatMap { ControlGroupPaths(parsing: $0).telling })
    known[identity] = details
    return details
  }

  /// Forgets all processes that are not in a table.
  public func forget(except table: ProcessTable) {
    let shown = Set(table.rows.map(\.identity))
    known = known.filter { shown.contains($0.key) }
  }

  private func user(_ folder: String) -> UInt32? {
    guard let bytes = buffer.contents(ofFileAt: "\(folder)/status") else { return nil }
    var scanner = ByteScanner(bytes)
    guard scanner.seek(line: "Uid:") else { return nil }
    return scanner.number().flatMap { UInt32(exactly: $0) }
  }
}
