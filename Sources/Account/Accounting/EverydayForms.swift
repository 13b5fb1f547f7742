public import Factors
public import Methods
public import Quantities

/// The two comparisons that are most often made of AI, each with its derivation and what today's printed data say of it:
/// one image against miles in a petrol car, and the charge of an electric car against summaries.
public struct EverydayForms: Hashable, Sendable {
  /// One image of a model against a petrol car.
  public struct ImageDrive: Hashable, Sendable {
    /// The task.
    public let task: EquivalenceTable.Task
    /// Miles for one image, by carbon: it depends on the grid and says which.
    public let miles: Figure<Ratio>
    /// Images for one mile.
    public let images: Figure<Ratio>
  }

  /// Texts in the charge of an electric car.
  public struct ChargeTexts: Hashable, Sendable {
    /// The task.
    public let task: EquivalenceTable.Task
    /// Texts for one charge, by energy.
    public let texts: Figure<Ratio>
  }

  /// How many summaries a charge is often said to be.
  public static let claimedSummaries = 1500.0

  /// One image against miles, for every image task of the table.
  public let images: [ImageDrive]
  /// One charge against texts, for every text task.
  public let charges: [ChargeTexts]
  /// What one summary must take for the claim to hold: the battery over ``claimedSummaries``.
  public let energyOfTheClaim: Figure<Energy>

  /// Both forms.
  ///
  /// - Parameters:
  ///   - grid: the grid that images are made on.
  ///   - battery: energy of a full charge; see ``EverydayComparison/battery(stated:)``.
  /// - Throws: ``FactorError`` when the table lacks the car.
  public init(
    grid: Figure<CarbonIntensity>, battery: Figure<Energy>, table: EquivalenceTable
  ) throws(FactorError) {
    let car = try table.entry("car-mile-us")
    let mile = PublishedFactor.figure(
      "one mile in an average US petrol car", Carbon.grams(car.amountInBase), uncertainty: "equivalence:\(car.id)",
      source: car.source, note: car.gases)
    images = table.tasks.filter { $0.kind == .image }.map { task in
      let carbon = OperationalCarbon.carbon(
        of: FacilityEnergy(meteredAtFacility: EverydayForms.energy(task)), at: grid, labelled: "carbon of \(task.task)")
      return ImageDrive(
        task: task,
        miles: Equivalence.formula.figure(
          "miles in an average US petrol car for \(task.task)", [Term(carbon), Term(mile)], note: "Compared by carbon."),
        images: Equivalence.formula.figure(
          "images for one mile in an average US petrol car", [Term(mile), Term(carbon)], note: "Compared by carbon."))
    }
    charges = table.tasks.filter { $0.kind == .text }.map { task in
      ChargeTexts(
        task: task,
        texts: Equivalence.formula.figure(
          "texts for one charge of an electric car", [Term(battery), Term(EverydayForms.energy(task))],
          note: "Compared by energy."))
    }
    let claimed = DeclaredValue.figure(
      "summaries that a charge is said to be", Ratio(EverydayForms.claimedSummaries), note: "The claim under test.")
    energyOfTheClaim = Equivalence.formula.figure(
      "energy that one summary must take for the claim to hold", [Term(battery), Term(claimed)])
  }

  /// What is to be said of the charge: how far the printed energies are from the claim.
  public var verdict: String {
    let needed = energyOfTheClaim.value
    let energies = charges.map(\.task.energy)
    guard let least = energies.min(), let most = energies.max() else { return "no printed energy of a text is at hand" }
    let times = { (energy: Energy) in Decimals.significant(needed / energy, digits: 2) }
    let said =
      "the claim needs \(needed.inWattHours) a summary; printed texts take \(least.inWattHours) to \(most.inWattHours)"
    return most < needed
      ? "\(said), so a charge is \(times(most)) to \(times(least)) times as many"
      : "\(said): it may hold for the largest models"
  }

  /// The printed energy of a task, right within a factor of two as no source prints bounds.
  private static func energy(_ task: EquivalenceTable.Task) -> Figure<Energy> {
    PublishedFactor.figure(
      "energy of \(task.task)", task.energy, relative: DefaultBounds.embodied, uncertainty: "task:\(task.id)",
      source: task.source, note: "Counts \(task.boundary).")
  }
}

extension Energy {
  /// In watt-hours whatever the amount, as energies of requests are printed: `0.0317 Wh`.
  public var inWattHours: String { "\(Decimals.significant(kilowattHours * 1000, digits: 3)) Wh" }
}
