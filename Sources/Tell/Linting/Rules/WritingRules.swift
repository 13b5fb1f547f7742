/// How figures are written: texts in number fields, signs, digits.
enum WritingRules {
  static let find: @Sendable (LintDocument) -> [Slip] = { document in
    var slips = document.slips.map { slip in
      let rule: RuleName =
        switch slip.kind {
        case .unitInNumberField: .unitInNumberField
        case .notANumber: .notANumber
        case .commentAgainstField: .commentAgainstField
        }
      return Slip(rule, slip.line, slip.field, slip.message)
    }
    for record in document.records {
      for statement in record.statements {
        if let slip = negative(statement) { slips.append(slip) }
        if let slip = precision(statement) { slips.append(slip) }
      }
    }
    return slips
  }

  private static func negative(_ statement: Statement) -> Slip? {
    let name = statement.name
    guard statement.number.value < 0, !name.isAside, !statement.isProse else { return nil }
    // Without a unit it may be another kind of energy, which can be below zero.
    guard statement.unit != nil || name.subject == .pue else { return nil }
    switch name.subject {
    case .carbon where name.isNet, .offset: return nil
    case .carbon, .energy, .power, .duration, .deviceTime, .intensity, .water, .wue, .carbonRate, .score, .count,
      .devices, .deviceEmbodied, .pue:
      return Slip(
        .negative, statement,
        "\(statement.field) is \(statement.text): it can not be below zero. Write what was measured, or leave it out")
    }
  }

  private static func precision(_ statement: Statement) -> Slip? {
    guard let half = statement.number.plusMinus, half > 0, statement.number.value != 0 else { return nil }
    let place = statement.number.rounding * 2
    guard place > 0, place <= half / 500 else { return nil }
    return Slip(
      .falsePrecision, statement,
      "\(statement.number.text) has digits far below its own uncertainty of \(Say.number(half)). "
        + "Round the value to the place of the uncertainty")
  }
}
