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

  /// All components together; `nil` when none could be read.
  var total: Figure<Energy>? {
    let parts = known
    guard !parts.isEmpty else { return nil }
    let sum: Estimate<Energy> = parts.map(\.figure.estimate).total(method: "sum@1")
    return Figure("energy of the run", sum, inputs: parts.map(\.figure.receipt))
  }

  /// Components for the record; one that has no energy says why.
  func components(of id: ActivityID) -> [Ledger.Component] {
    let read = known
    var components = read.map { part in
      Ledger.Component(
        activity: id, name: part.component.rawValue, part.figure.estimate,
        microjoules: last.components[part.component]?.run, detail: part.source.reason)
    }
    for source in journal.sources where !read.contains(where: { $0.component == source.component }) {
      guard !components.contains(where: { $0.name == source.component.rawValue }) else { continue }
      components.append(
        Ledger.Component(activity: id, name: source.component.rawValue, unknownBecause: source.reason))
    }
    return components
  }

  /// A figure for each component.
  func figures(of id: ActivityID) -> [FigureRecord] {
    known.compactMap { part in
      FigureName("energy-\(part.component.rawValue)").map { FigureRecord(id, $0, part.figure) }
    }
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
