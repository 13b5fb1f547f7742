public import Quantities

/// One way to answer a request: a model size, a precision, a place or provider, or a brevity directive, with what it gives
/// and what it costs.
///
/// The numbers come from a calibration and may change between decisions. A policy never remembers them: each decision
/// is made with the variants in its input, and quality already served keeps the value it was credited with when it was
/// served. So a new calibration changes later decisions only, and a replay needs nothing but the recorded inputs.
public struct Variant: Hashable, Sendable, Codable {
  /// The variant's name, unique in its ladder.
  public var name: String
  /// Mean quality in points of the task's metric, 0 to 100.
  public var quality: Double
  /// The lower end of the 95 % interval of the mean quality, in points; a floor is enforced with this one.
  public var qualityLow: Double
  /// Marginal energy of one request: the slope of energy against requests at the working load, not mean power divided
  /// by throughput.
  public var energy: Energy
  /// Energy to load the variant when it is not resident. Hysteresis and residency look at it.
  public var loadEnergy: Energy
  /// Power that keeping the variant loaded draws while it is idle; `nil` when unknown, which counts nothing. Only
  /// ``Problem/solveResidency(loaded:)`` looks at it.
  public var residentPower: Power?
  /// The most requests per second for which measured latency meets its objective; `nil` when there is no such limit.
  public var capacity: Double?
  /// The place whose grid it stands on, for example a zone or a provider's region; `nil` for the site's own grid. The same
  /// model in two places is two variants. Peers' rules do not know it: they decide as if every variant stood here.
  public var place: String?

  /// A variant. `qualityLow` is `quality` when not given, that is: a quality known exactly.
  public init(
    _ name: String, quality: Double, qualityLow: Double? = nil, energy: Energy, loadEnergy: Energy = .zero,
    residentPower: Power? = nil, capacity: Double? = nil, place: String? = nil
  ) {
    self.name = name
    self.quality = quality
    self.qualityLow = qualityLow ?? quality
    self.energy = energy
    self.loadEnergy = loadEnergy
    self.residentPower = residentPower
    self.capacity = capacity
    self.place = place
  }

  /// The variant's quality on `basis`, in points.
  public func quality(on basis: QualityBasis) -> Double { basis == .mean ? quality : qualityLow }
}

/// Which of a variant's two quality numbers a computation uses.
public enum QualityBasis: String, Hashable, Sendable, Codable {
  /// The mean: for reports and baselines.
  case mean
  /// The lower confidence bound: for floors.
  case lowerBound = "lower-bound"
}

/// The variants offered under one alias: at least one, names unique, numbers in range.
public struct Ladder: Hashable, Sendable, Codable {
  /// The variants in the operator's order.
  public let variants: [Variant]

  /// A ladder of `variants`.
  ///
  /// - Throws: ``SwitchingError`` when there is none, two share a name, or a number is out of range.
  public init(_ variants: [Variant]) throws(SwitchingError) {
    guard !variants.isEmpty else { throw .noVariants }
    var names: Set<String> = []
    for variant in variants {
      guard names.insert(variant.name).inserted else { throw .duplicateVariant(variant.name) }
      if let problem = Ladder.problem(of: variant) { throw .invalidVariant(variant.name, problem) }
    }
    self.variants = variants
  }

  /// A checked ladder's variants with other energies.
  init(priced variants: [Variant]) { self.variants = variants }

  private static func problem(of variant: Variant) -> String? {
    if variant.name.isEmpty { return "its name is empty" }
    if variant.place?.isEmpty == true { return "its place is empty; leave it out for the site's own grid" }
    if !(0...100).contains(variant.quality) { return "its quality must be 0 to 100 points" }
    if !(0...variant.quality).contains(variant.qualityLow) { return "its lower quality bound must be 0 to its quality" }
    for energy in [variant.energy.joules, variant.loadEnergy.joules] where !(energy >= 0 && energy.isFinite) {
      return "its energies must be finite and not negative"
    }
    if let power = variant.residentPower, !(power >= .zero && power.watts.isFinite) {
      return "its resident power must be finite and not negative"
    }
    if let capacity = variant.capacity, !(capacity > 0 && capacity.isFinite) { return "its capacity must be above 0" }
    return nil
  }

  /// The index of the variant called `name`.
  public func index(of name: String) -> Int? { variants.firstIndex { $0.name == name } }

  /// Whether any variant can take only so many requests per second.
  public var isCapacityLimited: Bool { variants.contains { $0.capacity != nil } }

  /// Mean energy of one request under `shares` (one for each variant, in ladder order), in joules.
  public func joulesPerRequest(_ shares: [Double]) -> Double {
    zip(shares, variants).reduce(0) { $0 + $1.0 * $1.1.energy.joules }
  }

  /// Mean quality under `shares`, in points.
  public func quality(_ shares: [Double], on basis: QualityBasis) -> Double {
    zip(shares, variants).reduce(0) { $0 + $1.0 * $1.1.quality(on: basis) }
  }

  /// Encodes as the list of variants.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(variants)
  }

  /// Decodes a list of variants and checks it as ``init(_:)`` does.
  public init(from decoder: any Decoder) throws {
    try self.init(try decoder.singleValueContainer().decode([Variant].self))
  }
}
