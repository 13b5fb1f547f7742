import Quantities

/// The same values under the names of Scaphandre (hubblo-org/scaphandre, docs_src/references/metrics.md).
///
/// Its host is processors and memory, without graphics cards. Command lines are left empty: they can hold secrets.
public enum ScaphandreMetrics {
  /// The families of a snapshot, in a fixed order; one without samples is left out. Without a reading of the
  /// processors there is no host line: memory alone is not the host.
  public static func families(_ snapshot: MeterSnapshot) -> [MetricFamily] {
    let host = snapshot.readings.filter { ["cpu", "memory"].contains($0.component) }
    let hasCPU = host.contains { $0.component == "cpu" }
    // A sum of powers is only known when each of them is.
    let watts = host.compactMap(\.power?.watts)
    let rows = snapshot.rows.filter {
      !$0.consumer.isRest && $0.consumer.kind == .process && ["cpu", "memory"].contains($0.component)
    }
    let families = [
      MetricFamily(
        "scaph_host_energy_microjoules", unit: "uJ", .counter, help: "Energy of the host, without graphics cards.",
        samples: hasCPU ? [.init([:], .microjoules(host.map(\.host).reduce(.zero, +)))] : []),
      MetricFamily(
        "scaph_host_power_microwatts", unit: "uW", .gauge, help: "Power of the host, without graphics cards.",
        samples: hasCPU && watts.count == host.count ? [.init([:], .number(microwatts(watts.reduce(0, +))))] : []),
      MetricFamily(
        "scaph_process_power_consumption_microwatts", unit: "uW", .gauge, help: "Power of a process.",
        samples: rows.compactMap { row in
          guard let power = row.power else { return nil }
          return .init(
            ["exe": row.consumer.name, "pid": row.consumer.id, "cmdline": ""], .number(microwatts(power.watts)))
        }),
    ]
    return families.filter { !$0.samples.isEmpty }
  }

  private static func microwatts(_ watts: Double) -> Double { (watts * 1e6).rounded() }
}
