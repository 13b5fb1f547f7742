import Factors
import Quantities

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// EcoLogits' estimate of one text request, as of its versions 0.9 to 0.11 (`ecologits-formula@1`).
///
/// H100 80 GB cards, 16 bit weights, 8 cards a server; regressions on measurements with vLLM. Input tokens are not
/// counted, and above 200 billion parameters it extrapolates: that is the peer's model, not Dimmer's.
public struct EcoLogitsText: Hashable, Sendable {
  /// What is known of a model.
  public struct Model: Hashable, Sendable {
    /// Parameters at work on one token, in billions.
    public var activeBillions: PeerNumber
    /// All parameters, in billions.
    public var totalBillions: PeerNumber
    /// Observed speed; without one the regression's.
    public var tokensPerSecond: Double?
    /// Observed time to the first token, in seconds; without one none is added.
    public var firstTokenSeconds: Double?

    /// What is known of a model.
    public init(
      activeBillions: PeerNumber, totalBillions: PeerNumber, tokensPerSecond: Double? = nil,
      firstTokenSeconds: Double? = nil
    ) {
      self.activeBillions = activeBillions
      self.totalBillions = totalBillions
      self.tokensPerSecond = tokensPerSecond
      self.firstTokenSeconds = firstTokenSeconds
    }
  }

  /// The model asked.
  public var model: Model
  /// Tokens it wrote.
  public var outputTokens: Double
  /// The time the caller waited, in seconds: the estimate of the time never exceeds it.
  public var latencyCapSeconds: Double
  /// Requests that the server works on at once.
  public var batch: Double

  /// The batch that EcoLogits assumes.
  public static let usualBatch = 64.0

  /// One request.
  public init(
    model: Model, outputTokens: Double, latencyCapSeconds: Double = .infinity, batch: Double = EcoLogitsText.usualBatch
  ) {
    self.model = model
    self.outputTokens = outputTokens
    self.latencyCapSeconds = latencyCapSeconds
    self.batch = batch
  }

  /// What EcoLogits charges it. Where parameters are a range, the formula runs at both ends.
  public func impacts(at site: EcoLogitsSite) -> EcoLogitsImpacts {
    let (active, total) = (model.activeBillions, model.totalBillions)
    let low = impacts(active: active.low, total: total.low, at: site)
    guard active.isRange || total.isRange else { return low }
    return EcoLogitsImpacts(from: low, to: impacts(active: active.high, total: total.high, at: site))
  }

  private func impacts(active: Double, total: Double, at site: EcoLogitsSite) -> EcoLogitsImpacts {
    let cards = EcoLogitsText.cards(totalBillions: total)
    let servers = cards / EcoLogitsText.cardsPerServer
    let seconds = min(latencyCapSeconds, generationSeconds(activeBillions: active))
    let serverEnergy = seconds / 3600 * EcoLogitsText.serverKilowatts * servers / batch
    let cardEnergy = outputTokens * wattHoursPerToken(activeBillions: active) / 1000
    let share = seconds / (EcoLogitsText.lifeSeconds * batch)
    return EcoLogitsImpacts(
      itEnergyKilowattHours: .one(serverEnergy + cards * cardEnergy),
      embodied: EcoLogitsText.server.shared(share, with: EcoLogitsText.card, servers: servers, accelerators: cards),
      at: site)
  }

  /// Energy of one card for one token, in watt-hours.
  func wattHoursPerToken(activeBillions: Double) -> Double {
    1.1665273170451914e-06 * exp(-0.011205921025579175 * batch) * activeBillions + 4.052928146734005e-05
  }

  /// The time of the whole answer, in seconds.
  func generationSeconds(activeBillions: Double) -> Double {
    let regression = 6.785088094353663e-4 * activeBillions + 3.119310311688259e-4 * batch + 0.019473717579473387
    return outputTokens * (model.tokensPerSecond.map { 1 / $0 } ?? regression) + (model.firstTokenSeconds ?? 0)
  }

  /// Cards of 80 GB that hold the weights at 16 bit with a fifth to spare: a power of two.
  static func cards(totalBillions: Double) -> Double {
    let needed = (1.2 * totalBillions * 16 / 8 / 80).rounded(.up)
    var cards = 1.0
    while cards < needed { cards *= 2 }
    return cards
  }

  private static let cardsPerServer = 8.0
  private static let serverKilowatts = 1.2
  static let lifeSeconds = Span.years(3).seconds
  private static let server = EcoLogitsServer.Making(
    carbonKilograms: 5700, antimonyKilograms: 0.37, primaryEnergyMegajoules: 70_000)
  private static let card = EcoLogitsServer.Making(
    carbonKilograms: 273, antimonyKilograms: 0.00895, primaryEnergyMegajoules: 3721)
}
