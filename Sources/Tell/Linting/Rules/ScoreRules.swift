/// SCI = (E x I + M) / R.
enum ScoreRules {
  static let find: @Sendable (LintDocument) -> [Slip] = { document in
    if document.format == .table {
      // A row with its own E, I, M, R and score.
      return document.records.indices.compactMap { index in
        guard document.own(index, .score).count == 1, let score = document.own(index, .score).first, score.unit != nil,
          score.value > 0
        else { return nil }
        var row = LintDocument(file: document.file, format: document.format)
        row.records = [document.records[index]]
        row.claims = document.claims
        return slip(score, Ingredients(row, around: 0), row)
      }
    }
    guard document.format == .scoreReport || document.format == .manifest else { return [] }
    if document.format == .manifest {
      return document.records.indices.filter { document.records[$0].path.hasSuffix("outputs") }.compactMap { index in
        manifest(index, document)
      }
    }
    let records = document.records.indices
    let scored = records.filter { !document.own($0, .score).isEmpty }
    guard scored.count == 1, let index = scored.first else { return [] }
    let scores = document.own(index, .score).filter { $0.unit != nil && $0.value > 0 && $0.name.part == nil }
    guard let score = scores.first, scores.count == 1 else { return [] }
    return slip(score, Ingredients(document, around: index), document).map { [$0] } ?? []
  }

  /// A manifest's output: sci is carbon over the functional unit.
  private static func manifest(_ index: Int, _ document: LintDocument) -> Slip? {
    guard let score = document.own(index, .score).first, score.value > 0,
      let carbon = document.own(index, .carbon).first(where: { $0.name.stage == nil && $0.name.part == nil }),
      carbon.value > 0
    else { return nil }
    let counts = document.records[index].statements.filter {
      if case .count = $0.name.subject { $0.value > 0 } else { false }
    }
    guard counts.count == 1, let count = counts.first else { return nil }
    let ratio = score.value / (carbon.value / count.value)
    // Scores per minute or hour of the functional unit are usual, too.
    guard let slip = SlipFactor(ratio, tolerance: 0.02),
      slip.rule == .factorThousand || slip.rule == .poundsForKilograms
    else {
      return nil
    }
    return Slip(
      slip.rule, score,
      "\(carbon.text) over \(count.text) is \(Say.carbon(carbon.value / count.value)); \(score.claim): "
        + Say.times(ratio))
  }

  /// What a score is made of.
  private struct Ingredients {
    struct Row {
      var energy: Statement
      var intensity: Statement
      var isAtFacility: Bool
    }
    var rows: [Row] = []
    var embodied: [Statement] = []
    var counts: [Double] = []
    var pue: Statement?
    var offset: Statement?

    init(_ document: LintDocument, around index: Int) {
      let parts = document.records.indices.filter { $0 != index && !document.records[$0].isTotal }
      func rows(_ places: [Int]) -> [Row] {
        places.compactMap { place in
          let energies = document.own(place, .energy).filter { $0.unit != nil && $0.value > 0 && $0.name.per == nil }
          let plain = energies.count > 1 ? energies.filter { $0.name.part == nil } : energies
          var intensities = document.inherited(place, .intensity).filter {
            $0.unit != nil && $0.value > 0 && $0.name.basis != .market
          }
          if intensities.isEmpty {
            intensities = document.own(index, .intensity).filter { $0.unit != nil && $0.value > 0 }
          }
          guard plain.count == 1, Set(intensities.map(\.value)).count == 1 else { return nil }
          return Row(
            energy: plain[0], intensity: intensities[0], isAtFacility: document.isAtFacility(place, plain[0]))
        }
      }
      self.rows = rows([index])
      let making = { (place: Int) in
        document.own(place, .carbon).filter { $0.name.stage == .embodied && $0.unit != nil && $0.name.per == nil }
      }
      embodied = making(index)
      if self.rows.isEmpty { self.rows = rows(Array(parts)) }
      if embodied.isEmpty { embodied = parts.flatMap(making) }
      for record in document.records {
        for statement in record.statements {
          if case .count = statement.name.subject, statement.number.value > 0 { counts.append(statement.number.value) }
        }
        for (key, field) in record.texts
        where key == "r" || key.hasPrefix("functional") || key.hasPrefix("r ") || key.hasPrefix("r (") {
          if let (number, _, _) = Figures.figure(field.text), number.value > 0 { counts.append(number.value) }
        }
      }
      let pues = document.records.flatMap(\.statements).filter {
        $0.name.subject == .pue && (1...12).contains($0.number.value)
      }
      pue = Set(pues.map(\.number.value)).count == 1 ? pues.first : nil
      offset = document.records.flatMap(\.statements).first {
        $0.name.subject == .offset && $0.unit != nil && $0.value != 0
      }
    }

    var operational: Double { rows.reduce(0) { $0 + $1.energy.value / 3.6e6 * $1.intensity.value } }
    var making: Double { embodied.reduce(0) { $0 + $1.value } }
    var embodiedChoices: [Double] { [making] + (embodied.count > 1 ? embodied.map(\.value) : []) }
    var slack: Double {
      // The rounding of M counts by its part of the whole.
      let rounding = embodied.reduce(0) { $0 + $1.value * $1.slack } / max(operational + making, 1e-300)
      return 0.02 + (rows.map { $0.energy.slack + $0.intensity.slack }.max() ?? 0) + rounding
    }
  }

  /// What the figures can be for: a number of units, and scores per so many of them.
  private static func pairs(_ counts: [Double]) -> [(count: Double, unit: Double)] {
    counts.flatMap { count in
      [(count, 1)] + counts.filter { $0 > 1 && $0 < count }.map { (count, $0) }
    }
  }

  private static func slip(_ score: Statement, _ made: Ingredients, _ document: LintDocument) -> Slip? {
    guard !made.rows.isEmpty else { return nil }
    let per = score.name.per?.count ?? 1
    let counts = Array(Set(made.counts)) + (made.counts.isEmpty ? [1] : [])
    let slack = made.slack + score.slack
    let pue = made.pue?.number.value ?? 1
    let expected = { (operational: Double, embodied: Double, count: Double) in (operational + embodied) / count * per }
    let agrees = { (value: Double) in abs(score.value / value - 1) <= slack }
    let (use, making) = (made.operational, made.making)
    for (count, unit) in pairs(counts) {
      // Of several embodied figures one may be the share of another.
      let fits = { (factor: Double) in
        made.embodiedChoices.contains { agrees(expected(use * factor, $0, count) * unit) }
      }
      for factor in Set([1, pue]).sorted() where fits(factor) {
        guard factor > 1, made.rows.allSatisfy(\.isAtFacility) else { return nil }
        return Slip(
          .pueTwice, score,
          "E holds the PUE already, and the score of \(score.text) has it again: (E x I + M) / R is "
            + "\(Say.number(expected(use, making, count) / (score.unit?.scale ?? 1))) \(score.unit?.symbol ?? "g")")
      }
    }
    // Without R there is nothing to hold the score against.
    guard !made.counts.isEmpty else { return nil }
    let right = { (value: Double) in
      "(E x I + M) / R is \(Say.number(value / (score.unit?.scale ?? 1))) \(score.unit?.symbol ?? "g"), the score says \(score.text)"
    }
    for count in counts {
      let plain = expected(use * (made.rows.allSatisfy(\.isAtFacility) ? 1 : pue), making, count)
      if pue > 1.02, agrees(expected(use * pue * pue, making, count)) {
        return Slip(.pueTwice, score, "\(right(plain)): the PUE of \(Say.number(pue)) counts twice")
      }
      if let offset = made.offset,
        agrees(expected(use, making - abs(offset.value), count))
          || agrees(expected(use * pue, making - abs(offset.value), count))
      {
        return Slip(
          .offsets, score,
          "\(right(plain)): the offset of \(offset.text) was taken off. Offsets never lower an SCI; tell them apart")
      }
      for factor in Set([1, pue]) {
        for unit in [1e3, 1e-3] {
          let said = "\(right(plain)); it fits when"
          if let row = made.rows.first, agrees(expected(use * factor * unit, making, count)) {
            let isIntensity =
              !(20...1000).contains(row.intensity.value) && (5...1300).contains(row.intensity.value * unit)
            let statement = isIntensity ? row.intensity : row.energy
            return Slip(.factorThousand, statement, "\(said) \(statement.text) is \(Say.times(1 / unit))")
          }
          if let part = made.embodied.first, agrees(expected(use * factor, making * unit, count)) {
            return Slip(.factorThousand, part, "\(said) M of \(part.text) is \(Say.times(1 / unit))")
          }
          if agrees(expected(use * factor, making, count) * unit) {
            return Slip(.factorThousand, score, "\(right(plain)): \(Say.times(unit))")
          }
          for row in made.rows where made.rows.count > 1 {
            let own = row.energy.value / 3.6e6 * row.intensity.value
            if agrees(expected((use - own + own * unit) * factor, making, count)) {
              return Slip(.factorThousand, row.energy, "\(said) \(row.energy.text) is \(Say.times(1 / unit))")
            }
          }
          for part in made.embodied where made.embodied.count > 1 {
            if agrees(expected(use * factor, making - part.value + part.value * unit, count)) {
              return Slip(.factorThousand, part, "\(said) M of \(part.text) is \(Say.times(1 / unit))")
            }
          }
        }
      }
      if let slip = SlipFactor(score.value / plain, tolerance: slack) {
        return Slip(slip.rule, score, "\(right(plain)): \(Say.times(score.value / plain))\(slip.aside)")
      }
    }
    guard made.counts.count == 1 || Set(made.counts).count == 1, !score.isProse, let count = made.counts.first else {
      return nil
    }
    let ratios = [1, pue].map { score.value / expected(use * $0, making, count) }
    guard ratios.allSatisfy({ $0 < 0.85 - slack || $0 > 1.15 + slack }) else { return nil }
    return Slip(.scoreFormula, score, "\(right(expected(use, making, count))). Correct E, I, M, R or the score")
  }
}
