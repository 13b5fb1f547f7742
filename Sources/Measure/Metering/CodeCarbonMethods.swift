import Methods
import Quantities

/// CodeCarbon's formulas, for those who compare its figures with ours.
extension MeteringMethods {
  static let codeCarbonLoad: MethodID = "codecarbon-load@1"
  static let codeCarbonProcessLoad: MethodID = "codecarbon-process-load@1"
  static let codeCarbonMemory: MethodID = "codecarbon-memory@1"

  private static let hardware = Source("CodeCarbon 3.3.2, mlco2/codecarbon, codecarbon/external/hardware.py")

  static let codeCarbonMethods: [Method] = [
    Method(
      codeCarbonLoad, "Processor power of a whole machine from its load, as CodeCarbon has it",
      formula: "P = TDP x (0.1 + 0.9 x load^3)", citation: hardware,
      inputs: loadInputs("busy part of all hardware threads"),
      outputs: [MethodParameter("power_watts", unit: "W", "power of the machine's processors")]
    ) { arguments throws(MethodError) in ["power_watts": try power(arguments, .machine)] },
    Method(
      codeCarbonProcessLoad, "Processor power of a tree of processes from its CPU time, as CodeCarbon has it",
      formula: "P = TDP x load", citation: hardware,
      inputs: loadInputs("CPU time of the processes as a part of all hardware threads' time"),
      outputs: [MethodParameter("power_watts", unit: "W", "power of the processes")]
    ) { arguments throws(MethodError) in ["power_watts": try power(arguments, .process)] },
    Method(
      codeCarbonMemory, "Memory power from a supposed number of modules, as CodeCarbon has it",
      formula: "P = base x (first 4 + 0.9 x next 4 + 0.8 x next 8 + 0.7 x rest of n modules), 2 x base at the least; "
        + "base = 5 W, 1.5 W on ARM; n by the size",
      citation: Source("CodeCarbon 3.3.2, mlco2/codecarbon, codecarbon/external/ram.py"),
      inputs: [
        MethodParameter("size_gibibytes", unit: "GiB", "memory, 2^30 bytes", in: 0...10_000_000),
        MethodParameter("is_arm", "1 for an ARM machine, 0 for x86", default: .number(0), in: 0...1),
      ],
      outputs: [MethodParameter("power_watts", unit: "W", "power")]
    ) { arguments throws(MethodError) in
      let size = Bits.bytes(try arguments.number("size_gibibytes") * 1_073_741_824)
      let isARM = try arguments.number("is_arm") >= 0.5
      return ["power_watts": .number(CodeCarbonMemory.power(size: size, architecture: isARM ? .arm : .x86).watts)]
    },
  ]

  private static func loadInputs(_ load: String) -> [MethodParameter] {
    [
      MethodParameter("tdp_watts", unit: "W", "thermal design power of all packages", in: 0...100_000),
      MethodParameter("load", load, in: 0...1),
    ]
  }

  private static func power(
    _ arguments: MethodArguments, _ tracking: CodeCarbonLoad.Tracking
  ) throws(MethodError) -> MethodValue {
    let model = CodeCarbonLoad(
      thermalDesignPower: .watts(try arguments.number("tdp_watts")), tracking: tracking)
    return .number(model.power(load: try arguments.number("load")).watts)
  }
}
