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

  @Test("top's rows, idle, Dimmer's own and unattributed make up what was read; who burns is first")
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
      let first = try #require(rows.first)
      #expect(try first["pids"].array.first?.int == Int(burner.pid))
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
