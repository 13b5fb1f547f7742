import Testing

@testable import Metering

@Suite("What a meter is told")
struct MeterOptionsTests {
  @Test("which machine to read becomes arguments and comes back the same")
  func roundTrip() throws {
    var options = MeterOptions()
    options.gpuLibrary = "/lib/x y.so"
    options.machine = MachineRoot(proc: "/host/proc", sys: "/host/sys")
    options.model = .codeCarbonProcess
    #expect(try MeterOptions(parsing: options.machineArguments) == options)
    #expect(MeterOptions().machineArguments.isEmpty)
  }

  @Test("who is measured, for how long, and whether anybody is asked are told by name")
  func subject() throws {
    let options = try MeterOptions(parsing: ["--seconds", "3", "--host-only", "--cgroup", "/a b", "--pid", "42"])
    #expect(options.seconds == 3 && options.isHostOnly && options.group == "/a b" && options.pid == 42)
    let silent = MeterOptions()
    #expect(silent.seconds == nil && !silent.isHostOnly && silent.group == nil && silent.pid == nil)
  }

  @Test(
    "what cannot be is refused by name",
    arguments: [
      ["--period-ms", "5"], ["--fd", "x"], ["--socket"], ["--fd", "-1"], ["--model", "guess"], ["--seconds", "0"],
      ["--pid", "x"], ["--cgroup"], ["--what"],
    ])
  func refused(arguments: [String]) {
    let error = #expect(throws: MeteringError.self) { try MeterOptions(parsing: arguments) }
    #expect(error?.description.contains(arguments[0]) == true)
  }
}
