import Factors
public import Methods
public import Quantities

/// Embodied carbon of one thing by several models at once (`embodied-of-models@1`).
///
/// Models of one card differ ten times and more, and none is known to be right, so none is chosen: the value is their
/// geometric mean, and the interval reaches from the lowest to the highest. Each model's own number is an input.
public enum EmbodiedModels {
  /// One figure of several models' numbers.
  ///
  /// - Parameters:
  ///   - models: what each model says, at least one, each above zero.
  ///   - kind: what the models are of, `card` or `host`: all things of one kind share the question which model is right,
  ///     so that it cancels where two of them are compared.
  public static func figure(
    _ label: String, of models: [Figure<Carbon>], kind: String, note: String? = nil
  ) -> Figure<Carbon> {
    precondition(!models.isEmpty, "a figure of no models")
    let grams = models.map(\.value.grams)
    let value = mean(grams)
    let estimate = Estimate(
      Carbon.grams(value), low: .grams(grams.min() ?? value), high: .grams(grams.max() ?? value),
      origin: .of(models.map(\.estimate.origin)),
      method: method.id, source: "embodied-models:\(kind)")
    let said =
      "The value is the geometric mean of \(models.count) models, the interval reaches from the lowest to the"
      + " highest; none of them is known to be right."
    return Figure(
      label, estimate, inputs: models.map(\.receipt), note: [said, note].compactMap(\.self).joined(separator: " "))
  }

  /// The entries for the registry.
  static let methods: [Method] = [method, card]

  /// A card by its name, for people.
  private static let card = Method(
    "card-embodied@1", "Embodied carbon of one GPU card by all models that know it",
    formula: "embodied-of-models over ACT, Cloud Carbon Footprint, what makers and tools print, and Boavizta",
    citation: Source("Each model's own, see the receipt; Dimmer's rule of putting them together"),
    inputs: [MethodParameter("card", "the card's name: H100, A100, L4, MI300X")],
    outputs: method.outputs + [MethodParameter("note", "what to know of it")]
  ) { arguments throws(MethodError) in
    let name = try arguments.text("card")
    let figure = try withTables { tables throws(FactorError) in try CardCarbon.embodied(of: name, tables: tables) }
    return [
      "carbon_grams": .number(figure.value.grams), "low_grams": .number(figure.estimate.low.grams),
      "high_grams": .number(figure.estimate.high.grams), "note": .text(figure.receipt.note ?? ""),
    ]
  }

  static let method = Method(
    "embodied-of-models@1", "Embodied carbon of one thing by several models: their geometric mean, lowest and highest",
    formula: "exp(mean of ln models); low = least of models; high = greatest of models",
    citation: Source("Dimmer's rule for models that differ and of which none is known to be right"),
    inputs: [
      MethodParameter(
        "models_grams", unit: "g", "what each model says",
        in: Double.leastNormalMagnitude...Double.greatestFiniteMagnitude)
    ],
    outputs: [
      MethodParameter("carbon_grams", unit: "g", "embodied carbon, CO2e"),
      MethodParameter("low_grams", unit: "g", "the lowest model"),
      MethodParameter("high_grams", unit: "g", "the highest model"),
    ]
  ) { arguments throws(MethodError) in
    let grams = try arguments.numbers("models_grams")
    guard let low = grams.min(), let high = grams.max() else {
      throw .noAnswer("'models_grams' is empty; give at least one model's number")
    }
    return ["carbon_grams": .number(mean(grams)), "low_grams": .number(low), "high_grams": .number(high)]
  }

  /// The geometric mean.
  static func mean(_ grams: [Double]) -> Double {
    guard grams.count > 1 else { return grams.first ?? 0 }
    return Logarithm.exponential(grams.map(Logarithm.natural).reduce(0, +) / Double(grams.count))
  }
}
