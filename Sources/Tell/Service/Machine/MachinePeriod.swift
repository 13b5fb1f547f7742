import Metering
import Quantities

/// Where the machine's energy went between two looks: each component's terms, and what of it each process took.
struct MachinePeriod: Hashable, Sendable {
  /// What one process took.
  struct Part: Hashable, Sendable {
    let identity: ProcessIdentity
    var energy: [Metering.Component: Microjoules]
  }

  /// The time between the looks.
  let length: Span
  /// When the second look was; `nil` where nobody said.
  let end: MonotonicInstant?
  /// Each component's terms; one that was not read is not here.
  let terms: [Metering.Component: EnergyTerms]
  /// Every process but Dimmer's own. They never take more together than `terms` attributes; what is left is of processes
  /// that cannot be told apart.
  let parts: [Part]
  /// The processes as they were seen.
  let processes: ProcessTable

  /// What a meter in this process saw.
  init(_ table: ProcessTable, end: MonotonicInstant? = nil) {
    processes = table
    self.end = end
    length = table.length
    terms = table.terms
    parts = table.rows.map { Part(identity: $0.identity, energy: $0.energy) }
  }

  /// What the machine's meter says of a period, shared out over the processes that were seen here meanwhile: the
  /// processors' by CPU time, memory's by resident bytes. A card's is not: only the meter sees who used it.
  init(
    length: Span, end: MonotonicInstant? = nil, terms: [Metering.Component: EnergyTerms], processes: ProcessTable
  ) {
    self.end = end
    self.processes = processes
    self.length = length
    self.terms = terms
    var parts = processes.rows.map { Part(identity: $0.identity, energy: [:]) }
    let weights: [(Metering.Component, [Double])] = [
      (.cpu, processes.rows.map { Double($0.nanoseconds) }), (.memory, processes.rows.map { Double($0.residentBytes) }),
    ]
    for (component, weights) in weights {
      guard let term = terms[component], let shares = Split.largestRemainder(term.attributed, weights: weights) else {
        continue
      }
      for index in parts.indices { parts[index].energy[component] = shares[index] }
    }
    self.parts = parts
  }
}

extension EnergyTerms {
  /// What processes took, Dimmer's own apart.
  var attributed: Microjoules { run + others }
}
