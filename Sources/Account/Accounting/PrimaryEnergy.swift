public import Methods
public import Quantities

/// Energy in the fuels and flows that electricity was made of (`primary-energy@1`).
///
/// It depends on the mix and on a convention: what one kilowatt-hour of wind or of nuclear heat counts as. So the factor
/// is given, with its convention, or of a published table; else primary energy is unknown. There is no default.
public enum PrimaryEnergy {
  /// Primary energy of electricity: energy with overhead times the factor.
  ///
  /// - Parameters:
  ///   - energy: electricity with the building's overhead.
  ///   - factor: joules of primary energy for each joule of electricity, at least 1 in every convention but for flows.
  public static func figure(of energy: FacilityEnergy, factor: Finding<Ratio>) -> Finding<Energy> {
    factor.map { formula.figure("primary energy", [Term(energy.figure), Term($0)]) }
  }

  /// The factor of a mix: the shares of its fuels times their factors (`primary-energy-of-mix@1`).
  ///
  /// - Parameter parts: each fuel's share of the electricity, together 1 within 1 %, and its factor.
  /// - Throws: ``Unknown`` when shares are negative or do not make a whole.
  public static func factor(ofMix parts: [(share: Figure<Ratio>, factor: Figure<Ratio>)]) throws(Unknown) -> Figure<
    Ratio
  > {
    let whole = parts.map(\.share.value.value).reduce(0, +)
    guard parts.allSatisfy({ $0.share.value.value >= 0 }), abs(whole - 1) <= 0.01 else {
      throw Unknown("the shares of the mix add up to \(Decimals.significant(whole, digits: 3)), not to 1")
    }
    let products: [Figure<Ratio>] = parts.map {
      Figure(
        "part of the mix",
        .combining($0.share.estimate, $0.factor.estimate, method: mixID, *),
        inputs: [$0.share.receipt, $0.factor.receipt])
    }
    return Figure(
      "primary energy factor of the mix", products.map(\.estimate).total(method: mixID),
      inputs: products.map(\.receipt))
  }

  /// Why primary energy is not known when nobody gave a factor.
  public static let noFactor = Unknown(
    "no primary energy factor was given; state one with its convention, for example 1.8 for the EU's mix by the factor"
      + " that you report with")

  static let methods: [Method] = [formula.method, mix]
  private static let citation = Source(
    "EN 17423:2020, Energy performance of buildings: reporting of primary energy factors")
  private static let mixID: MethodID = "primary-energy-of-mix@1"

  static let formula = Formula(
    id: "primary-energy@1", summary: "Primary energy of electricity: energy with overhead times a given factor",
    formula: "facility_energy_joules x factor", citation: citation,
    inputs: [
      MethodParameter(
        "facility_energy_joules", unit: "J", "electricity with overhead", in: 0...Double.greatestFiniteMagnitude),
      MethodParameter("factor", "primary energy for each unit of electricity", in: 0...100),
    ],
    output: MethodParameter("primary_energy_joules", unit: "J", "primary energy"), evaluate: { $0[0] * $0[1] })

  private static let mix = Method(
    mixID, "The primary energy factor of a mix of fuels", formula: "sum of shares x factors", citation: citation,
    inputs: [
      MethodParameter("shares", "part of the electricity, one number a fuel", in: 0...1),
      MethodParameter("factors", "primary energy for each unit, in the same order", in: 0...100),
    ],
    outputs: [MethodParameter("factor", "primary energy for each unit of the mix")]
  ) { arguments throws(MethodError) in
    let shares = try arguments.numbers("shares")
    let factors = try arguments.numbers("factors")
    guard shares.count == factors.count else {
      throw .noAnswer("\(shares.count) shares and \(factors.count) factors; give as many of each")
    }
    let given = { (label: String, value: Double) in
      DeclaredValue.figure(label, Ratio(value), note: "Given as an input.")
    }
    do throws(Unknown) {
      let factor = try factor(ofMix: zip(shares, factors).map { (given("share", $0), given("factor", $1)) })
      return ["factor": .number(factor.value.value)]
    } catch {
      throw MethodError.noAnswer(error.reason)
    }
  }
}
