public import Methods
public import Quantities

/// Something that makes a development cycle cheaper, after "Sustainable AI" (Wu and others 2022): which terms of which
/// phases it touches, and by how much.
public struct CycleLever: Hashable, Sendable {
  /// The levers there are, in the order in which they are applied: what is not done at all first, supply last. Each acts
  /// on what those before it left, so that percentages are never added.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// Training and storage on a part of the data.
    case dataSampling = "data-sampling"
    /// Ending runs that will not win.
    case earlyStopping = "early-stopping"
    /// A leaner model or better code.
    case algorithm
    /// Answers and intermediate results kept by the platform.
    case caching
    /// Accelerators in place of processors.
    case acceleration
    /// Numbers of fewer bits.
    case lowPrecision = "low-precision"
    /// Busier machines.
    case utilisation
    /// Machines kept for longer.
    case longerLife = "longer-life"
    /// Electricity of carbon-free supply.
    case carbonFree = "carbon-free"

    /// What its number is.
    public var meaning: String {
      switch self {
      case .dataSampling: "share of the data that is kept, above 0 to 1"
      case .earlyStopping: "share of experimentation that is saved, 0 to below 1"
      case .algorithm, .caching, .acceleration, .lowPrecision: "times less energy for the same work, at least 1"
      case .utilisation: "busy share of the accelerators, above that now to 1"
      case .longerLife: "years that machines last, at least those now"
      case .carbonFree: "share of the electricity that is carbon-free, 0 to 1"
      }
    }

    /// The numbers it takes.
    public var range: ClosedRange<Double> {
      switch self {
      case .dataSampling: 1e-6...1
      case .earlyStopping: 0...0.999
      case .algorithm, .caching, .acceleration, .lowPrecision: 1...1e6
      case .utilisation: 0.01...1
      case .longerLife: 0.5...30
      case .carbonFree: 0...1
      }
    }

    /// The phases whose energy it touches.
    public var phases: [DevelopmentPhase] {
      switch self {
      case .dataSampling: [.data, .experimentation, .offlineTraining]
      case .earlyStopping: [.experimentation]
      case .algorithm, .caching, .acceleration, .lowPrecision: [.inference]
      case .utilisation: [.experimentation, .offlineTraining, .onlineTraining, .evaluation]
      case .longerLife, .carbonFree: DevelopmentPhase.allCases
      }
    }

    /// Whether embodied carbon falls with the energy: less work needs fewer machines.
    var embodiedFollowsEnergy: Bool {
      switch self {
      case .dataSampling, .earlyStopping, .algorithm, .caching: true
      // Accelerators and their precision are other machines: what making them costs is not known from the gain.
      case .acceleration, .lowPrecision, .utilisation, .longerLife, .carbonFree: false
      }
    }
  }

  /// Which.
  public let kind: Kind
  /// Its number, as ``Kind/meaning`` says, with its interval.
  public let effect: Figure<Ratio>

  /// A lever with a stated number.
  ///
  /// - Throws: ``Methods/Unknown`` when the number or its interval is out of range.
  public init(_ kind: Kind, _ effect: StatedRange<Ratio>) throws(Unknown) {
    let range = kind.range
    guard range.contains(effect.low.value), range.contains(effect.high.value) else {
      throw Unknown(
        "the lever \(kind.rawValue) takes a \(kind.meaning) (\(Decimals.significant(range.lowerBound, digits: 3)) to "
          + "\(Decimals.significant(range.upperBound, digits: 3))), not \(Decimals.significant(effect.value.value, digits: 4))"
      )
    }
    self.kind = kind
    self.effect = effect.figure(
      "lever \(kind.rawValue): \(kind.meaning)", named: "lever:\(kind.rawValue)",
      note: "stated by the user with --lever \(kind.rawValue)")
  }

  private init(_ kind: Kind, published effect: Figure<Ratio>) {
    self.kind = kind
    self.effect = effect
  }

  /// Reads `NAME=VALUE`, `NAME=VALUE:LOW:HIGH` or `NAME=published`.
  ///
  /// - Throws: ``Methods/Unknown`` with the levers there are, or what the lever takes.
  public init(parsing text: String) throws(Unknown) {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let all = Kind.allCases.map(\.rawValue)
    guard let kind = Kind(rawValue: parts[0]) else {
      let near = Spelling.nearest(to: parts[0], in: all)
      throw Unknown(
        "no lever '\(parts[0])'" + (near.isEmpty ? "." : "; did you mean \(near.joined(separator: " or "))?")
          + " There are \(all.joined(separator: ", "))")
    }
    guard parts.count == 2, !parts[1].isEmpty else {
      throw Unknown("the lever \(kind.rawValue) needs its number: \(kind.rawValue)=VALUE, a \(kind.meaning)")
    }
    if parts[1] == "published" {
      guard let published = kind.published else {
        throw Unknown("no published number of the lever \(kind.rawValue) is held; state one, a \(kind.meaning)")
      }
      self.init(kind, published: published)
    } else {
      try self.init(kind, try StatedRange<Ratio>(parsing: parts[1]))
    }
  }
}

extension CycleLever.Kind {
  /// What Wu and others printed of the lever, for one task at one company: at most that much, perhaps nothing.
  public var published: Figure<Ratio>? {
    let printed: (value: Double, low: Double, what: String)? =
      switch self {
      case .caching: (6.7, 1, "caching of embeddings for a translation model")
      case .acceleration: (10.1, 1, "GPUs in place of processors for a translation model")
      case .lowPrecision: (2.4, 1, "16-bit in place of 32-bit numbers on GPUs")
      case .algorithm: (5, 1, "custom operators for a translation model")
      case .utilisation: (0.8, 0.5, "utilisation of GPUs raised to 80 %, from 30 to 50 % in experimentation")
      default: nil
      }
    guard let printed else { return nil }
    return Figure(
      "lever \(rawValue): \(meaning)",
      Estimate(
        Ratio(printed.value), low: Ratio(printed.low), high: Ratio(printed.value), origin: .published,
        method: "published-factor@1", source: "lever:\(rawValue)"),
      source: Source("Wu and others, Sustainable AI (MLSys 2022), section III", year: 2022, licence: "facts, cited"),
      note: "Printed for \(printed.what). Another task may gain less: the interval goes down to \(printed.low).")
  }
}
