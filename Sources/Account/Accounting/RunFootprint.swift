public import Methods
public import Quantities

/// What one run cost: carbon of its electricity, its share of the machine's embodied carbon, water, and the grid's
/// intensity that it rests on. Each is a figure or the reason why it is not known; nothing is filled in silently.
public struct RunFootprint: Hashable, Sendable {
  /// What is known of a run.
  public struct Inputs: Sendable {
    /// Energy of the run at the IT boundary, as metered.
    public var energy: Figure<Energy>
    /// How long it lasted.
    public var duration: Span
    /// The grid's intensity, or why it is not known.
    public var intensity: Finding<CarbonIntensity>
    /// The site's PUE; unknown counts no overhead and says so.
    public var pue: Finding<Ratio>
    /// Litres on the site per kWh of IT energy (WUE), or why not known.
    public var onSiteWater: Finding<WaterIntensity>
    /// Litres at the power plants per kWh (EWIF), or why not known.
    public var offSiteWater: Finding<WaterIntensity>
    /// The machine's embodied carbon and life, or why not known.
    public var machine: Result<MachineCarbon.Account, Unknown>
    /// The part of the machine that the run had reserved, 0 to 1.
    public var share: Figure<Ratio>

    /// What is known of a run; everything beside energy and duration may be left unknown.
    public init(
      energy: Figure<Energy>, duration: Span, intensity: Finding<CarbonIntensity> = .unknown(RunFootprint.noRegion),
      pue: Finding<Ratio> = .unknown(RunFootprint.noPUE),
      onSiteWater: Finding<WaterIntensity> = .unknown(RunFootprint.noOnSiteWater),
      offSiteWater: Finding<WaterIntensity> = .unknown(RunFootprint.noRegion),
      machine: Result<MachineCarbon.Account, Unknown> = .failure(RunFootprint.noMachine),
      share: Figure<Ratio> = MachineShare.whole
    ) {
      self.energy = energy
      self.duration = duration
      self.intensity = intensity
      self.pue = pue
      self.onSiteWater = onSiteWater
      self.offSiteWater = offSiteWater
      self.machine = machine
      self.share = share
    }
  }

  /// Energy that the carbon and the off-site water are computed from, with its boundary.
  public let facilityEnergy: FacilityEnergy
  /// The grid's intensity.
  public let intensity: Finding<CarbonIntensity>
  /// Operational carbon: of the electricity used, location-based.
  public let carbon: Finding<Carbon>
  /// The share of the machine's embodied carbon.
  public let embodied: Finding<Carbon>
  /// Operational and embodied carbon together (`run-carbon@2`); unknown while one of them is.
  public let totalCarbon: Finding<Carbon>
  /// Water on the site and at the power plants.
  public let water: WaterUse

  /// Computes a run's footprint. Pure: the same inputs give the same figures.
  public init(_ inputs: Inputs) {
    let energy = ITEnergy(inputs.energy)
    let facility =
      switch inputs.pue {
      case .figure(let pue): FacilityEnergy(energy, pue: pue)
      case .unknown: FacilityEnergy(withoutOverhead: energy)
      }
    facilityEnergy = facility
    intensity = inputs.intensity
    carbon = inputs.intensity.map { OperationalCarbon.carbon(of: facility, at: $0) }
    switch inputs.machine {
    case .success(let machine):
      let reserved = Figure(
        "duration of the run", Estimate.exact(inputs.duration, origin: .measured, method: RunFootprint.duration.id))
      embodied = .figure(
        EmbodiedCarbon.byTime(
          total: machine.total, reserved: reserved, life: machine.life, share: inputs.share,
          labelled: "share of embodied carbon"))
    case .failure(let unknown): embodied = .unknown(unknown)
    }
    switch (carbon, embodied) {
    case (.figure(let used), .figure(let made)):
      totalCarbon = .figure(RunFootprint.total.figure("carbon of use and making", [Term(used), Term(made)]))
    case (.unknown(let unknown), _), (_, .unknown(let unknown)): totalCarbon = .unknown(unknown)
    }
    water = WaterUse(
      energy: energy, facility: facility, onSite: inputs.onSiteWater, offSite: inputs.offSiteWater)
  }
}

extension RunFootprint {
  /// Why nothing of the grid is known when no region was named.
  public static let noRegion = Unknown("no region was given; give one with --region, for example --region DE")
  /// Why no overhead is counted when no PUE was stated.
  public static let noPUE = Unknown("no PUE was given; state one with --pue, for example --pue 1.2")
  /// Why on-site water is not known when no WUE was stated.
  public static let noOnSiteWater = Unknown("the site's own water use (WUE, litres per kWh) was not given")
  /// Why embodied carbon is not known when nothing of the machine is.
  public static let noMachine = Unknown("nothing is known of the machine that the run was on")

  static let methods: [Method] = [total.method, total.method.earlier(version: 1), duration.method]

  private static let duration = Formula(
    id: "run-duration@1", summary: "How long a run lasted, by the monotonic clock",
    formula: "end_seconds - begin_seconds",
    citation: Source("clock_gettime(2), CLOCK_MONOTONIC"),
    inputs: [
      MethodParameter("begin_seconds", unit: "s", "the monotonic clock when it began"),
      MethodParameter("end_seconds", unit: "s", "the monotonic clock when it ended"),
    ],
    output: MethodParameter("duration_seconds", unit: "s", "the time between"), evaluate: { $0[1] - $0[0] })

  package static let total = Formula(
    id: "run-carbon@2", summary: "Operational and embodied carbon of one run together",
    formula: "operational_grams + embodied_grams",
    citation: Source("ISO/IEC 21031:2024, Software Carbon Intensity (SCI) specification: O + M"),
    inputs: [
      MethodParameter("operational_grams", unit: "g", "operational carbon"),
      MethodParameter("embodied_grams", unit: "g", "embodied carbon owed"),
    ],
    output: MethodParameter("carbon_grams", unit: "g", "both"), changes: Method.sumsAddTheirEnds,
    evaluate: { $0[0] + $0[1] })
}
