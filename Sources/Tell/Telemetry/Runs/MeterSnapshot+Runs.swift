public import Ledger
import Quantities

extension MeterSnapshot {
  /// Measured runs as consumers, each with the times of its own counter.
  ///
  /// There are no readings of the machine: runs overlap in time, so that the machine's terms of several runs have no
  /// meaning as one counter. A component that is unknown is in ``unread`` under the run's id.
  public init(runs: [ActivityAccount]) {
    let starts = runs.map(\.activity.started)
    let ends = runs.map { $0.activity.ended ?? $0.activity.started }
    self.init(started: starts.min() ?? Timestamp(milliseconds: 0), taken: ends.max() ?? Timestamp(milliseconds: 0))
    for run in runs {
      let id = run.activity.id.description
      for component in run.components {
        if let energy = component.microjoules {
          rows.append(
            Row(
              Consumer(.run, id, name: run.activity.name), component: component.name, energy: energy,
              started: run.activity.started, taken: run.activity.ended ?? run.activity.started))
        } else {
          unread.append(
            Unread(component: component.name, source: id, reason: component.detail ?? "no reason was kept"))
        }
      }
      if run.components.isEmpty {
        let reason = run.figure(.energy)?.reason ?? "no component was recorded"
        unread.append(Unread(component: "energy", source: id, reason: reason))
      }
    }
  }
}
