import Methods
import Quantities

/// Methods of GPUs whose driver says less than their energy.
extension MeteringMethods {
  static let sliceShare: MethodID = "gpu-slice-share@1"
  static let parkedBreakEven: MethodID = "parked-break-even@1"

  /// Assumed as wide as a load model: an instance with a process may work hard or not at all.
  static let sliceShareRelative = loadModelRelative

  static let nvmlMethods: [Method] = [
    Method(
      sliceShare, "A process's part of the active energy of a GPU that is cut into instances",
      formula: "E_run = (E - E_idle) x slices of its instance / slices of all instances with a process",
      citation: Source(
        "NVIDIA, NVML API reference, nvmlDeviceGetAttributes (gpuInstanceSliceCount); power per instance does not exist"
      ),
      inputs: [
        MethodParameter("energy_joules", unit: "J", "all energy of the board", in: 0...9e12),
        MethodParameter("idle_joules", unit: "J", "idle energy", default: .number(0), in: 0...9e12),
        MethodParameter("run_slices", "slices of the run's instance", in: 0...64),
        MethodParameter("held_slices", "slices of all instances with a process", in: 0...64),
      ],
      outputs: [MethodParameter("run_joules", unit: "J", "the run's energy")]
    ) { arguments throws(MethodError) in
      let run = try arguments.number("run_slices")
      let held = try arguments.number("held_slices")
      guard held >= run, held > 0 else { throw .noAnswer("the run's slices are some of those with a process") }
      let parts = Attribution.share(
        Microjoules(.joules(try arguments.number("energy_joules"))),
        idle: Microjoules(.joules(try arguments.number("idle_joules"))), activity: [run, held - run])
      return ["run_joules": .number(parts.shares[0].energy.joules)]
    },
    Method(
      parkedBreakEven, "How long a model must stay unused for unloading it to save energy",
      formula: "t = energy of loading it again / power above bare idle while it is parked",
      citation: Source("arXiv 2605.23918: an open context lifts H100 and A100 by 26 to 50 W, L40S by 66 W"),
      inputs: [
        MethodParameter("reload_joules", unit: "J", "energy of loading it again", in: 0...9e12),
        MethodParameter("parked_watts", unit: "W", "power above bare idle", in: 0...10_000),
      ],
      outputs: [MethodParameter("duration_seconds", unit: "s", "time")]
    ) { arguments throws(MethodError) in
      let span = ParkedContext.unloadBreakEven(
        reload: .joules(try arguments.number("reload_joules")), parked: .watts(try arguments.number("parked_watts")))
      guard let span else { throw .noAnswer("a context that takes no power above idle never pays for unloading") }
      return ["duration_seconds": .number(span.seconds)]
    },
  ]
}
