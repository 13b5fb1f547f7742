public import Quantities

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A step of the scale: A needs least, G most.
public enum LabelGrade: Int, Hashable, Comparable, Sendable, CaseIterable {
  case a, b, c, d, e, f, g

  /// The letter.
  public var letter: String { ["A", "B", "C", "D", "E", "F", "G"][rawValue] }

  public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// The fixed scale of an edition: energy per functional unit cut in half decades, one scale a task class.
///
/// The cuts are whole and half powers of ten of a joule. They were set once, published (docs/labels.md gives the reason
/// for each), and do not depend on what else is on the market, so that no outlier and no new product moves a grade. A
/// step is a factor of 3.16, about what an honest estimate may be off.
public enum LabelScale {
  /// The edition's name; other cuts are another edition.
  public static let edition = "2026"

  /// Grid intensity by which energy cuts become carbon cuts: the world's mean of 2024, life cycle (Ember, Yearly
  /// Electricity Data), rounded.
  public static let referenceIntensity = CarbonIntensity.gramsPerKilowattHour(473)

  /// Upper ends of A to F per functional unit; what is above the last is G.
  public static func energyCuts(of task: LabelTask) -> [Energy] {
    (0..<6).map { .joules(pow10(halves: lowestCut(of: task) + $0)) }
  }

  /// The energy cuts on the reference grid without overhead: the same work on a cleaner grid gets a better letter.
  public static func carbonCuts(of task: LabelTask) -> [Carbon] { energyCuts(of: task).map { $0 * referenceIntensity } }

  /// The grade of an amount per functional unit.
  public static func grade<Q: Quantity>(_ amount: Q, cuts: [Q]) -> LabelGrade {
    let below = cuts.firstIndex { amount.baseValue <= $0.baseValue } ?? cuts.count
    return LabelGrade(rawValue: below) ?? .g
  }

  /// Where an amount lies on the scale, 0 at the low end of A to 7 at the high end of G, a step a grade and each step
  /// even on the logarithm. What lies beyond either end is put there.
  public static func position<Q: Quantity>(_ amount: Q, cuts: [Q]) -> Double {
    guard let first = cuts.first?.baseValue, amount.baseValue > 0 else { return 0 }
    return min(max(1 + 2 * log10(amount.baseValue / first), 0), 7)
  }

  /// An energy in joules, kilojoules or megajoules, so that the cuts of a scale read as the powers of ten that they are.
  static func text(_ energy: Energy) -> String {
    let joules = energy.joules
    if joules >= 999_500 { return "\(Decimals.significant(joules / 1e6, digits: 3)) MJ" }
    if joules >= 999.5 { return "\(Decimals.significant(joules / 1000, digits: 3)) kJ" }
    return "\(Decimals.significant(joules, digits: 3)) J"
  }

  /// Half decades of a joule at which A ends.
  private static func lowestCut(of task: LabelTask) -> Int {
    switch task {
    case .text, .image: 4
    case .video: 6
    case .speech: 3
    case .embedding: -2
    case .classification: 2
    }
  }

  /// 10 to half of a whole number, exact for even ones and rounded to three digits for odd ones: 31.6, 316.
  private static func pow10(halves: Int) -> Double {
    let whole = Int((Double(halves) / 2).rounded(.down))
    let power = whole < 0 ? 1 / pow(10.0, Double(-whole)) : pow(10.0, Double(whole))
    return halves.isMultiple(of: 2) ? power : 3.16 * power
  }
}
