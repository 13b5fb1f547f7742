import Foundation
import Testing

@Suite("What can be read, and who takes the power")
struct DoctorAndTopTests {
  @Test("doctor lists every source with whether it is read, why, and how far off it may be")
  func doctor() async throws {
    try await Workspace.use { space in
      let ending = try await space.dimmer("doctor", "--json")
      #expect(ending.status == 0, "\(ending.error)")
      let sources = try JSON(ending.output)["sources"].array
      let kinds = Set(try sources.map { try $0["kind"].text() })
      #expect(kinds.isSuperset(of: ["powercap", "perf", "hwmon", "nvml", "amdgpu", "battery", "prometheus"]))
      for source in sources {
        #expect(try !source["name"].text().isEmpty && !source["reason"].text().isEmpty)
        let isUsed = source["used"].bool == true
        // What is used is readable and says how far off it may be.
        #expect(!isUsed || (source["readable"].bool == true && source["expected_error_percent"].double != nil))
      }
      #expect(sources.contains { $0["component"].string == "cpu" && $0["used"].bool == true })
      let text = try await space.dimmer("doctor")
      #expect(text.output.contains("used") && text.output.contains("meter service: DIMMER_METER_SOCKET is empty"))
    }
  }

  @Test("A recorded machine is looked at as the one it was recorded on, and holds no command line")
  func recorded() async throws {
    try await Workspace.use { space in
      let secret = try space.start(program: ["sh", "-c", "sleep 60 # s3cret"])
      let folder = space.file("machine")
      let made = try await space.dimmer("record", folder, "--seconds", "1", "--period", "200ms")
      secret.signalGroup(SIGKILL)
      #expect(made.status == 0, "\(made.error)")
      let search = try await space.start(program: ["grep", "-r", "s3cret", folder]).end()
      #expect(search.status == 1 && search.output.isEmpty)
      let kinds = { (text: String) in try JSON(text)["sources"].array.map { [$0["kind"].string, $0["reason"].string] } }
      let here = try await space.dimmer("doctor", "--json")
      let there = try await space.dimmer("doctor", "--json", "--machine", folder)
      #expect(there.status == 0, "\(there.error)")
      #expect(try kinds(there.output).map { $0[0] } == kinds(here.output).map { $0[0] })
      let again = try await space.dimmer("record", folder, "--seconds", "1")
      #expect(again.status != 0)
      #expect(try await space.dimmer("doctor", "--machine", space.folder).status == 65)
      let meter = try Programs.path("dimmer-meter")
      #expect(try await space.start(program: [meter, "serve", "--machine", folder]).end().status == 64)
    }
  }

  @Test("top's rows, idle, Dimmer's own and unattributed make up what was read; who takes most is first")
  func top() async throws {
    try await Workspace.use(.alone) { space in
      let burner = try space.start(program: ["sh", "-c", "while :; do :; done"])
      let ending = try await space.dimmer("top", "--json", "--rows", "100000", "--period", "500ms")
      burner.signalGroup(SIGKILL)
      #expect(ending.status == 0, "\(ending.error)")
      let table = try JSON(ending.output)
      let rows = table["rows"].array
      let sum = rows.compactMap { $0["microjoules"].int }.reduce(0, +)
      #expect(sum == table["processes_microjoules"].int)
      let parts = ["processes", "idle", "self", "unattributed"].compactMap { table["\($0)_microjoules"].int }
      #expect(parts.count == 4 && parts.reduce(0, +) == table["host_microjoules"].int)
      // Whatever else is at work on the machine, the order is that of what was taken, and who burns took of it.
      let taken = rows.compactMap { $0["microjoules"].int }
      #expect(taken == taken.sorted(by: >))
      let own = rows.first { $0["pids"].array.first?.int == Int(burner.pid) }
      #expect(try #require(own)["microjoules"].int ?? 0 > 0)
    }
  }

  @Test("In a pipe top prints one table; wrong options are told", arguments: ["process", "tree", "container", "user"])
  func pipe(grouping: String) async throws {
    try await Workspace.use { space in
      let ending = try await space.dimmer("top", "--by", grouping, "--period", "100ms", "--rows", "3")
      #expect(ending.status == 0, "\(ending.error)")
      #expect(ending.output.contains("WATTS") && !ending.output.contains("\u{1B}"))
      #expect(try await space.dimmer("top", "--period", "1us").status == 64)
    }
  }
}
