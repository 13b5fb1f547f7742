import Methods
import Quantities

extension SwitchingMethods {
  static let orphansSpared = Method(
    "orphans-spared@1", "Energy not used because requests were cancelled when their callers left",
    formula: "spared = max(0, cancelled * others_energy / others - spent)", citation: ours,
    inputs: [
      MethodParameter("cancelled", "requests that were cancelled and whose energy is known", in: 0...1e15),
      MethodParameter("spent_joules", unit: "J", "what they had used by then", in: 0...1e15),
      MethodParameter("others", "requests of the same variant that were not cancelled", in: 0...1e15),
      MethodParameter("others_joules", unit: "J", "what those used", in: 0...1e15),
    ],
    outputs: [MethodParameter("spared_joules", unit: "J", "energy that was not used")]
  ) { arguments throws(MethodError) in
    let spared = OrphanedWork.spared(
      cancelled: try arguments.number("cancelled"), spent: .joules(try arguments.number("spent_joules")),
      others: try arguments.number("others"), othersEnergy: .joules(try arguments.number("others_joules")))
    guard let spared else { throw .noAnswer("no other request shows what one uses") }
    return ["spared_joules": .number(spared.joules)]
  }
}
