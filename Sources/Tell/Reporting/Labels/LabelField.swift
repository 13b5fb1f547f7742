import Methods
import Quantities

/// One line of a label: what it is, the value for people, and what to know beside it.
struct LabelField: Hashable, Sendable {
  /// The name: "Carbon, location-based".
  let name: String
  /// The value, or `unknown`.
  let value: String
  /// The interval, the reason of an unknown, or what it rests on; empty where there is nothing to say.
  let detail: String

  /// Whether the value is a figure or a mark, which stands out, and not a sentence.
  let isStrong: Bool

  /// A line.
  init(_ name: String, _ value: String, _ detail: String = "", isStrong: Bool = true) {
    self.name = name
    self.value = value
    self.detail = detail
    self.isStrong = isStrong
  }

  /// A figure: its value with the interval below it, or `unknown` with the reason.
  init(_ name: String, _ receipt: Receipt) {
    guard receipt.value != nil else {
      self.init(name, "unknown", receipt.note ?? "no reason was kept")
      return
    }
    self.init(name, ReceiptText.value(receipt), LabelField.interval(of: receipt))
  }

  /// The interval of a figure and its origin, as a label says them.
  static func interval(of receipt: Receipt) -> String {
    let text = { (number: Double) in UnitText.formatted(number, unit: receipt.unit) }
    guard let low = receipt.low, let high = receipt.high, low != high else { return receipt.origin.rawValue }
    return "\(text(low)) to \(text(high)), \(receipt.origin.rawValue)"
  }
}

extension FootprintLabel {
  /// The scale's heading.
  static let title = "Footprint label, edition \(LabelScale.edition)"

  /// What every label says at its end.
  static let footnote = "Intervals are 95 %. No offsets are inside. Unknown is not zero."

  /// The lines below the grade, in reading order.
  var fields: [LabelField] {
    [
      LabelField("Carbon, location-based", perUnit(figures.carbon)),
      LabelField("Carbon, market-based", perUnit(figures.marketCarbon)),
      embodiedField, LabelField("Water on the site", perUnit(figures.waterOnSite)),
      LabelField("Water at power plants", perUnit(figures.waterOffSite)),
      LabelField("Boundary of the energy", boundary, missingFromEnergy ?? "", isStrong: false), gridField,
      hardware.map { LabelField("Hardware", $0, isStrong: false) }
        ?? LabelField("Hardware", "unknown", "nobody named it"),
      load.map { LabelField("Batch or load", $0, isStrong: false) }
        ?? LabelField("Batch or load", "unknown", "nobody stated it"),
      LabelField("Made by", maker, isStrong: false), qualityField,
      LabelField("Date", day(date), "valid until \(day(validUntil))"),
      LabelField("Evidence", "sha256 \(evidence.hash.prefix(12))", link),
    ]
  }

  /// The energy per functional unit; from a watt-hour on also in the joules that the scale is cut in.
  var energyField: LabelField {
    let energy = perUnit(figures.energy)
    let field = LabelField("Energy", energy)
    guard let joules = energy.value, joules >= 3599.5 else { return field }
    return LabelField("Energy", field.value, "\(LabelScale.text(.joules(joules))); \(field.detail)")
  }

  /// The work that the figures were of before they were divided.
  var covers: String? {
    work.map { "from \(Decimals.significant($0.count, digits: 6)) \($0.task.counted($0.count))" }
  }

  /// The grades in words, or why there are none.
  var gradeText: String {
    switch (energyGrade, carbonGrade) {
    case (.graded(let energy), .graded(let carbon)): "energy \(energy.text), carbon \(carbon.text)"
    case (.graded(let energy), .withheld): "energy \(energy.text), carbon not graded"
    case (.withheld(let reason), _): "not graded: \(reason)"
    }
  }

  /// A moment's day in UTC.
  func day(_ moment: Timestamp) -> String { String(moment.description.prefix(10)) }

  private var embodiedField: LabelField {
    let made = perUnit(figures.embodied)
    guard made.value != nil else { return LabelField("Embodied carbon", made) }
    let share = embodiedShare.map { "\(Decimals.significant(100 * $0, digits: 2)) % of use and making; " } ?? ""
    return LabelField("Embodied carbon", ReceiptText.value(made), share + LabelField.interval(of: made))
  }

  private var gridField: LabelField {
    guard intensity.value != nil else { return LabelField("Grid", "unknown", intensity.note ?? "no reason was kept") }
    let place = region ?? "place not named"
    let when = gridYear.map { "yearly mean of \($0)" } ?? "value of its time"
    return LabelField("Grid", "\(place), \(ReceiptText.value(intensity))", when)
  }

  private var qualityField: LabelField {
    let worst = quality.worst
    return LabelField(
      "Data quality", "\(worst.score) of 5", "1 is best; worst mark, \(worst.aspect.rawValue): \(worst.reason)")
  }
}
