public import Quantities

/// What questions with known answers cost, which keep the quality of an alias's variants fresh: a line of its own, in none
/// of the terms of what was saved.
public struct ProbesSpent: Hashable, Sendable {
  /// How often was evaluated.
  public let evaluations: Int
  /// The energy of all probes; `nil` when that of one is unknown.
  public let energy: Estimate<Energy>?
  /// Their carbon; `nil` when that of one is unknown.
  public let carbon: Estimate<Carbon>?

  /// What so many evaluations took.
  public init(evaluations: Int, energy: Estimate<Energy>?, carbon: Estimate<Carbon>?) {
    self.evaluations = evaluations
    self.energy = energy
    self.carbon = carbon
  }

  /// In a sentence; `nil` where nothing was evaluated.
  var sentence: String? {
    guard evaluations > 0 else { return nil }
    let times = evaluations == 1 ? "1 evaluation" : "\(evaluations) evaluations"
    let took = energy.map { "took \($0.value.formatted())" } ?? "took an unknown energy"
    let emitted =
      carbon.map { carbon in
        "emitted \(carbon.value.formatted()) (\(carbon.low.formatted()) to \(carbon.high.formatted()))"
      } ?? "emitted an unknown amount"
    return "Probes: \(times) of the variants' quality \(took) and \(emitted); that is beside all terms and in no sum."
  }

  /// The line as JSON.
  func json(id: String?) -> JSONValue {
    let unknown = JSONValue.unknown("what some of the probes were charged is not known", id: id)
    return [
      "evaluations": .count(evaluations), "joules": energy.map { .figure($0, id: id) } ?? unknown,
      "carbon_grams": carbon.map { .figure($0, id: id) } ?? unknown,
    ]
  }
}
