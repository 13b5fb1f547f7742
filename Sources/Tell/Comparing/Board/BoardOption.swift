public import Methods
public import Quantities

/// One row of a board.
public struct BoardOption: Hashable, Sendable {
  /// How an option's figures came about.
  public enum Basis: String, Hashable, Sendable {
    /// Its energy was measured in a calibration.
    case measured
    /// Its energy is estimated.
    case estimated
    /// The user states it.
    case declared
  }

  /// What is chosen.
  public let choice: BoardChoice
  /// How its figures came about.
  public let basis: Basis
  /// All that is known of it.
  public let figures: OptionFigures
  /// What it rests on, a sentence each.
  public let notes: [String]
  /// What may be said of it beside what is typical.
  public let verdicts: [Measure: Verdict]
  let boundaries: BoardBoundaries

  /// The choice in one line.
  public var label: String { choice.label }

  /// The verdict on a measure.
  public func verdict(_ measure: Measure) -> Verdict { verdicts[measure] ?? Verdict(unknown: "not compared") }

  /// A figure's explanation; of what is not known the reason.
  public func receipt(_ measure: Measure) -> Receipt { figures.receipt(measure, boundaries) }

  /// A figure without its unit; nothing when it is not known.
  public func estimate(_ measure: Measure) -> Estimate<Ratio>? { figures.estimate(measure, boundaries) }

  /// The value in the base unit; nothing when it is not known.
  public func value(_ measure: Measure) -> Double? { estimate(measure)?.value.value }
}

/// What carbon and water count on a board: the same of every option, since other boundaries are other quantities.
public struct BoardBoundaries: Hashable, Sendable {
  /// What carbon counts.
  public enum Carbon: String, Hashable, Sendable {
    /// That of the electricity and of the machines' making.
    case useAndMaking = "use_and_making"
    /// That of the electricity.
    case use
  }

  /// What water counts.
  public enum Water: String, Hashable, Sendable {
    /// On the site and at the power plants.
    case siteAndPlants = "site_and_plants"
    /// At the power plants.
    case plants
  }

  /// Of carbon: making is in it when it is known of every option whose use is known.
  public let carbon: Carbon
  /// Of water: the site is in it when it is known of every option whose plants are.
  public let water: Water

  init(_ figures: [OptionFigures]) {
    let used = figures.filter { $0.use.figure != nil }
    carbon = !used.isEmpty && used.allSatisfy { $0.useAndMaking.figure != nil } ? .useAndMaking : .use
    let watered = figures.filter { $0.waterAtPlants.figure != nil || $0.water.figure != nil }
    water = !watered.isEmpty && watered.allSatisfy { $0.water.figure != nil } ? .siteAndPlants : .plants
  }

  /// What carbon counts, for people.
  public var carbonWords: String {
    switch carbon {
    case .useAndMaking: "carbon of the electricity and of making the machines"
    case .use: "carbon of the electricity; making the machines is not in it"
    }
  }

  /// What water counts, for people.
  public var waterWords: String {
    switch water {
    case .siteAndPlants: "water for cooling on the site and at the power plants"
    case .plants: "water at the power plants; cooling on the site is not in it"
    }
  }
}

extension OptionFigures {
  private func chosenCarbon(_ boundaries: BoardBoundaries) -> Finding<Carbon> {
    boundaries.carbon == .useAndMaking ? useAndMaking : use
  }

  private func chosenWater(_ boundaries: BoardBoundaries) -> Finding<Water> {
    boundaries.water == .siteAndPlants ? water : waterAtPlants
  }

  func receipt(_ measure: Measure, _ boundaries: BoardBoundaries) -> Receipt {
    switch measure {
    case .carbon: chosenCarbon(boundaries).receipt(labelled: "carbon")
    case .energy: energy.receipt(labelled: "electricity")
    case .water: chosenWater(boundaries).receipt(labelled: "water")
    case .cost: cost.receipt(labelled: "cost of electricity")
    case .latency: latency.receipt(labelled: "time")
    case .quality: quality.receipt(labelled: "quality")
    }
  }

  func estimate(_ measure: Measure, _ boundaries: BoardBoundaries) -> Estimate<Ratio>? {
    switch measure {
    case .carbon: chosenCarbon(boundaries).figure?.estimate.plain
    case .energy: energy.figure?.estimate.plain
    case .water: chosenWater(boundaries).figure?.estimate.plain
    case .cost: cost.figure?.estimate.plain
    case .latency: latency.figure?.estimate.plain
    case .quality: quality.figure?.estimate.plain
    }
  }
}
