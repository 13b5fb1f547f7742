#if canImport(Glibc)
  import Glibc
#endif

/// The process behind a TCP port of this machine, and whether what is asked there is its own work.
public struct PortServer: Hashable, Sendable {
  /// Its number.
  public let process: Int32
  /// Its name, as the kernel has it: 15 letters at most.
  public let name: String
  /// Whether it only passes on what others serve: its energy is not theirs.
  public let isRelay: Bool
  /// Whether the process that asks comes from it, as all do from a machine's first one: its energy is that of both.
  public let isAboveAsker: Bool

  /// Whether its energy, with that of what it starts, is the energy of what is asked at the port.
  public var isWorker: Bool { !isRelay && !isAboveAsker }

  /// The server of a port; `nil` when nobody listens there or its processes may not be looked at.
  ///
  /// - Parameter asker: the process that wants to know; this one when none is given.
  public init?(of port: Int, asker: Int32? = nil, machine: MachineRoot = .here) {
    guard let process = PortOwner.process(listeningOn: port, machine: machine) else { return nil }
    self.process = process
    name = FileBuffer().text(at: "\(machine.proc)/\(process)/comm") ?? "unknown"
    isRelay = Self.relays.contains(name)
    isAboveAsker = Self.lineage(of: asker ?? getpid(), machine: machine).contains(process)
  }

  /// Programs that listen for a server elsewhere: in a container, or at the other end of a tunnel.
  private static let relays: Set = [
    "docker-proxy", "rootlessport", "slirp4netns", "pasta", "pasta.avx2", "conmon", "ssh", "sshd", "socat",
    "systemd-socket-",
  ]

  /// A process, its parent, and so on up to the first.
  private static func lineage(of process: Int32, machine: MachineRoot) -> Set<Int32> {
    let buffer = FileBuffer()
    var line: Set<Int32> = [1]
    var current = process
    while current > 1, line.insert(current).inserted {
      guard let stat = buffer.text(at: "\(machine.proc)/\(current)/stat").flatMap({ ProcessStat($0) }) else { break }
      current = stat.parent
    }
    return line
  }
}
