import Testing

@testable import Metering

#if canImport(Glibc)
  import Glibc
#endif

@Suite("Whose work is done at a port")
struct PortServerTests {
  /// A machine where process 40 listens on port 9000 and was started by 30, 30 by the first one.
  private func machine(server: String) throws -> RecordedMachine {
    let machine = try RecordedMachine()
    try machine.folder.write(
      "proc/net/tcp",
      """
        sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
         0: 0100007F:2328 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 77 1 0 100 0 0 10 0

      """)
    let parents: [(process: Int32, parent: Int32, name: String)] = [
      (1, 0, "init"), (30, 1, "shell"), (40, 30, server), (50, 40, "worker"), (60, 30, "dimmer"),
    ]
    for (process, parent, name) in parents {
      try machine.folder.write("proc/\(process)/comm", "\(name)\n")
      try machine.folder.write(
        "proc/\(process)/stat",
        "\(process) (\(name)) S \(parent) \(Array(repeating: "0", count: 48).joined(separator: " "))")
      try machine.folder.write("proc/\(process)/fd/.keep", "")
    }
    try #require(symlink("socket:[77]", "\(machine.root.proc)/40/fd/3") == 0)
    return machine
  }

  @Test("a model server's energy is that of what is asked of it")
  func worker() throws {
    let machine = try machine(server: "llama-server")
    let server = try #require(PortServer(of: 9000, asker: 60, machine: machine.root))
    #expect(server.process == 40 && server.name == "llama-server")
    #expect(server.isWorker && !server.isRelay && !server.isAboveAsker)
  }

  @Test(
    "who only passes requests on does no work of theirs",
    arguments: ["docker-proxy", "rootlessport", "ssh", "socat", "systemd-socket-"])
  func relays(_ name: String) throws {
    let machine = try machine(server: name)
    let server = try #require(PortServer(of: 9000, asker: 60, machine: machine.root))
    #expect(server.isRelay && !server.isWorker)
  }

  @Test("a server that the asker comes from holds the asker's energy, too")
  func lineage() throws {
    let machine = try machine(server: "supervisor")
    #expect(try #require(PortServer(of: 9000, asker: 50, machine: machine.root)).isAboveAsker)
    #expect(try #require(PortServer(of: 9000, asker: 40, machine: machine.root)).isAboveAsker)
  }

  @Test("a port that nobody serves has no server")
  func nobody() throws {
    let machine = try machine(server: "llama-server")
    #expect(PortServer(of: 9001, asker: 60, machine: machine.root) == nil)
  }
}
