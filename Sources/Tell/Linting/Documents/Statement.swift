/// One figure that a file states.
struct Statement: Sendable {
  /// What it is.
  var name: StatedName
  /// The number as written.
  var number: StatedNumber
  /// The unit it is in: written beside it, in its heading, or the format's.
  var unit: StatedUnit?
  /// The amount in the base unit: g, J, W, s, g/kWh, L, L/kWh, or the plain number.
  var value: Double
  /// The line, from 1.
  var line: Int
  /// The field, column or label.
  var field: String
  /// Whether it stands in running text, where it may be about something else.
  var isProse = false

  /// How far the rounding may have moved it, as a share.
  var slack: Double { number.relativeRounding }

  init(_ name: StatedName, _ number: StatedNumber, unit: StatedUnit?, line: Int, field: String, isProse: Bool = false) {
    self.name = name
    self.number = number
    self.unit = unit
    value = number.value * (unit?.scale ?? 1)
    self.line = line
    self.field = field
    self.isProse = isProse
  }

  /// The figure as it stands: "83.5 kg".
  var text: String { unit.map { "\(number.text) \($0.symbol)" } ?? number.text }

  /// Who says what: "the field says 83.5 kg".
  var claim: String { "the \(isProse ? "text" : "field") says \(text)" }
}
