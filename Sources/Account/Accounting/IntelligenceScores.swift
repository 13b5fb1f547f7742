public import Methods
public import Quantities

/// The scores of SCI for AI: what using a model costs, and what making it did. They have different units and different
/// owners, so they stand beside each other and are never added; there is no way here to do so.
public struct IntelligenceScores: Hashable, Sendable {
  /// A unit that consumers count in; components only add up where it is the same.
  public enum ConsumerUnit: String, Hashable, Sendable, CaseIterable {
    /// Of a language model.
    case token
    /// Of video and speech.
    case second
    /// Of an image model.
    case image
    /// Of an agent, with every call it triggered.
    case workflow = "workflow run"
    /// Of text recognition.
    case page
    /// Of classic models.
    case inference
    /// Of translation and speech synthesis.
    case character
  }

  /// A unit that providers count in.
  public enum ProviderUnit: String, Hashable, Sendable, CaseIterable {
    /// Used floating point operations.
    case operation = "FLOP"
    /// Training tokens.
    case trainingToken = "training token"
    /// Parameters.
    case parameter
  }

  /// Operation and monitoring per unit of use (`sci-ai-consumption@1`); unknown while its carbon is.
  public let consumer: Finding<Carbon>
  /// Inception, design, development and deployment per unit of the model (`sci-ai-provision@1`).
  public let provider: Finding<Carbon>
  /// Litres per unit of use (`water-intensity-score@1`): the companion that the standard does not have.
  public let water: Finding<Water>

  /// Carbon and water of a boundary, and the units that it served or made.
  public struct Account<Unit: Hashable & Sendable>: Hashable, Sendable {
    /// Carbon of electricity by location, and of machines.
    public var carbon: Finding<Carbon>
    /// Water on the site and at the power plants.
    public var water: Finding<Water>
    /// How many units.
    public var units: Figure<Ratio>
    /// What one is.
    public var unit: Unit

    /// An account; `units` is above 0.
    public init(carbon: Finding<Carbon>, water: Finding<Water>, units: Figure<Ratio>, unit: Unit) {
      self.carbon = carbon
      self.water = water
      self.units = units
      self.unit = unit
    }
  }

  /// Both scores.
  ///
  /// - Parameters:
  ///   - consumer: operation and monitoring, location-based, without offsets.
  ///   - provider: data, all training runs with the failed ones, deployment; `nil` when nobody told.
  public init(consumer: Account<ConsumerUnit>, provider: Account<ProviderUnit>?) {
    let unit = consumer.unit.rawValue
    self.consumer = IntelligenceScores.perUnit(consumer.carbon, consumer.units) {
      IntelligenceScores.consumption.figure("SCI for AI, consumer: carbon per \(unit)", $0)
    }
    water = IntelligenceScores.perUnit(consumer.water, consumer.units) {
      IntelligenceScores.wetness.figure("water per \(unit)", $0)
    }
    guard let provider else {
      self.provider = .unknown("the provider has not told what making the model cost")
      return
    }
    self.provider = IntelligenceScores.perUnit(provider.carbon, provider.units) {
      IntelligenceScores.provision.figure("SCI for AI, provider: carbon per \(provider.unit.rawValue)", $0)
    }
  }

  private static func perUnit<Q: Quantity>(
    _ amount: Finding<Q>, _ units: Figure<Ratio>, _ figure: ([Term]) -> Figure<Q>
  ) -> Finding<Q> {
    guard units.value.value > 0 else { return .unknown("no unit was served, and nothing can be told per unit") }
    return amount.map { figure([Term($0), Term(units)]) }
  }

  static let methods: [Method] = [consumption.method, provision.method, wetness.method]
  private static let draft = Source(
    "Green Software Foundation, SCI for AI (draft), consumer and provider scores", year: 2025)

  private static let consumption = score(
    "sci-ai-consumption@1", "SCI for AI, consumer: carbon of operation and monitoring per unit of use",
    amount: "carbon_grams",
    unit: "g", result: "score_grams", draft)
  private static let provision = score(
    "sci-ai-provision@1", "SCI for AI, provider: carbon of making a model per unit of it", amount: "carbon_grams",
    unit: "g", result: "score_grams", draft)
  private static let wetness = score(
    "water-intensity-score@1", "Water per unit of use, on the site and at the power plants: the companion of an SCI",
    amount: "water_litres", unit: "L", result: "score_litres",
    Source(
      "Green Software Foundation, SCI for AI, issue 152: a companion metric for water with the same unit", year: 2025))

  private static func score(
    _ id: MethodID, _ summary: String, amount: String, unit: String, result: String, _ citation: Source
  ) -> Formula {
    Formula(
      id: id, summary: summary, formula: "\(amount) / units", citation: citation,
      inputs: [
        MethodParameter(amount, unit: unit, "of the whole boundary", in: 0...Double.greatestFiniteMagnitude),
        MethodParameter(
          "units", "units served or made", in: Double.leastNormalMagnitude...Double.greatestFiniteMagnitude),
      ],
      output: MethodParameter(result, unit: unit, "per unit"), evaluate: { $0[0] / $0[1] })
  }
}
