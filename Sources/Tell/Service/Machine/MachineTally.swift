import Metering
import Quantities
import Telemetry

/// The machine's figures since `dimmer serve` began, from period to period. Pure: looks in, one snapshot out.
///
/// Counts only grow, whoever reads the machine: when another meter goes on, its periods are added to the same counts.
struct MachineTally: Sendable {
  private var terms: [Metering.Component: EnergyTerms] = [:]
  private var recent: [Metering.Component: Microjoules] = [:]
  private var length: Span = .seconds(0)
  private var tallies: [(kind: MeterSnapshot.Consumer.Kind, tally: ConsumerTally)]
  private let started: Timestamp

  /// Nothing counted yet.
  ///
  /// - Parameter limit: how many consumers of each kind have a line of their own.
  init(limit: Int, started: Timestamp) {
    self.started = started
    tallies = [.process, .tree, .container, .group].map { ($0, ConsumerTally($0, limit: limit)) }
  }

  /// Counts a period.
  ///
  /// - Parameter details: tells of a process; `nil` for one that is gone.
  mutating func add(_ period: MachinePeriod, details: (ProcessIdentity) -> ProcessDetails?) {
    length = period.length
    recent = period.terms.mapValues(\.host)
    for (component, more) in period.terms { terms[component] = (terms[component] ?? EnergyTerms()) + more }
    let known = period.parts.map { ($0, details($0.identity)) }
    let names = Dictionary(
      known.map { ($0.0.identity.pid, $0.1?.command ?? "") }, uniquingKeysWith: { first, _ in first })
    let attributed = period.terms.mapValues(\.attributed)
    for index in tallies.indices {
      let kind = tallies[index].kind
      var shares: [String: ConsumerTally.Share] = [:]
      for (part, details) in known {
        guard let (key, consumer) = Self.consumer(of: part.identity, details, kind, names) else { continue }
        shares[key, default: .init(key: key, consumer: consumer, energy: [:])].energy
          .merge(part.energy, uniquingKeysWith: +)
      }
      // In one order, so that of two alike always the same one has the line.
      tallies[index].tally.add(
        shares.values.sorted { $0.key < $1.key }, attributed: attributed, length: period.length)
    }
  }

  /// Whose a process is among the consumers of a kind; `nil` for nobody's that is known.
  private static func consumer(
    of identity: ProcessIdentity, _ details: ProcessDetails?, _ kind: MeterSnapshot.Consumer.Kind,
    _ names: [Int32: String]
  ) -> (key: String, MeterSnapshot.Consumer)? {
    switch kind {
    case .process:
      let name = details?.command ?? ""
      return ("\(identity.pid):\(identity.startTicks)", .init(.process, "\(identity.pid)", name: name))
    case .tree:
      guard let leader = details?.session else { return nil }
      return ("\(leader)", .init(.tree, "\(leader)", name: names[leader] ?? ""))
    case .container:
      switch details?.workload {
      case .container(let id, _, _): return (id, .init(.container, id))
      case .slurm: return details?.workload.map { ($0.label, .init(.container, $0.label)) }
      case nil: return nil
      }
    case .group: return details?.group.map { ($0, .init(.group, $0)) }
    case .run, .pod: return nil
    }
  }

  /// All of it, as it stands.
  func snapshot(
    machine: String, taken: Timestamp, sources: [SourceDescription], unread: [MeterSnapshot.Unread],
    reader: MeterSnapshot.Reader
  ) -> MeterSnapshot {
    var snapshot = MeterSnapshot(
      machine: machine, started: started, taken: taken, rows: tallies.flatMap(\.tally.rows), unread: unread)
    snapshot.unlisted = tallies.flatMap(\.tally.unlisted)
    snapshot.reader = reader
    for (component, terms) in terms {
      let read = sources.filter { $0.component == component }
      snapshot.readings.append(
        MeterSnapshot.Reading(
          component: component.rawValue, source: read.map(\.name).joined(separator: " + "),
          quality: .of(read.map(\.origin)), host: terms.host,
          terms: .init(
            attributed: terms.attributed, idle: terms.idle, own: terms.own, unattributed: terms.unattributed),
          power: length.seconds > 0 ? recent[component].map { $0.energy / length } : nil))
    }
    return snapshot
  }
}
