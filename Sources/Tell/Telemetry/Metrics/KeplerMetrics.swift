import Quantities

/// The same values under the names of Kepler (sustainable-computing-io/kepler, 0.10 and later, docs/user/metrics.md), so
/// that dashboards made for it go on working.
///
/// Kepler counts memory as the zone `dram` of the node's CPU. What Dimmer does not know (executable, state, pod of a
/// container) is an empty label. Idle energy is in Kepler's nodes, not in its processes; rows that hold some are left
/// out.
public enum KeplerMetrics {
  /// The families of a snapshot, in a fixed order; one without samples is left out.
  public static func families(_ snapshot: MeterSnapshot) -> [MetricFamily] {
    var families = node(snapshot, part: "cpu") { reading in
      guard let zone = zone(reading.component, reading.domain) else { return nil }
      return [("zone", zone), ("path", ""), ("node_name", snapshot.machine)]
    }
    families += node(snapshot, part: "gpu") { reading in
      guard reading.component == "gpu" else { return nil }
      return [("gpu", reading.domain), ("gpu_uuid", ""), ("gpu_name", ""), ("vendor", "")]
    }
    families += consumers(
      snapshot, .process, labels: { [("pid", $0.id), ("comm", $0.name), ("exe", ""), ("type", ""), ("state", "")] },
      behind: [("container_id", ""), ("vm_id", "")])
    families += consumers(
      snapshot, .container, labels: { [("container_id", $0.id), ("container_name", $0.name), ("runtime", "")] },
      behind: [("state", ""), ("pod_id", "")])
    families += consumers(
      snapshot, .pod, labels: { [("pod_id", $0.id), ("pod_name", $0.name), ("pod_namespace", "")] },
      behind: [("state", "")])
    return families.filter { !$0.samples.isEmpty }
  }

  private static func zone(_ component: String, _ domain: String) -> String? {
    switch component {
    case "cpu": domain.isEmpty ? "package" : domain
    case "memory": "dram"
    default: nil
    }
  }

  private static func node(
    _ snapshot: MeterSnapshot, part: String, labels: (MeterSnapshot.Reading) -> [(String, String)]?
  ) -> [MetricFamily] {
    func family(
      _ name: String, _ unit: String, _ kind: MetricFamily.Kind, _ help: String,
      _ value: (MeterSnapshot.Reading) -> MetricFamily.Value?
    ) -> MetricFamily {
      MetricFamily(
        "kepler_node_\(part)_\(name)", unit: unit, kind, help: help,
        samples: snapshot.readings.compactMap { reading in
          guard let labels = labels(reading), let value = value(reading) else { return nil }
          return .init(labels, value)
        })
    }
    return [
      family("joules_total", "J", .counter, "Energy of the node's \(part).") { .joules($0.host) },
      family("watts", "W", .gauge, "Power of the node's \(part).") { $0.power.map { .number($0.watts) } },
      family("active_joules_total", "J", .counter, "Energy of the node's \(part) that is not idle.") { reading in
        reading.terms.map { .joules(reading.host - $0.idle) }
      },
      family("idle_joules_total", "J", .counter, "Idle energy of the node's \(part).") { reading in
        reading.terms.map { .joules($0.idle) }
      },
    ]
  }

  private static func consumers(
    _ snapshot: MeterSnapshot, _ kind: MeterSnapshot.Consumer.Kind,
    labels: (MeterSnapshot.Consumer) -> [(String, String)], behind: [(String, String)]
  ) -> [MetricFamily] {
    let rows = snapshot.rows.filter { !$0.consumer.isRest && $0.consumer.kind == kind && $0.policy == .none }
    func family(
      _ part: String, _ name: String, _ unit: String, _ metric: MetricFamily.Kind, _ help: String,
      _ value: (MeterSnapshot.Row) -> MetricFamily.Value?
    ) -> MetricFamily {
      MetricFamily(
        "kepler_\(kind.rawValue)_\(part)_\(name)", unit: unit, metric, help: help,
        samples: rows.compactMap { row in
          let zone = part == "cpu" ? zone(row.component, row.domain) : row.component == "gpu" ? "" : nil
          guard let zone, let value = value(row) else { return nil }
          let zoned = part == "cpu" ? [("zone", zone)] : []
          return .init(labels(row.consumer) + behind + zoned, value)
        })
    }
    return ["cpu", "gpu"].flatMap { part in
      [
        family(part, "joules_total", "J", .counter, "\(part) energy of a \(kind.rawValue).") { .joules($0.energy) },
        family(part, "watts", "W", .gauge, "\(part) power of a \(kind.rawValue).") {
          $0.power.map { .number($0.watts) }
        },
      ]
    }
  }
}

extension MetricFamily.Sample {
  fileprivate init(_ labels: [(String, String)], _ value: MetricFamily.Value) {
    self.init([:], value)
    self.labels = labels.map { MetricFamily.Label(name: $0.0, value: $0.1) }
  }
}
