/// Amounts per query, image or token: per 1000 is not per one.
enum PerUnitRules {
  static let find: @Sendable (LintDocument) -> [Slip] = { document in
    document.records.indices.flatMap { index -> [Slip] in
      let statements = document.records[index].statements.filter { $0.unit != nil && $0.value > 0 && !$0.name.isBound }
      let each = statements.filter { $0.name.per != nil && [.energy, .carbon, .water].contains($0.name.subject) }
      return among(each) + against(each, index, document) + noted(each, index, document)
    }
  }

  /// "per 1000 queries" beside "per query".
  private static func among(_ each: [Statement]) -> [Slip] {
    var slips: [Slip] = []
    for (place, first) in each.enumerated() {
      for second in each[(place + 1)...] {
        guard let one = first.name.per, let other = second.name.per, one.noun == other.noun, one.count != other.count,
          first.name.subject == second.name.subject, first.name.part == second.name.part,
          first.name.stage == second.name.stage
        else { continue }
        let ratio = (second.value / other.count) / (first.value / one.count)
        let slack = 0.02 + first.slack + second.slack
        guard abs(ratio - 1) > slack else { continue }
        let factor = other.count / one.count
        let isTaken = abs(ratio * factor - 1) <= slack
        guard isTaken || !first.isProse && !second.isProse && SlipFactor(ratio, tolerance: slack) != nil else {
          continue
        }
        let large = one.count > other.count ? first : second
        let small = one.count > other.count ? second : first
        guard let many = large.name.per, let few = small.name.per else { continue }
        let right = large.value / many.count * few.count / (small.unit?.scale ?? 1)
        slips.append(
          Slip(
            .perThousand, small,
            "\(large.text) \(many.text) is \(Say.number(right)) \(small.unit?.symbol ?? "") \(few.text); this says "
              + "\(small.text) \(few.text). Divide by \(Say.number(many.count / few.count))"))
      }
    }
    return slips
  }

  /// The total over the count.
  private static func against(_ each: [Statement], _ index: Int, _ document: LintDocument) -> [Slip] {
    var slips: [Slip] = []
    for statement in each where !statement.isProse {
      guard let per = statement.name.per,
        let count = document.own(index, .count(per.noun)).first(where: { $0.number.value > 0 && !$0.isProse })
      else { continue }
      let totals = document.own(index, statement.name.subject).filter {
        $0.name.per == nil && $0.unit != nil && $0.value > 0
          && ($0.name.stage == .total ? nil : $0.name.stage) == statement.name.stage
          && $0.name.part == statement.name.part && $0.name.basis == statement.name.basis
      }
      guard !totals.isEmpty else { continue }
      let ratios = totals.map { statement.value / ($0.value / count.number.value * per.count) }
      let slack = 0.03 + statement.slack + count.slack + (totals.map(\.slack).max() ?? 0)
      guard !ratios.contains(where: { abs($0 - 1) <= slack }), let ratio = ratios.first, let total = totals.first,
        totals.count == 1, let slip = SlipFactor(ratio, tolerance: slack)
      else { continue }
      let right = total.value / count.number.value * per.count / (statement.unit?.scale ?? 1)
      slips.append(
        Slip(
          slip.rule == .factorThousand && ratio > 1 ? .perThousand : slip.rule, statement,
          "\(total.text) for \(count.text) is \(Say.number(right)) \(statement.unit?.symbol ?? "") \(per.text); this says "
            + "\(statement.text): \(Say.times(ratio))"))
    }
    return slips
  }

  /// A note in the row that says "per 1000 queries" of a column per query.
  private static func noted(_ each: [Statement], _ index: Int, _ document: LintDocument) -> [Slip] {
    guard document.format == .table || document.format == .report else { return [] }
    var slips: [Slip] = []
    for statement in each where statement.name.per?.count == 1 {
      for (_, field) in document.records[index].texts where field.key != statement.field && field.text.count < 200 {
        let words = Words(field.text).words
        for place in words.indices {
          guard let (per, _) = UnitReading.perUnit(words, at: place), per.count >= 100,
            per.noun == statement.name.per?.noun
          else { continue }
          slips.append(
            Slip(
              .perThousand, statement,
              "the column is per \(per.noun), '\(field.text.prefix(60))' in the same row says \(per.text). "
                + "If the figure is that, write \(Say.number(statement.number.value / per.count))"))
        }
      }
    }
    return slips
  }
}
