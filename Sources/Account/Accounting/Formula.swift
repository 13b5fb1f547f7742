package import Methods
package import Quantities

/// One formula, written once: the typed functions and the registry entry both evaluate it.
package struct Formula: Sendable {
  /// Name and version.
  package let id: MethodID
  /// What it computes, in one sentence.
  package let summary: String
  /// The formula as a line of text, in the keys of its inputs.
  package let formula: String
  /// Where it comes from.
  package let citation: Source
  /// What it takes, in base units and the order of ``evaluate``.
  package let inputs: [MethodParameter]
  /// What it gives, in the base unit.
  package let output: MethodParameter
  /// What is other than in the version before; `nil` for a first version.
  package let changes: String?
  /// The formula on base values.
  package let evaluate: @Sendable ([Double]) -> Double

  /// A formula.
  package init(
    id: MethodID, summary: String, formula: String, citation: Source, inputs: [MethodParameter],
    output: MethodParameter, changes: String? = nil, evaluate: @escaping @Sendable ([Double]) -> Double
  ) {
    self.id = id
    self.summary = summary
    self.formula = formula
    self.citation = citation
    self.inputs = inputs
    self.output = output
    self.changes = changes
    self.evaluate = evaluate
  }

  /// The entry for the registry.
  package var method: Method {
    Method(id, summary, formula: formula, citation: citation, inputs: inputs, outputs: [output], changes: changes) {
      arguments throws(MethodError) in
      var values: [Double] = []
      for input in inputs { values.append(try arguments.number(input.key)) }
      return [output.key: .number(evaluate(values))]
    }
  }

  /// A figure of this formula, with the receipts of what went in.
  ///
  /// - Parameters:
  ///   - own: how far the formula itself may be off, beside its inputs.
  ///   - name: the name of that uncertain thing.
  package func figure<Q: Quantity>(
    _ label: String, _ terms: [Term], source: Source? = nil, note: String? = nil, adding own: Deviation? = nil,
    from name: UncertaintySource = ""
  ) -> Figure<Q> {
    var estimate = Estimate<Q>.evaluating(terms.map(\.estimate), method: id, evaluate)
    if let own {
      let deviations = estimate.deviations.merging([name: own]) { first, second in
        Deviation(atLow: first.atLow + second.atLow, atHigh: first.atHigh + second.atHigh)
      }
      estimate = Estimate(
        estimate.value, origin: estimate.origin, method: id, deviations: deviations, additivity: estimate.additivity)
    }
    return Figure(label, estimate, inputs: terms.map(\.receipt), source: source, note: note)
  }
}

/// One input of a formula: its number in the base unit and its receipt.
package struct Term {
  package let estimate: Estimate<Ratio>
  package let receipt: Receipt

  /// A term from a figure.
  package init<Q: Quantity>(_ figure: Figure<Q>) {
    estimate = figure.estimate.plain
    receipt = figure.receipt
  }
}
