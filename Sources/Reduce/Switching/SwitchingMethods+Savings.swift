import Methods
import Quantities

/// The split of what was saved, where every variant stands here and where they stand on different grids.
extension SwitchingMethods {
  static let savingsSplit = Method(
    "savings-split@1", "What was saved against always serving the best variant on one grid, in terms that add up",
    formula: "sizing = best - fixed without directives; directive = that - fixed; timing = fixed - emitted",
    citation: ours,
    inputs: [
      bestGrams, plainGrams,
      MethodParameter("static_mix_grams", unit: "g", "carbon of the best fixed mix of all variants", in: 0...1e15),
      emittedGrams, orphansGrams, hedgingGrams,
    ],
    outputs: [sizingGrams, directiveGrams, timingGrams, savedGrams]
  ) { arguments throws(MethodError) in
    let fixed = Carbon.grams(try arguments.number("static_mix_grams"))
    var result = try split(arguments, staying: fixed, anywhere: fixed)
    result["placing_grams"] = nil
    return result
  }

  static let placedSavingsSplit = Method(
    "savings-split@2",
    "What was saved against always serving the best variant here, with what choosing places saved apart",
    formula:
      "sizing = best - fixed here without directives; directive = that - fixed here; placing = that - fixed anywhere; "
      + "timing = that - emitted", citation: ours,
    inputs: [
      bestGrams, plainGrams,
      MethodParameter(
        "static_mix_here_grams", unit: "g", "carbon of the best fixed mix of all variants here", in: 0...1e15),
      MethodParameter(
        "static_mix_grams", unit: "g", "carbon of the best fixed mix of all variants, each in a fixed place",
        in: 0...1e15),
      emittedGrams, orphansGrams, hedgingGrams,
    ],
    outputs: [
      sizingGrams, directiveGrams,
      MethodParameter("placing_grams", unit: "g", "saved by choosing places once for all hours"), timingGrams,
      savedGrams,
    ]
  ) { arguments throws(MethodError) in
    try split(
      arguments, staying: .grams(try arguments.number("static_mix_here_grams")),
      anywhere: .grams(try arguments.number("static_mix_grams")))
  }

  private static func split(
    _ arguments: MethodArguments, staying: Carbon, anywhere: Carbon
  ) throws(MethodError) -> [String: MethodValue] {
    var terms = SavingsLedger.Terms(
      alwaysBest: .grams(try arguments.number("always_best_grams")),
      plainMix: .grams(try arguments.number("static_mix_without_directives_grams")),
      stayingMix: staying, staticMix: anywhere,
      emitted: .grams(try arguments.number("emitted_grams")), clairvoyant: .zero)
    terms.orphans = .grams(try arguments.number("orphans_spared_grams"))
    terms.hedging = .grams(0 - (try arguments.number("hedging_lost_grams")))
    return [
      "sizing_grams": .number(terms.sizing.grams), "directive_grams": .number(terms.directive.grams),
      "placing_grams": .number(terms.placing.grams), "timing_grams": .number(terms.timing.grams),
      "saved_grams": .number(terms.saved.grams),
    ]
  }

  private static let bestGrams = MethodParameter(
    "always_best_grams", unit: "g", "carbon of always serving the best variant", in: 0...1e15)
  private static let plainGrams = MethodParameter(
    "static_mix_without_directives_grams", unit: "g",
    "carbon of the best fixed mix of variants that are no directives, at the achieved mean quality", in: 0...1e15)
  private static let emittedGrams = MethodParameter(
    "emitted_grams", unit: "g", "carbon emitted for answers", in: 0...1e15)
  private static let orphansGrams = MethodParameter(
    "orphans_spared_grams", unit: "g", "carbon of work that was cancelled undone", default: .number(0), in: 0...1e15)
  private static let hedgingGrams = MethodParameter(
    "hedging_lost_grams", unit: "g", "carbon of the losers of hedged requests", default: .number(0), in: 0...1e15)
  private static let sizingGrams = MethodParameter(
    "sizing_grams", unit: "g", "saved by smaller variants on average")
  private static let directiveGrams = MethodParameter("directive_grams", unit: "g", "saved by directives beyond that")
  private static let timingGrams = MethodParameter("timing_grams", unit: "g", "saved by choosing the hours")
  private static let savedGrams = MethodParameter(
    "saved_grams", unit: "g", "all of it with orphans and less hedging")
}
