public import Factors
public import Methods
public import Quantities

/// An amount of energy and of carbon beside everyday things, each by its own rule: devices, electric cars and households
/// by energy, which does not depend on the grid; petrol cars, flights and what is only printed in carbon by carbon. What is
/// known in one of the two alone is compared with the things of that one, and the others are unknown.
public struct EverydayComparison: Hashable, Sendable {
  /// One thing.
  public struct Row: Hashable, Sendable {
    /// The name it is asked for by.
    public let id: String
    /// What is counted: smartphone charges.
    public let activity: String
    /// How many, or why not.
    public let count: Finding<Ratio>
    /// Energy or carbon of one, for people.
    public let one: String
    /// `energy` or `carbon`.
    public let basis: String
    /// Where one stands.
    public let source: Source?
    /// By how much a tool with a factor that has been replaced differs, in words; `nil` when there is none.
    public let otherTools: String?
  }

  /// The things, in the order of the table; the electric car's charge last.
  public let rows: [Row]
  /// The energy compared, for people; `nil` when it is not known.
  public let energy: Finding<Energy>
  /// The carbon compared.
  public let carbon: Finding<Carbon>

  /// Compares an amount.
  ///
  /// - Parameters:
  ///   - battery: energy of a full charge of an electric car; see ``battery(stated:)``.
  public init(
    energy: Finding<Energy>, carbon: Finding<Carbon>, battery: Figure<Energy>, table: EquivalenceTable
  ) {
    self.energy = energy
    self.carbon = carbon
    var rows = table.entries.map { entry in
      Row(
        id: entry.id, activity: entry.activity, count: entry.count(in: energy, or: carbon),
        one: entry.one, basis: entry.basis, source: entry.source,
        otherTools: EverydayComparison.otherTools(entry, table.superseded))
    }
    let charge = energy.map { energy -> Figure<Ratio> in
      Equivalence.formula.figure(
        "full charges of an electric car", [Term(energy), Term(battery)], note: "Compared by energy.")
    }
    rows.append(
      Row(
        id: "electric-car-charge", activity: "full charges of an electric car", count: charge,
        one: battery.value.formatted(), basis: "energy", source: nil, otherTools: nil))
    self.rows = rows
  }

  /// The battery of an electric car: as stated, else 60 kWh by Dimmer's assumption, good to a factor of 1.5.
  public static func battery(stated energy: Energy?) -> Figure<Energy> {
    if let energy {
      return DeclaredValue.figure("battery of the electric car", energy, note: "As stated with --battery.")
    }
    return Figure(
      "battery of the electric car",
      Estimate(
        .kilowattHours(60), low: .kilowattHours(40), high: .kilowattHours(90), origin: .assumed,
        method: DeclaredValue.formula.id, source: "electric-car-battery"),
      note: "Assumed by Dimmer for want of a statement: batteries of cars on sale hold about 40 to 90 kWh; state yours."
    )
  }

  private static func otherTools(_ entry: EquivalenceTable.Entry, _ all: [EquivalenceTable.Entry]) -> String? {
    let old = all.filter { $0.instead == entry.id }
    guard !old.isEmpty else { return nil }
    return old.map { other in
      let percent = Int((100 * (entry.amountInBase / other.amountInBase - 1)).rounded())
      let year = other.source.year.map { " of \($0)" } ?? ""
      return "a tool with the factor\(year), \(other.one), says \(abs(percent)) % \(percent < 0 ? "fewer" : "more")"
    }.joined(separator: "; ")
  }

  /// Why nothing is compared by energy.
  public static let noEnergy = Unknown("no energy was given; give it with --energy, for example --energy '1.2 kWh'")
  /// Why nothing is compared by carbon.
  public static let noCarbon = Unknown(
    "no carbon was given; give it with --carbon '400 g', or name the grid of the energy with --region DE")
}

extension EquivalenceTable.Entry {
  /// Energy or carbon of one, for people.
  public var one: String {
    switch amount {
    case .energy(let energy): energy.formatted()
    case .carbon(let carbon): "\(carbon.formatted()) \(gases)"
    }
  }

  /// What it is compared by.
  public var basis: String {
    if case .energy = amount { "energy" } else { "carbon" }
  }

  /// How many of it the energy is, or the carbon, whichever it is compared by; unknown where that is.
  func count(in energy: Finding<Energy>, or carbon: Finding<Carbon>) -> Finding<Ratio> {
    switch amount {
    case .energy(let one): count(in: energy, one)
    case .carbon(let one): count(in: carbon, one)
    }
  }

  private func count<Q: Quantity>(in whole: Finding<Q>, _ one: Q) -> Finding<Ratio> {
    let unit = PublishedFactor.figure(
      "one of the \(activity)", one, uncertainty: "equivalence:\(id)", source: source, note: gases.isEmpty ? nil : gases
    )
    return whole.map {
      Equivalence.formula.figure(activity, [Term($0), Term(unit)], note: "Compared by \(basis).")
    }
  }

  /// Joules or grams of one.
  var amountInBase: Double {
    switch amount {
    case .energy(let energy): energy.joules
    case .carbon(let carbon): carbon.grams
    }
  }
}
