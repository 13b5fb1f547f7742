public import Methods
public import Quantities

/// Carbon of one request: C = E x PUE x c / 3.6e6 + M x (t / T_life) x share. The two parts are never added up silently:
/// one is of the electricity used now, the other of making the machine.
public struct RequestCarbon: Hashable, Sendable {
  /// Of the electricity (`operational-carbon@1`).
  public let operational: Figure<Carbon>
  /// Of the machine, by time (`embodied-by-time@1`); `nil` when the machine is not known.
  public let embodied: Figure<Carbon>?

  /// Carbon of a request.
  ///
  /// - Parameters:
  ///   - energy: the request's energy with the site's overhead.
  ///   - intensity: the grid's, at the request's time.
  ///   - duration: how long the machine was held.
  ///   - machine: the machine's embodied carbon and life; `nil` when they are not known.
  ///   - share: the part of the machine that the request held.
  public init(
    energy: FacilityEnergy, intensity: Figure<CarbonIntensity>, duration: Figure<Span>,
    machine: MachineCarbon.Account?, share: Figure<Ratio> = MachineShare.whole
  ) {
    operational = OperationalCarbon.carbon(of: energy, at: intensity, labelled: "operational carbon of the request")
    embodied = machine.map {
      EmbodiedCarbon.byTime(
        total: $0.total, reserved: duration, life: $0.life, share: share, labelled: "embodied carbon of the request")
    }
  }

  /// What a second of a machine owes of its embodied carbon: for those who charge many requests.
  public static func embodiedPerSecond(
    of machine: MachineCarbon.Account, share: Figure<Ratio> = MachineShare.whole
  ) -> Figure<Carbon> {
    EmbodiedCarbon.byTime(
      total: machine.total, reserved: DeclaredValue.figure("one second", Span.seconds(1), note: "The unit that is asked for."), life: machine.life,
      share: share, labelled: "embodied carbon of the machine, each second")
  }

  /// The entry for the registry.
  static let method = Method(
    "request-carbon@1", "Carbon of one request: of its electricity, and its share of the machine's making",
    formula: "energy_joules x pue x intensity_grams_per_kwh / 3.6e6; embodied_grams_per_s x duration_seconds x share",
    citation: Source("ISO/IEC 21031:2024, Software Carbon Intensity (SCI) specification, both parts kept apart"),
    inputs: [
      MethodParameter("energy_joules", unit: "J", "IT energy of the request", in: any),
      MethodParameter("pue", "the site's PUE", in: 1...100),
      MethodParameter("intensity_grams_per_kwh", unit: "g/kWh", "grid intensity", in: 0...5000),
      MethodParameter("embodied_per_second", "grams that a second of the machine owes", default: .number(0), in: any),
      MethodParameter("duration_seconds", unit: "s", "how long it took", default: .number(0), in: any),
      MethodParameter("share", "the part of the machine it held", default: .number(1), in: 0...1),
    ],
    outputs: [
      MethodParameter("operational_grams", unit: "g", "of the electricity, CO2e"),
      MethodParameter("embodied_grams", unit: "g", "of the machine, CO2e"),
    ]
  ) { arguments throws(MethodError) in
    let energy = FacilityEnergy.formula.evaluate([
      try arguments.number("energy_joules"), try arguments.number("pue"),
    ])
    let held = try arguments.number("duration_seconds") * arguments.number("share")
    return [
      "operational_grams": .number(
        OperationalCarbon.once.evaluate([energy, try arguments.number("intensity_grams_per_kwh")])),
      "embodied_grams": .number(try arguments.number("embodied_per_second") * held),
    ]
  }

  private static let any = 0...Double.greatestFiniteMagnitude
}
