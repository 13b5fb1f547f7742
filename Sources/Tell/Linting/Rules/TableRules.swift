/// Rows against their total, and one row against the others.
enum TableRules {
  static let find: @Sendable (LintDocument) -> [Slip] = { document in
    document.tables.flatMap { table in totals(table, document) + outliers(table, document) }
  }

  private static func totals(_ table: LintTable, _ document: LintDocument) -> [Slip] {
    let sums = table.records.filter { document.records[$0].isTotal }
    guard sums.count == 1, let sum = sums.first, let place = table.records.firstIndex(of: sum) else { return [] }
    let rows = Array(table.records[..<place])
    guard rows.count > 1, place == table.records.count - 1 else { return [] }
    var slips: [Slip] = []
    for total in document.records[sum].statements where !total.name.isAside && total.name.per == nil {
      switch total.name.subject {
      case .carbon, .energy, .water, .deviceTime, .count: break
      default: continue
      }
      let cells = rows.compactMap { row in
        document.records[row].statements.first {
          $0.field.split(separator: ".").last == total.field.split(separator: ".").last
        }
      }
      guard cells.count == rows.count, cells.allSatisfy({ $0.unit?.measure == total.unit?.measure && $0.value >= 0 })
      else {
        continue
      }
      let added = cells.reduce(0) { $0 + $1.value }
      guard added > 0, total.value > 0 else { continue }
      let rounding = (cells + [total]).reduce(0) { $0 + $1.number.rounding * ($1.unit?.scale ?? 1) }
      let slack = 0.01 + rounding / added
      let ratio = total.value / added
      guard abs(ratio - 1) > slack else { continue }
      let slip = SlipFactor(ratio, tolerance: slack)
      let scale = total.unit?.scale ?? 1
      // One cell in another unit is the likelier slip, where it explains the sum.
      let cell = cells.first { cell in
        [1e3, 1e-3].contains {
          abs(total.value / (added - cell.value + cell.value * $0) - 1) <= slack && cell.value > 0
        }
      }
      slips.append(
        Slip(
          slip?.rule ?? (cell == nil ? .sumOfRows : .factorThousand), cell ?? total,
          "the rows add up to \(Say.number(added / scale)) \(total.unit?.symbol ?? ""); the total says \(total.text)"
            + (cell.map { ". \($0.text) is a thousand times off for that total" } ?? ": \(Say.times(ratio))")))
    }
    return slips
  }

  /// Rows of one grid share one intensity, whatever it is.
  private static func outliers(_ table: LintTable, _ document: LintDocument) -> [Slip] {
    guard document.format == .table || document.format == .codeCarbon else { return [] }
    struct Row {
      var carbon: Statement
      var energy: Statement
      var grams: Double
      var slack: Double
    }
    var groups: [String: [Row]] = [:]
    for index in table.records where !document.records[index].isTotal {
      let record = document.records[index]
      guard document.own(index, .intensity).isEmpty,
        let carbon = document.own(index, .carbon).first(where: {
          $0.unit != nil && $0.value > 0 && $0.name.basis != .market && $0.name.stage != .embodied
            && $0.name.part == nil
        }),
        let energy = document.own(index, .energy).first(where: {
          $0.unit != nil && $0.value > 0 && $0.name.part == nil && $0.name.per == carbon.name.per
        })
      else { continue }
      let place = [
        "region", "country", "location", "zone", "grid", "country_iso_code", "site", "year", "cloud_region", "pue",
        "provider", "source",
      ]
      .compactMap { record.texts[$0]?.text }.joined(separator: "|")
      let grams = carbon.value / (energy.value / 3.6e6)
      groups[place, default: []].append(
        Row(carbon: carbon, energy: energy, grams: grams, slack: carbon.slack + energy.slack))
    }
    var slips: [Slip] = []
    for (_, rows) in groups.sorted(by: { $0.key < $1.key }) where rows.count >= 3 {
      let middle = rows.map(\.grams).sorted()[rows.count / 2]
      let far = rows.filter { abs($0.grams / middle - 1) >= 0.01 + $0.slack }
      let slack = rows.map(\.slack).max() ?? 0
      guard slack < 0.02, !far.isEmpty, far.count <= max(1, rows.count / 5) else { continue }
      for row in far {
        let ratio = row.grams / middle
        guard let slip = SlipFactor(ratio, tolerance: 0.005 + slack + row.slack) else { continue }
        slips.append(
          Slip(
            slip.rule, row.carbon,
            "\(row.carbon.text) from \(row.energy.text) is \(Say.intensity(row.grams)), the other rows of the same place have "
              + "\(Say.intensity(middle)): \(Say.times(ratio))\(slip.aside)"))
      }
    }
    return slips
  }
}
