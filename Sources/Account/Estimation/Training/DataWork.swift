import Accounting
public import Methods
public import Quantities

/// Data of models: kept, moved, and made by other models.
public enum DataWork {
  /// What data is kept on.
  public enum Medium: String, Hashable, Sendable, CaseIterable {
    /// Hard disks.
    case hdd
    /// Solid state disks.
    case ssd

    /// Watts a terabyte as Cloud Carbon Footprint prints them.
    var wattsPerTerabyte: Double { self == .hdd ? 0.65 : 1.2 }
  }

  /// How data is moved.
  public enum Path: String, Hashable, Sendable, CaseIterable {
    /// Inside one cloud.
    case cloud
    /// Over the internet.
    case internet
  }

  /// Power of keeping a terabyte on a medium.
  public static func powerPerTerabyte(on medium: Medium) -> Figure<Power> {
    Figure(
      "power of keeping a terabyte on \(medium.rawValue.uppercased())",
      Estimate(
        Power.watts(medium.wattsPerTerabyte), relative: TrainingPrior.storagePower, origin: .published,
        method: "published-factor@1", source: "storage-power:\(medium.rawValue)"),
      source: Source("Cloud Carbon Footprint methodology, storage", year: 2020, licence: "Apache-2.0"),
      note: "The interval, half to twice, is Dimmer's: the source prints none.")
  }

  /// Energy of moving a gigabyte on a path.
  public static func energyPerGigabyte(on path: Path) -> Figure<Energy> {
    guard path == .cloud else { return TrainingPrior.internet }
    return Figure(
      "energy of moving a gigabyte inside a cloud",
      Estimate(
        Energy.kilowattHours(0.001), relative: -0.5...1, origin: .published, method: "published-factor@1",
        source: "cloud-network"),
      source: Source("Cloud Carbon Footprint methodology, networking", year: 2020, licence: "Apache-2.0"),
      note: "The interval, half to twice, is Dimmer's: the source prints none.")
  }

  /// Energy of keeping data (`data-storage@1`).
  ///
  /// - Parameters:
  ///   - data: how much, one copy.
  ///   - copies: replication, at least 1.
  ///   - time: for how long.
  public static func storage(
    of data: Figure<Bits>, copies: Figure<Ratio>, for time: Figure<Span>, on medium: Medium
  ) -> Figure<Energy> {
    storage.figure(
      "energy of keeping data on \(medium.rawValue.uppercased())",
      [Term(data), Term(copies), Term(time), Term(powerPerTerabyte(on: medium))])
  }

  /// Energy of moving data (`data-movement@1`).
  public static func movement(of data: Figure<Bits>, on path: Path) -> Figure<Energy> {
    movement.figure("energy of moving data", [Term(data), Term(energyPerGigabyte(on: path))])
  }

  /// Energy of making data with a model (`synthetic-data@1`).
  ///
  /// - Parameters:
  ///   - tokens: tokens that were made, those thrown away counted.
  ///   - energyPerToken: IT energy of one, measured or estimated.
  public static func synthetic(tokens: Figure<Ratio>, energyPerToken: Figure<Energy>) -> Figure<Energy> {
    synthetic.figure("energy of making data with a model", [Term(tokens), Term(energyPerToken)])
  }

  static let methods: [Method] = [storage.method, movement.method, synthetic.method]
  private static let any = 0...Double.greatestFiniteMagnitude

  private static let storage = Formula(
    id: "data-storage@1", summary: "Energy of keeping data: watts a terabyte, copies and time",
    formula: "data_bits / 8e12 x copies x time_seconds x terabyte_watts",
    citation: Source("Cloud Carbon Footprint methodology, storage: W/TB x replication x time", year: 2020),
    inputs: [
      MethodParameter("data_bits", unit: "bit", "one copy of the data", in: any),
      MethodParameter("copies", "how many copies are kept", in: 1...100),
      MethodParameter("time_seconds", unit: "s", "for how long", in: any),
      MethodParameter("terabyte_watts", unit: "W", "power of keeping a terabyte", in: any),
    ],
    output: MethodParameter("energy_joules", unit: "J", "IT energy"),
    evaluate: { $0[0] / 8e12 * $0[1] * $0[2] * $0[3] })

  private static let movement = Formula(
    id: "data-movement@1", summary: "Energy of moving data over a network",
    formula: "data_bits / 8e9 x gigabyte_joules",
    citation: Source("Cloud Carbon Footprint methodology, networking: kWh/GB", year: 2020),
    inputs: [
      MethodParameter("data_bits", unit: "bit", "what is moved", in: any),
      MethodParameter("gigabyte_joules", unit: "J", "energy of moving a gigabyte", in: any),
    ],
    output: MethodParameter("energy_joules", unit: "J", "energy of the network"), evaluate: { $0[0] / 8e9 * $0[1] })

  private static let synthetic = Formula(
    id: "synthetic-data@1", summary: "Energy of making data with a model: tokens made and energy of one",
    formula: "tokens x token_joules",
    citation: Source("Green Software Foundation, SCI for AI (draft): synthetic data belongs to the provider's score"),
    inputs: [
      MethodParameter("tokens", "tokens made, those thrown away counted", in: any),
      MethodParameter("token_joules", unit: "J", "IT energy of one token", in: any),
    ],
    output: MethodParameter("energy_joules", unit: "J", "IT energy"), evaluate: { $0[0] * $0[1] })
}
