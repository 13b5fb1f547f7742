public import Quantities

/// Sums over requests. Energy, carbon and correctness say of how many requests they are not known.
public struct RequestSums: Hashable, Sendable, Codable {
  /// How many requests.
  public var requests: Int64 = 0
  /// How many of them got no answer.
  public var failed: Int64 = 0
  /// Units of work, where they could be seen.
  public var units: Int64 = 0
  /// Energy of the requests whose energy is known.
  public var microjoules: Microjoules = .zero
  /// How many requests have no energy in that sum.
  public var withoutEnergy: Int64 = 0
  /// Carbon of the requests whose carbon is known, in billionths of a gram.
  public var nanograms: Int64 = 0
  /// How many requests have no carbon in that sum.
  public var withoutCarbon: Int64 = 0
  /// How many units of answers somebody has judged.
  public var judged: Int64 = 0
  /// How many of those units were right.
  public var correct: Int64 = 0
  /// How many callers left before the end.
  public var cancelled: Int64 = 0
  /// Energy of those requests, as far as known; a part of ``microjoules``.
  public var cancelledMicrojoules: Microjoules = .zero
  /// How many of those requests have no energy in that sum.
  public var cancelledWithoutEnergy: Int64 = 0
  /// Energy of tries that failed, as far as known; beside ``microjoules``.
  public var wastedMicrojoules: Microjoules = .zero
  /// How many requests had failed tries whose energy is unknown.
  public var withoutWasted: Int64 = 0
  /// Energy of second tries that lost; beside ``microjoules``.
  public var hedgedMicrojoules: Microjoules = .zero
  /// Quality points of the units that were given points instead, each from 0 to 100.
  public var points = 0.0

  /// Sums over nothing.
  public init() {}

  /// The sums over one request.
  public init(_ request: RequestRecord) {
    requests = 1
    failed = request.isFailed ? 1 : 0
    units = request.units ?? 0
    microjoules = request.microjoules ?? .zero
    withoutEnergy = request.microjoules == nil ? 1 : 0
    nanograms = request.nanograms ?? 0
    withoutCarbon = request.nanograms == nil ? 1 : 0
    judged = request.correct == nil && request.points == nil ? 0 : request.units ?? 1
    correct = request.correct ?? 0
    if request.isCancelled {
      cancelled = 1
      cancelledMicrojoules = microjoules
      cancelledWithoutEnergy = withoutEnergy
    }
    wastedMicrojoules = request.wastedMicrojoules ?? .zero
    withoutWasted = request.hasUnknownWaste ? 1 : 0
    hedgedMicrojoules = request.hedgedMicrojoules ?? .zero
    points = request.points ?? 0
  }

  /// The carbon of the requests whose carbon is known.
  public var carbon: Carbon { .grams(Double(nanograms) / 1e9) }
  /// The mean quality of judged units, 0 to 1: the share that was right, or points over 100; `nil` when none was judged.
  public var quality: Double? { judged > 0 ? (Double(correct) + points / 100) / Double(judged) : nil }

  /// Adds other sums.
  public static func += (left: inout Self, right: Self) {
    left.requests += right.requests
    left.failed += right.failed
    left.units += right.units
    left.microjoules += right.microjoules
    left.withoutEnergy += right.withoutEnergy
    left.nanograms += right.nanograms
    left.withoutCarbon += right.withoutCarbon
    left.judged += right.judged
    left.correct += right.correct
    left.cancelled += right.cancelled
    left.cancelledMicrojoules += right.cancelledMicrojoules
    left.cancelledWithoutEnergy += right.cancelledWithoutEnergy
    left.wastedMicrojoules += right.wastedMicrojoules
    left.withoutWasted += right.withoutWasted
    left.hedgedMicrojoules += right.hedgedMicrojoules
    left.points += right.points
  }

  /// What is left when other sums are taken away.
  public static func - (left: Self, right: Self) -> Self {
    var rest = left
    rest.requests -= right.requests
    rest.failed -= right.failed
    rest.units -= right.units
    rest.microjoules -= right.microjoules
    rest.withoutEnergy -= right.withoutEnergy
    rest.nanograms -= right.nanograms
    rest.withoutCarbon -= right.withoutCarbon
    rest.judged -= right.judged
    rest.correct -= right.correct
    rest.cancelled -= right.cancelled
    rest.cancelledMicrojoules -= right.cancelledMicrojoules
    rest.cancelledWithoutEnergy -= right.cancelledWithoutEnergy
    rest.wastedMicrojoules -= right.wastedMicrojoules
    rest.withoutWasted -= right.withoutWasted
    rest.hedgedMicrojoules -= right.hedgedMicrojoules
    rest.points -= right.points
    return rest
  }

  /// The sums over both.
  public static func + (left: Self, right: Self) -> Self {
    var sum = left
    sum += right
    return sum
  }
}

/// What identifies an hour's row.
public struct HourKey: Hashable, Sendable, Codable {
  /// The serve or demo.
  public var activity: ActivityID
  /// The alias callers asked for.
  public var alias: String
  /// The variant that answered.
  public var variant: String
  /// The start of the hour, in grid time.
  public var hour: Timestamp

  /// A key.
  public init(activity: ActivityID, alias: String, variant: String, hour: Timestamp) {
    self.activity = activity
    self.alias = alias
    self.variant = variant
    self.hour = hour.startOfHour
  }

  /// The hour that a request counts in.
  public init(_ request: RequestRecord) {
    self.init(activity: request.activity, alias: request.alias, variant: request.variant, hour: request.grid)
  }
}

/// The requests of one hour of grid time, summed; always equal to the sum of the requests kept.
public struct HourRollup: Hashable, Sendable, Codable {
  /// Whose and which hour.
  public var key: HourKey
  /// The sums.
  public var sums: RequestSums

  /// An hour's row.
  public init(_ key: HourKey, _ sums: RequestSums) {
    self.key = key
    self.sums = sums
  }
}
