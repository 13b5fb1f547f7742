import Accounting
import Factors
public import Methods
public import Quantities

/// The whole life of a model by phase, each with its operational and its manufacturing side.
public struct DevelopmentCycle: Hashable, Sendable {
  /// What it is of.
  public var name: String
  /// The phases that are known, each once. What is not among them is not counted, and said so.
  public var phases: [PhaseWork]
  /// Where it happens.
  public var site: Site
  /// Requests in the model's life, where they are known.
  public var requests: Figure<Ratio>?
  /// Busy share of the accelerators before a lever makes them busier.
  public var utilisation = DevelopmentCycle.usualUtilisation
  /// How long machines last before a lever makes it longer.
  public var life: Figure<Span>

  /// A cycle.
  ///
  /// - Throws: ``Methods/Unknown`` for no phase, and for a phase that is there twice.
  public init(
    _ name: String, phases: [PhaseWork], site: Site, requests: Figure<Ratio>? = nil, life: Figure<Span>
  ) throws(Unknown) {
    guard !phases.isEmpty else { throw Unknown("no phase was stated; state one, for example --phase training=433MWh") }
    for phase in phases where phases.filter({ $0.phase == phase.phase }).count > 1 {
      throw Unknown("the phase \(phase.phase.rawValue) is there twice; state it once, with all that belongs to it")
    }
    self.name = name
    self.phases = DevelopmentPhase.allCases.compactMap { kind in phases.first { $0.phase == kind } }
    self.site = site
    self.requests = requests
    self.life = life
  }

  /// The phases that nothing was stated of.
  public var notCounted: [DevelopmentPhase] {
    DevelopmentPhase.allCases.filter { phase in !phases.contains { $0.phase == phase } }
  }

  /// What experimentation was seen to use of its GPUs.
  public static let usualUtilisation = Figure(
    "busy share of the accelerators now",
    Estimate(
      Ratio(0.4), low: Ratio(0.3), high: Ratio(0.5), origin: .published, method: "published-factor@1",
      source: "utilisation:experimentation"),
    source: Source("Wu and others, Sustainable AI (MLSys 2022), figure 10", year: 2022, licence: "facts, cited"),
    note: "Most experiments use GPUs at 30 to 50 %; the middle is Dimmer's. State your own with --utilisation.")

  /// Power of an idle machine over a busy one.
  static let idleShare = TrainingPrior.figure(
    "power of an idle machine over a busy one", 0.25, 0.1...0.5, named: "prior:idle-share",
    note: "Idle GPUs draw a ninth of a busy one's power (Cloud Carbon Footprint), processors and fans beside them more."
  )

  /// Life cycle intensity of carbon-free supply: wind 11, solar power plants 48 g/kWh.
  static let supply: Figure<CarbonIntensity> = Figure(
    "life cycle intensity of carbon-free supply",
    Estimate(
      CarbonIntensity.gramsPerKilowattHour(30), low: .gramsPerKilowattHour(11), high: .gramsPerKilowattHour(48),
      origin: .published, method: "published-factor@1", source: "carbon-free-supply"),
    source: Source("IPCC, Fifth Assessment Report, WG III annex III, medians", year: 2014, licence: "facts, cited"),
    note: "From onshore wind at 11 to solar power plants at 48 g/kWh; the middle is Dimmer's.")
}

/// Energy and carbon at one moment of the reckoning: of a phase or of all of them.
public struct CycleTerms: Hashable, Sendable {
  /// Energy with the site's overhead.
  public let energy: Figure<Energy>
  /// Operational carbon, location-based until a lever brings carbon-free supply.
  public let operational: Finding<Carbon>
  /// Embodied carbon.
  public let embodied: Finding<Carbon>

  /// Both kinds of carbon together; unknown while one of them is.
  public var total: Finding<Carbon> {
    switch (operational, embodied) {
    case (.figure(let used), .figure(let made)):
      .figure(CycleFormula.total("operational and embodied carbon", [used, made]))
    case (.unknown(let unknown), _), (_, .unknown(let unknown)): .unknown(unknown)
    }
  }

  /// The terms of all phases together.
  static func sum(of all: [CycleTerms]) -> CycleTerms {
    CycleTerms(
      energy: CycleFormula.total("energy of all phases", all.map(\.energy)),
      operational: sum("operational carbon of all phases", all.map(\.operational)),
      embodied: sum("embodied carbon of all phases", all.map(\.embodied)))
  }

  private static func sum(_ label: String, _ parts: [Finding<Carbon>]) -> Finding<Carbon> {
    let reasons = parts.compactMap(\.reason)
    guard reasons.isEmpty else {
      var each: [String] = []
      for reason in reasons where !each.contains(reason) { each.append(reason) }
      return .unknown(each.joined(separator: "; "))
    }
    return .figure(CycleFormula.total(label, parts.compactMap(\.figure)))
  }
}
