#if canImport(Glibc)
  import Glibc
#endif

/// Finds the process that serves a TCP port of this machine, so that its energy can be told apart.
public enum PortOwner {
  /// The process that listens on a port: of several that share the socket, as a server's workers do, the first, which is
  /// the others' parent.
  ///
  /// - Returns: `nil` when nobody listens there, or the processes of its user may not be looked at.
  public static func process(listeningOn port: Int, machine: MachineRoot = .here) -> Int32? {
    // Connections come and go between the pages of the kernel's table: a line can be passed over once.
    var inodes: [UInt64] = []
    for _ in 0..<3 where inodes.isEmpty {
      inodes = ["tcp", "tcp6"].flatMap { table in
        listening(on: port, in: FileBuffer(capacity: 1 << 16).text(at: "\(machine.proc)/net/\(table)") ?? "")
      }
    }
    let sockets = Set(inodes.map { "socket:[\($0)]" })
    guard !sockets.isEmpty else { return nil }
    let processes = (Folder.names(at: machine.proc) ?? []).compactMap { Int32($0) }.sorted()
    return processes.first { process in
      let folder = "\(machine.proc)/\(process)/fd"
      return (Folder.names(at: folder) ?? []).contains { sockets.contains(target(of: "\(folder)/\($0)") ?? "") }
    }
  }

  /// The inodes of sockets that listen on a port, by the kernel's table (proc(5): local address and port in hexadecimal,
  /// state 0A is listening, the tenth word is the inode).
  static func listening(on port: Int, in table: String) -> [UInt64] {
    table.split(separator: "\n").dropFirst().compactMap { line in
      let words = line.split(separator: " ", omittingEmptySubsequences: true)
      guard words.count > 9, words[3] == "0A", let colon = words[1].lastIndex(of: ":"),
        Int(words[1][words[1].index(after: colon)...], radix: 16) == port
      else { return nil }
      return UInt64(words[9])
    }
  }

  private static func target(of link: String) -> String? {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { buffer in
      guard let start = buffer.baseAddress else { return nil }
      let count = readlink(link, start, 64)
      guard count > 0, count < 64 else { return nil }
      return String(decoding: buffer[0..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
  }
}
