import Ledger
import Metering
import Methods
import Quantities

/// A journal's last sample as figures: what the run used, component by component.
struct MeteredEnergy {
  let journal: Journal
  let last: CumulativeSample
  let machine: String

  /// Energy by component with what it was read by. The error of a source is one for all runs on a machine, and is named
  /// so that it cancels between them.
  private func estimate(_ component: Metering.Component) -> (figure: Figure<Energy>, source: SourceDescription)? {
    guard let terms = last.components[component],
      let source = journal.sources.first(where: { $0.component == component })
    else { return nil }
    let estimate = Estimate(
      terms.run.energy, relative: source.relative, origin: source.origin, method: source.method,
      source: "meter:\(source.name):\(machine)")
    return (Figure("energy of the run, \(component.rawValue)", estimate, note: source.reason), source)
  }

  private var known: [(component: Metering.Component, figure: Figure<Energy>, source: SourceDescription)] {
    Metering.Component.allCases.compactMap { component in
      estimate(component).map { (component, $0.figure, $0.source) }
    }
  }

  /// What should have been read and was not, each component once.
  private var unread: [SourceDescription] {
    Metering.Component.allCases.compactMap { component in
      last.components[component] == nil ? journal.sources.first { $0.component == component } : nil
    }
  }

  /// All components together; `nil` when none could be read. What is missing from it is named.
  var total: Figure<Energy>? {
    let parts = known
    guard !parts.isEmpty else { return nil }
    let sum: Estimate<Energy> = parts.map(\.figure.estimate).total(method: "sum@2")
    let missing = unread.map { "\($0.component.rawValue) (\($0.reason))" }
    return Figure(
      "energy of the run", sum, inputs: parts.map(\.figure.receipt),
      note: missing.isEmpty ? nil : "not counted, because unknown: \(missing.joined(separator: ", "))")
  }

  /// Components for the record; one that has no energy says why.
  func components(of id: ActivityID) -> [Ledger.Component] {
    let read = known.map { part in
      Ledger.Component(
        activity: id, name: part.component.rawValue, part.figure.estimate,
        microjoules: last.components[part.component]?.run, detail: part.source.reason)
    }
    return read
      + unread.map { Ledger.Component(activity: id, name: $0.component.rawValue, unknownBecause: $0.reason) }
  }

  /// A figure for each component, known or not.
  func figures(of id: ActivityID) -> [FigureRecord] {
    known.compactMap { part in Self.name(part.component).map { FigureRecord(id, $0, part.figure) } }
      + unread.compactMap { source in
        Self.name(source.component).map {
          FigureRecord(
            id, $0, of: Energy.self, label: "energy of the run, \(source.component.rawValue)",
            unknownBecause: source.reason)
        }
      }
  }

  private static func name(_ component: Metering.Component) -> FigureName? {
    FigureName(parsing: "energy-\(component.rawValue)")
  }
}

extension Conservation {
  init(activity: ActivityID, _ terms: EnergyTerms) {
    self.init(
      activity: activity, host: terms.host, attributed: terms.run + terms.others, idle: terms.idle, own: terms.own,
      unattributed: terms.unattributed)
  }
}

extension CPUSeconds {
  init(_ terms: CPUTerms) {
    self.init(
      run: Double(terms.run) / 1e9, others: Double(terms.others) / 1e9, own: Double(terms.own) / 1e9,
      unattributed: Double(terms.unattributed) / 1e9, busy: Double(terms.busy) / 1e9,
      capacity: Double(terms.capacity) / 1e9)
  }
}
