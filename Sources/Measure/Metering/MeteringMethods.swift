public import Methods
import Quantities

/// The methods of this room, each beside the function that hot code calls.
public enum MeteringMethods {
  static let loadCurve: MethodID = "load-curve@1"
  static let vcpuLoad: MethodID = "vcpu-load@1"
  static let memoryPower: MethodID = "memory-power@1"
  static let raplCounter: MethodID = "rapl-counter@1"
  static let nvmlCounter: MethodID = "nvml-counter@1"
  static let nvmlPower: MethodID = "nvml-power@1"
  static let sensorCounter: MethodID = "sensor-counter@1"
  static let sensorPower: MethodID = "sensor-power@1"
  static let gpuLoad: MethodID = "gpu-load@1"
  static let loadFit: MethodID = "load-fit@1"
  static let idleByModel: MethodID = "idle-by-model@1"
  static let idleByUse: MethodID = "idle-by-use@1"
  static let cpuTime: MethodID = "attribution-by-cpu-time@1"
  static let idleByReservation: MethodID = "idle-by-reservation@1"

  /// Models of processor power were up to 40 % off wall meters in hundreds of runs (Fischer, arXiv 2509.22092).
  static let loadModelRelative = -0.4...0.4
  /// From 38 W for 512 GiB (CodeCarbon 3.x) to 0.392 W/GB (Cloud Carbon Footprint), against 0.284 W/GB.
  static let memoryRelative = (38 / 549.755813888 / 0.284 - 1)...(0.392 / 0.284 - 1)
  /// Assumed: RAPL follows the plug closely (Khan et al. 2018) but is an estimate inside the processor.
  static let raplRelative = -0.05...0.05
  /// The driver states 5 % of the reading (NVML reference; measured again by Yang, Adamek and Armour 2024).
  static let nvmlRelative = -0.05...0.05
  /// Assumed: sensors of boards and batteries rarely state how good they are; those that do are taken at their word.
  static let sensorRelative = -0.1...0.1
  /// As wide as the processor's load model: busy says that something ran, not how hard.
  static let gpuLoadRelative = -0.4...0.4

  /// All of them, for the registry.
  public static let all: [Method] = base + calibrationMethods + nvmlMethods + codeCarbonMethods

  private static let base: [Method] = [
    Method(
      loadCurve, "Processor power from its load and its thermal design power",
      formula: "P = TDP x f(load), f straight between (0, 0.12), (0.1, 0.32), (0.5, 0.75), (1, 1.02)",
      citation: Source("Boavizta, boaviztapi; points measured by Teads with turbostress on bare AWS machines"),
      inputs: [
        MethodParameter("tdp_watts", unit: "W", "thermal design power of all packages", in: 0...100_000),
        MethodParameter("load", "busy part of all hardware threads", in: 0...1),
      ],
      outputs: [MethodParameter("power_watts", unit: "W", "power")]
    ) { arguments throws(MethodError) in
      let power = LoadCurve.power(
        thermalDesignPower: .watts(try arguments.number("tdp_watts")), load: try arguments.number("load"))
      return ["power_watts": .number(power.watts)]
    },
    Method(
      vcpuLoad, "Processor power from load and watts for each virtual processor",
      formula: "P = n x (idle + load x (full - idle))",
      citation: Source("Cloud Carbon Footprint, cloud coefficients"),
      inputs: [
        MethodParameter("vcpus", "virtual processors", in: 1...100_000),
        MethodParameter("load", "busy part of them", in: 0...1),
        MethodParameter(
          "idle_watts", unit: "W", "watts of an idle one", default: .number(VCPULoad.unknown.idleWatts), in: 0...1000),
        MethodParameter(
          "full_watts", unit: "W", "watts of a busy one", default: .number(VCPULoad.unknown.fullWatts), in: 0...1000),
      ],
      outputs: [MethodParameter("power_watts", unit: "W", "power")]
    ) { arguments throws(MethodError) in
      let model = VCPULoad(
        architecture: "given", idleWatts: try arguments.number("idle_watts"),
        fullWatts: try arguments.number("full_watts"))
      let power = model.power(count: Int(try arguments.number("vcpus")), load: try arguments.number("load"))
      return ["power_watts": .number(power.watts)]
    },
    Method(
      memoryPower, "Memory power from its size", formula: "P = 0.284 W/GB x size",
      citation: Source("Boavizta, boaviztapi, RAM power model"),
      inputs: [MethodParameter("size_gigabytes", unit: "GB", "memory, 10^9 bytes", in: 0...10_000_000)],
      outputs: [MethodParameter("power_watts", unit: "W", "power")]
    ) { arguments throws(MethodError) in
      let size = Bits.bytes(try arguments.number("size_gigabytes") * 1e9)
      return ["power_watts": .number(MemoryPower.power(size: size).watts)]
    },
    Method(
      raplCounter, "Energy between two values of a counter that wraps",
      formula: "E = now - before, or range - before + now after a wrap",
      citation: Source("Linux kernel, Documentation/power/powercap and drivers/powercap/intel_rapl_common.c"),
      inputs: [
        MethodParameter("before_microjoules", unit: "uJ", "the earlier value", in: 0...1e15),
        MethodParameter("now_microjoules", unit: "uJ", "the later value", in: 0...1e15),
        MethodParameter(
          "range_microjoules", unit: "uJ", "where it wraps, 0 if not known", default: .number(0), in: 0...1e15),
      ],
      outputs: [MethodParameter("energy_joules", unit: "J", "energy")]
    ) { arguments throws(MethodError) in
      var counter = RAPLCounter(
        range: UInt64(try arguments.number("range_microjoules")),
        baseline: UInt64(try arguments.number("before_microjoules")))
      guard let growth = counter.advance(to: UInt64(try arguments.number("now_microjoules"))) else {
        throw .noAnswer("the counter stepped back and its range is not known")
      }
      return ["energy_joules": .number(Double(growth) / 1e6)]
    },
    Method(
      nvmlCounter, "Energy between two values of a board's counter", formula: "E = now - before",
      citation: Source("NVIDIA, NVML API reference, nvmlDeviceGetTotalEnergyConsumption"),
      inputs: [
        MethodParameter("before_millijoules", unit: "mJ", "the earlier value", in: 0...1e18),
        MethodParameter("now_millijoules", unit: "mJ", "the later value", in: 0...1e18),
      ],
      outputs: [MethodParameter("energy_joules", unit: "J", "energy")]
    ) { arguments throws(MethodError) in
      let growth = try arguments.number("now_millijoules") - arguments.number("before_millijoules")
      guard growth >= 0 else { throw .noAnswer("the counter went back: the driver was loaded again") }
      return ["energy_joules": .number(growth / 1000)]
    },
    Method(
      nvmlPower, "Energy from power readings, by trapezoids", formula: "E = sum (p1 + p2) / 2 x (t2 - t1)",
      citation: Source("NVIDIA, NVML API reference, nvmlDeviceGetPowerUsage; trapezoidal rule"),
      inputs: [
        MethodParameter("power_watts", unit: "W", "the readings, in order"),
        MethodParameter("time_seconds", unit: "s", "when each was taken, in order"),
      ],
      outputs: [MethodParameter("energy_joules", unit: "J", "energy")]
    ) { arguments throws(MethodError) in
      let powers = try arguments.numbers("power_watts")
      let times = try arguments.numbers("time_seconds")
      guard powers.count == times.count, zip(times, times.dropFirst()).allSatisfy({ $0 <= $1 }),
        times.allSatisfy({ $0 >= 0 && $0 < 1e9 })
      else { throw .noAnswer("each reading needs a time, and times must not fall") }
      var integral = PowerIntegral()
      var energy = Energy.zero
      for (power, time) in zip(powers, times) {
        let moment = MonotonicInstant(nanoseconds: UInt64(time * 1e9))
        energy += integral.add(.watts(power), at: moment) ?? .zero
      }
      return ["energy_joules": .number(energy.joules)]
    },
    Method(
      sensorCounter, "Energy between two values of a counter of known step", formula: "E = (now - before) x step",
      citation: Source(
        "Linux kernel: arch/x86/events/rapl.c (2^-32 J), kgd_pp_interface.h (2^-16 J), hwmon/sysfs-interface.rst (1 uJ)"
      ),
      inputs: [
        MethodParameter("before_count", "the earlier value", in: 0...1e18),
        MethodParameter("now_count", "the later value", in: 0...1e18),
        MethodParameter("step_joules", unit: "J", "energy of one step", default: .number(1e-6), in: 0...1),
      ],
      outputs: [MethodParameter("energy_joules", unit: "J", "energy")]
    ) { arguments throws(MethodError) in
      let growth = try arguments.number("now_count") - arguments.number("before_count")
      guard growth >= 0 else { throw .noAnswer("the counter went back: it was set anew") }
      return ["energy_joules": .number(growth * (try arguments.number("step_joules")))]
    },
    Method(
      sensorPower, "Energy from two readings of a power sensor", formula: "E = (p1 + p2) / 2 x t",
      citation: Source("Linux kernel, Documentation/hwmon/sysfs-interface.rst; trapezoidal rule"),
      inputs: [
        MethodParameter("first_watts", unit: "W", "the earlier reading", in: 0...1e6),
        MethodParameter("second_watts", unit: "W", "the later reading", in: 0...1e6),
        MethodParameter("duration_seconds", unit: "s", "time between them", in: 0...1e9),
      ],
      outputs: [MethodParameter("energy_joules", unit: "J", "energy")]
    ) { arguments throws(MethodError) in
      var integral = PowerIntegral()
      let end = MonotonicInstant(nanoseconds: UInt64(try arguments.number("duration_seconds") * 1e9))
      _ = integral.add(.watts(try arguments.number("first_watts")), at: MonotonicInstant(nanoseconds: 0))
      let energy = integral.add(.watts(try arguments.number("second_watts")), at: end) ?? .zero
      return ["energy_joules": .number(energy.joules)]
    },
    Method(
      gpuLoad, "GPU power from how busy it says it is", formula: "P = idle + (design power - idle) x load",
      citation: Source("Linear model; idle as 0.12 of the design power follows Cloud Carbon Footprint's coefficients"),
      inputs: [
        MethodParameter("design_watts", unit: "W", "power that the board is made for", in: 0...100_000),
        MethodParameter("idle_watts", unit: "W", "power at no load", in: 0...100_000),
        MethodParameter("load", "busy part of the time", in: 0...1),
      ],
      outputs: [MethodParameter("power_watts", unit: "W", "power")]
    ) { arguments throws(MethodError) in
      let model = GPULoad(
        designPower: .watts(try arguments.number("design_watts")), idle: .watts(try arguments.number("idle_watts")))
      return ["power_watts": .number(model.power(load: try arguments.number("load")).watts)]
    },
    Method(
      loadFit, "Processor power from its load and a curve fitted to a counter",
      formula: "P straight between the fitted watts at the loads 0, 0.1, 0.5 and 1",
      citation: Source("Least squares with rises that are not negative: Lawson and Hanson, 1974; the knots are Teads'"),
      inputs: [
        MethodParameter("point_watts", unit: "W", "fitted power at the four loads, in order"),
        MethodParameter("load", "busy part of all hardware threads", in: 0...1),
      ],
      outputs: [MethodParameter("power_watts", unit: "W", "power")]
    ) { arguments throws(MethodError) in
      let watts = try arguments.numbers("point_watts")
      guard watts.count == LoadCurveFit.loads.count else { throw .noAnswer("a fitted curve has four points") }
      let power = LoadCurveFit.power(watts.map { .watts($0) }, load: try arguments.number("load"))
      return ["power_watts": .number(power.watts)]
    },
    Method(
      idleByModel, "Idle energy: what the model says flows at no load", formula: "E_idle = P(0) x t",
      citation: Source("Boavizta and Cloud Carbon Footprint models at load 0"),
      inputs: [
        MethodParameter("idle_watts", unit: "W", "power at no load", in: 0...1e6),
        MethodParameter("duration_seconds", unit: "s", "time", in: 0...1e10),
      ],
      outputs: [MethodParameter("energy_joules", unit: "J", "idle energy")]
    ) { arguments throws(MethodError) in
      let energy = Power.watts(try arguments.number("idle_watts")) * .seconds(try arguments.number("duration_seconds"))
      return ["energy_joules": .number(energy.joules)]
    },
    Method(
      idleByUse, "Idle energy where only the use of the machine is known; a convention",
      formula: "E_idle = E x (1 - usage)",
      citation: Source("Kepler, guide: power attribution"),
      inputs: [
        MethodParameter("energy_joules", unit: "J", "all energy", in: 0...9e12),
        MethodParameter("usage", "busy part of all processors", in: 0...1),
      ],
      outputs: [MethodParameter("idle_joules", unit: "J", "idle energy")]
    ) { arguments throws(MethodError) in
      let energy = Microjoules(.joules(try arguments.number("energy_joules")))
      let idle = energy - Attribution.active(energy, usage: try arguments.number("usage"))
      return ["idle_joules": .number(idle.energy.joules)]
    },
    Method(
      cpuTime, "A workload's part of the active energy, by CPU time",
      formula: "E_run = (E - E_idle) x CPU time of the run / busy CPU time",
      citation: Source("Kepler, guide: power attribution; shares by largest remainder"),
      inputs: [
        MethodParameter("energy_joules", unit: "J", "all energy", in: 0...9e12),
        MethodParameter("idle_joules", unit: "J", "idle energy", default: .number(0), in: 0...9e12),
        MethodParameter("run_seconds", unit: "s", "CPU time of the run", in: 0...1e12),
        MethodParameter("busy_seconds", unit: "s", "busy CPU time of the machine", in: 0...1e12),
      ],
      outputs: [MethodParameter("run_joules", unit: "J", "the run's energy")]
    ) { arguments throws(MethodError) in
      let run = try arguments.number("run_seconds")
      let busy = try arguments.number("busy_seconds")
      guard busy >= run else { throw .noAnswer("a run cannot be busier than its machine") }
      let parts = Attribution.share(
        Microjoules(.joules(try arguments.number("energy_joules"))),
        idle: Microjoules(.joules(try arguments.number("idle_joules"))), activity: [run, busy - run])
      return ["run_joules": .number(parts.shares[0].energy.joules)]
    },
    Method(
      idleByReservation, "A workload's part of the idle energy, by what it reserved",
      formula: "I_run = E_idle x reserved by the run / all that can be reserved",
      citation: Source("Green Software Foundation, SCI specification 1.0 (ISO/IEC 21031): resource share RR / ToR"),
      inputs: [
        MethodParameter("idle_joules", unit: "J", "idle energy", in: 0...9e12),
        MethodParameter("run_reserved", "processors, GPUs or bytes that the run reserved", in: 0...1e15),
        MethodParameter("others_reserved", "what all others reserved", default: .number(0), in: 0...1e15),
        MethodParameter("whole", "what there is to reserve", in: 0...1e15),
      ],
      outputs: [
        MethodParameter("run_joules", unit: "J", "the run's idle energy"),
        MethodParameter("idle_joules", unit: "J", "idle energy that nobody reserved"),
      ]
    ) { arguments throws(MethodError) in
      let energy = Microjoules(.joules(try arguments.number("idle_joules")))
      let reservation = Attribution.Reservation(
        parts: [try arguments.number("run_reserved"), try arguments.number("others_reserved")],
        whole: try arguments.number("whole"))
      let parts = Attribution.share(
        energy, idle: energy, activity: [0, 0], policy: .reserved, reservation: reservation)
      return [
        "run_joules": .number(parts.shares[0].energy.joules), "idle_joules": .number(parts.idle.energy.joules),
      ]
    },
  ]
}
