import Quantities

/// Dimmer's own metric families: base units, counters that a scrape never resets.
public enum DimmerMetrics {
  /// The families of a snapshot, in a fixed order; one without samples is left out.
  ///
  /// `dimmer_host_term_joules_total` splits each reading in four terms that add up to
  /// `dimmer_energy_joules_total`, to the microjoule.
  public static func families(_ snapshot: MeterSnapshot) -> [MetricFamily] {
    let families = [
      energy(snapshot), power(snapshot), terms(snapshot), attributed(snapshot), unlisted(snapshot), readable(snapshot),
    ]
    return (families + reader(snapshot)).filter { !$0.samples.isEmpty }
  }

  private static func energy(_ snapshot: MeterSnapshot) -> MetricFamily {
    MetricFamily(
      "dimmer_energy_joules_total", "dimmer.energy", unit: "J", .counter,
      help: "Energy that the machine took, by part, as its source read it.",
      samples: snapshot.readings.map { reading in
        .init(
          [
            "component": reading.component, "domain": reading.domain, "source": reading.source,
            "quality": reading.quality.rawValue,
          ], .joules(reading.host))
      })
  }

  private static func power(_ snapshot: MeterSnapshot) -> MetricFamily {
    MetricFamily(
      "dimmer_power_watts", "dimmer.power", unit: "W", .gauge,
      help: "Mean power over the last sampling period, by part.",
      samples: snapshot.readings.compactMap { reading in
        guard let power = reading.power else { return nil }
        return .init(
          [
            "component": reading.component, "domain": reading.domain, "source": reading.source,
            "quality": reading.quality.rawValue,
          ], .number(power.watts))
      })
  }

  private static func terms(_ snapshot: MeterSnapshot) -> MetricFamily {
    MetricFamily(
      "dimmer_host_term_joules_total", "dimmer.host.term", unit: "J", .counter,
      help: "Where the machine's energy went: the terms of a part add up to its dimmer_energy_joules_total.",
      samples: snapshot.readings.flatMap { reading -> [MetricFamily.Sample] in
        guard let terms = reading.terms else { return [] }
        let named = [
          ("attributed", terms.attributed), ("idle", terms.idle), ("self", terms.own),
          ("unattributed", terms.unattributed),
        ]
        return named.map { name, energy in
          .init(["component": reading.component, "domain": reading.domain, "term": name], .joules(energy))
        }
      })
  }

  private static func attributed(_ snapshot: MeterSnapshot) -> MetricFamily {
    MetricFamily(
      "dimmer_attributed_joules_total", "dimmer.attributed", unit: "J", .counter,
      help: "Energy by consumer. Consumers of one kind do not overlap; kinds do, so never add kinds.",
      samples: snapshot.rows.map { row in
        .init(
          [
            "consumer_kind": row.consumer.kind.rawValue, "consumer": row.consumer.id, "name": row.consumer.name,
            "component": row.component, "policy": row.policy.rawValue,
          ], .joules(row.energy), started: row.started, taken: row.taken)
      })
  }

  private static func unlisted(_ snapshot: MeterSnapshot) -> MetricFamily {
    MetricFamily(
      "dimmer_unlisted_joules", "dimmer.unlisted", unit: "J", .gauge,
      help: "Energy of consumers whose line is gone: with the lines of a kind it is the attributed term.",
      samples: snapshot.unlisted.map { part in
        .init(["consumer_kind": part.kind.rawValue, "component": part.component], .joules(part.energy))
      })
  }

  private static func reader(_ snapshot: MeterSnapshot) -> [MetricFamily] {
    guard let reader = snapshot.reader else { return [] }
    return [
      MetricFamily(
        "dimmer_meter_info", "dimmer.meter", unit: "1", .gauge,
        help: "Who reads the machine: its meter by the socket (service), or a meter in this program (own).",
        samples: [.init(["reader": reader.way.rawValue], .number(1), note: reader.reason)]),
      MetricFamily(
        "dimmer_meter_period_seconds", "dimmer.meter.period", unit: "s", .gauge,
        help: "How often the machine is looked at; a scrape never makes it more.",
        samples: [.init([:], .number(reader.period.seconds))]),
      MetricFamily(
        "dimmer_meter_look_timestamp_seconds", "dimmer.meter.look", unit: "s", .gauge,
        help: "When the machine was looked at last, by the wall clock: what this page speaks of.",
        samples: [.init([:], .number(snapshot.taken.seconds))]),
    ]
  }

  private static func readable(_ snapshot: MeterSnapshot) -> MetricFamily {
    // A part read by one source under several domains is one line here.
    let read = Set(snapshot.readings.map { [$0.component, $0.source] })
    let unread = Dictionary(snapshot.unread.map { ([$0.component, $0.source], $0.reason) }) { first, second in
      first == second ? first : "\(first); \(second)"
    }
    let samples = read.filter { unread[$0] == nil }.map { ($0, 1.0, nil) } + unread.map { ($0.key, 0.0, $0.value) }
    return MetricFamily(
      "dimmer_source_readable", "dimmer.source.readable", unit: "1", .gauge,
      help: "1: the source was read. 0: it was not, and its energy is unknown, not zero.",
      samples: samples.map { key, value, reason in
        .init(["component": key[0], "source": key[1]], .number(value), note: reason)
      })
  }
}
