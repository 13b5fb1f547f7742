import Methods
public import Quantities

/// What a meter read while requests ran, shared among them (`meter-share@1`):
/// E_i = E_dynamic x w_i / sum w + E_idle x t_i / sum t.
///
/// Requests and the rest add up to the meter to the microjoule (largest remainder). No cap is put on a share: a cap
/// would leave energy that nobody is charged.
public struct MeterShare: Hashable, Sendable {
  /// What one request brings.
  public struct Part: Hashable, Sendable {
    /// Its weight, at least 0; see ``WorkWeight``.
    public var weight: Double
    /// How long it ran while the meter read, at least 0.
    public var time: Span
    /// A part.
    public init(weight: Double, time: Span) {
      self.weight = weight
      self.time = time
    }
  }

  /// Each request's part of the energy that work took, in the order given.
  public let dynamic: [Microjoules]
  /// Each request's part of the energy that flows anyway.
  public let idle: [Microjoules]
  /// What no request is charged: all of it where there is none, or where weights and times are all 0.
  public let rest: Microjoules

  /// Shares out a reading. Where no weight is above 0, the dynamic part goes by time; where no time is, the idle part
  /// goes by weight.
  public init(dynamic: Microjoules, idle: Microjoules, among parts: [Part]) {
    let weights = parts.map(\.weight)
    let times = parts.map(\.time.seconds)
    let byWeight = Split.largestRemainder(dynamic, weights: weights) ?? Split.largestRemainder(dynamic, weights: times)
    let byTime = Split.largestRemainder(idle, weights: times) ?? Split.largestRemainder(idle, weights: weights)
    let nothing = parts.map { _ in Microjoules.zero }
    self.dynamic = byWeight ?? nothing
    self.idle = byTime ?? nothing
    rest = (byWeight == nil ? dynamic : .zero) + (byTime == nil ? idle : .zero)
  }

  /// Each request's charge.
  public var charges: [Microjoules] { zip(dynamic, idle).map(+) }

  /// Charges and rest together: what the meter read.
  public var total: Microjoules { charges.reduce(rest, +) }

  /// The entry for the registry.
  static let method = Method(
    id, "A meter's energy shared among the requests that ran meanwhile",
    formula: "dynamic x weight / sum of weights + idle x time / sum of times, whole microjoules by largest remainder",
    citation: Source("Dimmer, sharing rule for concurrent requests, after SPECpower's split of idle and active power"),
    inputs: [
      MethodParameter("dynamic_joules", unit: "J", "what the meter read above idle", in: readings),
      MethodParameter("idle_joules", unit: "J", "what flowed anyway", in: readings),
      MethodParameter("weights", "one for each request"),
      MethodParameter("times_seconds", unit: "s", "how long each ran, in the same order"),
    ], outputs: [MethodParameter("charges_joules", unit: "J", "what each is charged")]
  ) { arguments throws(MethodError) in
    let weights = try arguments.numbers("weights")
    let times = try arguments.numbers("times_seconds")
    guard weights.count == times.count, (weights + times).allSatisfy({ $0 >= 0 }) else {
      throw .noAnswer("\(weights.count) weights and \(times.count) times; give as many of each, none negative")
    }
    let share = MeterShare(
      dynamic: Microjoules(.joules(try arguments.number("dynamic_joules"))),
      idle: Microjoules(.joules(try arguments.number("idle_joules"))),
      among: zip(weights, times).map { Part(weight: $0, time: .seconds($1)) })
    return ["charges_joules": .numbers(share.charges.map(\.energy.joules))]
  }

  /// Its name and version.
  public static let id: MethodID = "meter-share@1"
  /// Two readings and their sum are whole microjoules: beyond 9.2 TJ together there are none.
  private static let readings = 0...4e12
}
