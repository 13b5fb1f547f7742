public import Methods
public import Quantities

/// One piece of work's part of a device's embodied carbon, by time and by use side by side.
///
/// By time, a busy device is charged like an idle one; by use, every unit of work is charged alike. The standard (SCI)
/// asks for time; use shows what a fuller machine would save. They are two answers to one question, never added.
public struct Amortisation: Hashable, Sendable {
  /// By time (`embodied-by-time@1`), the default of the SCI standard.
  public let byTime: Figure<Carbon>
  /// By use (`embodied-by-use@1`): unknown where nobody stated how much work the device does in its life.
  public let byUse: Finding<Carbon>

  /// Both ways.
  ///
  /// - Parameters:
  ///   - total: embodied carbon of the whole device.
  ///   - reserved: for how long it was reserved.
  ///   - life: how long it is expected to last.
  ///   - share: the part of the device that was reserved, 0 to 1.
  ///   - work: work done, in any unit.
  ///   - lifetimeWork: work in the device's whole life, in the same unit.
  public init(
    total: Figure<Carbon>, reserved: Figure<Span>, life: Figure<Span>, share: Figure<Ratio>, work: Figure<Ratio>,
    lifetimeWork: Finding<Ratio>
  ) {
    byTime = EmbodiedCarbon.byTime(total: total, reserved: reserved, life: life, share: share)
    byUse = lifetimeWork.map { EmbodiedCarbon.byUse(total: total, work: work, lifetimeWork: $0) }
  }

  /// Embodied carbon of a useful hour (`embodied-per-useful-time@1`): TE / (EL x utilisation) for one hour. A device busy
  /// 40 % of its life owes 2.5 times as much for each hour in use as one that is always busy.
  ///
  /// - Parameter utilisation: the part of its life that the device is in use, above 0 and at most 1.
  public static func perUsefulHour(
    total: Figure<Carbon>, life: Figure<Span>, utilisation: Figure<Ratio>
  ) -> Figure<Carbon> {
    usefulTime.figure(
      "embodied carbon of an hour in use",
      [
        Term(total), Term(DeclaredValue.figure("one hour", Span.hours(1), note: "The unit that is asked for.")),
        Term(life), Term(utilisation),
      ])
  }

  static let usefulTime = Formula(
    id: "embodied-per-useful-time@1", summary: "Embodied carbon owed for time in use, when a device also stands idle",
    formula: "embodied_grams x used_seconds / (life_seconds x utilisation)",
    citation: Source(
      "ISO/IEC 21031:2024, Software Carbon Intensity (SCI) specification, with idle time charged to use"),
    inputs: [
      MethodParameter(
        "embodied_grams", unit: "g", "embodied carbon of the device", in: 0...Double.greatestFiniteMagnitude),
      MethodParameter("used_seconds", unit: "s", "time in use", in: 0...Double.greatestFiniteMagnitude),
      MethodParameter(
        "life_seconds", unit: "s", "expected life of the device",
        in: Double.leastNormalMagnitude...Double.greatestFiniteMagnitude),
      MethodParameter("utilisation", "part of its life in use", in: Double.leastNormalMagnitude...1),
    ],
    output: MethodParameter("carbon_grams", unit: "g", "embodied carbon owed, CO2e"),
    evaluate: { $0[0] * $0[1] / ($0[2] * $0[3]) })
}
