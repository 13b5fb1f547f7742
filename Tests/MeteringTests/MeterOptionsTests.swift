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

  @Test(
    "what cannot be is refused by name",
    arguments: [
      ["--period-ms", "5"], ["--fd", "x"], ["--socket"], ["--fd", "-1"], ["--model", "guess"], ["--what"],
    ])
  func refused(arguments: [String]) {
    let error = #expect(throws: MeteringError.self) { try MeterOptions(parsing: arguments) }
    #expect(error?.description.contains(arguments[0]) == true)
  }
}
