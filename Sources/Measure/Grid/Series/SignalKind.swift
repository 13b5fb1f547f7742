/// What a signal is about. Kinds are never mixed: average and marginal intensity can rank the hours oppositely.
public enum SignalKind: String, Hashable, Sendable, Codable, CaseIterable {
  /// Mean intensity of generation, counting what leaves the chimneys.
  case averageDirect = "average-direct"
  /// Mean intensity of generation, counting building, fuel supply and disposal too.
  case averageLifecycle = "average-lifecycle"
  /// Mean intensity whose source does not say which of the two it is.
  case average = "average"
  /// Intensity of the plants that would answer to one more unit of demand.
  case marginal = "marginal"
  /// Price of electricity.
  case price = "price"
  /// Air temperature.
  case temperature = "temperature"
  /// Wet-bulb temperature of the air: what evaporating water can cool to.
  case wetBulb = "wet-bulb"
  /// Relative humidity of the air.
  case relativeHumidity = "relative-humidity"
  /// Electric demand.
  case demand = "demand"
  /// Demand less wind and solar generation.
  case netLoad = "net-load"
  /// Share of renewable generation.
  case renewableShare = "renewable-share"
  /// Share of generation that burns no fossil fuel.
  case lowCarbonShare = "low-carbon-share"
  /// Average direct intensity times the facility's PUE: per kWh of computing, cooling included.
  case facilityDirect = "facility-average-direct"
  /// Average lifecycle intensity times the facility's PUE.
  case facilityLifecycle = "facility-average-lifecycle"
  /// Average intensity that does not say which of the two it is, times the facility's PUE.
  case facilityAverage = "facility-average"
  /// Marginal intensity times the facility's PUE.
  case facilityMarginal = "facility-marginal"
  /// A column whose name does not tell; kept apart from every stated kind.
  case unstated = "unstated"

  /// The one unit that signals of this kind are kept in; nothing where several make sense, as for prices.
  public var unit: String? {
    switch self {
    case .averageDirect, .averageLifecycle, .average, .marginal, .facilityDirect, .facilityLifecycle, .facilityAverage,
      .facilityMarginal:
      "g/kWh"
    case .temperature, .wetBulb: "°C"
    case .renewableShare, .lowCarbonShare, .relativeHumidity: "%"
    case .price, .demand, .netLoad, .unstated: nil
    }
  }

  /// Whether this is a carbon intensity of the grid. One with a PUE in it is not: multiplied by a PUE again it would
  /// count cooling twice.
  public var isCarbonIntensity: Bool {
    switch self {
    case .averageDirect, .averageLifecycle, .average, .marginal: true
    default: false
    }
  }

  /// The kind that an intensity becomes when it is multiplied by a facility's PUE; nothing for what is no intensity.
  public var atFacility: SignalKind? {
    switch self {
    case .averageDirect: .facilityDirect
    case .averageLifecycle: .facilityLifecycle
    case .average: .facilityAverage
    case .marginal: .facilityMarginal
    default: nil
    }
  }

  /// Whether a ratio of two values means something: never negative, with a true zero.
  public var hasMeaningfulRatio: Bool {
    switch self {
    case .averageDirect, .averageLifecycle, .average, .marginal, .demand, .facilityDirect, .facilityLifecycle,
      .facilityAverage, .facilityMarginal:
      true
    default: false
    }
  }

  /// What it is called in sentences.
  public var label: String {
    switch self {
    case .averageDirect: "average direct carbon intensity"
    case .averageLifecycle: "average lifecycle carbon intensity"
    case .average: "average carbon intensity"
    case .marginal: "marginal carbon intensity"
    case .price: "electricity price"
    case .temperature: "temperature"
    case .wetBulb: "wet-bulb temperature"
    case .relativeHumidity: "relative humidity"
    case .demand: "electricity demand"
    case .netLoad: "net load"
    case .renewableShare: "renewable share"
    case .lowCarbonShare: "low-carbon share"
    case .facilityDirect: "average direct carbon intensity at the facility"
    case .facilityLifecycle: "average lifecycle carbon intensity at the facility"
    case .facilityAverage: "average carbon intensity at the facility"
    case .facilityMarginal: "marginal carbon intensity at the facility"
    case .unstated: "value of an unstated kind"
    }
  }
}
