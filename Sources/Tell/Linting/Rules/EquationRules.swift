/// Carbon is energy x PUE x intensity: what a file states must agree with itself.
enum EquationRules {
  static let find: @Sendable (LintDocument) -> [Slip] = { document in
    document.records.indices.flatMap { index -> [Slip] in
      // Defaults and totals of a manifest's node hold for several intervals.
      if document.format == .manifest {
        let path = document.records[index].path
        guard path.hasSuffix("inputs") || path.hasSuffix("outputs") else { return [] }
      }
      return record(index, document)
    }
  }

  private static func record(_ index: Int, _ document: LintDocument) -> [Slip] {
    let carbons = document.own(index, .carbon).filter {
      $0.unit != nil && $0.value > 0 && $0.name.stage != .embodied && $0.name.basis != .market
    }
    var slips: [Slip] = []
    for carbon in carbons {
      let terms = Terms(of: carbon, index, document)
      guard !terms.energies.isEmpty, !(carbon.isProse && document.format == .modelCard && hasField(index, document))
      else { continue }
      if let slip = terms.isComplete ? disagreement(carbon, terms) : implied(carbon, terms, index, document) {
        slips.append(slip)
      }
    }
    return slips
  }

  /// Whether a card's own field is what its text is held against.
  private static func hasField(_ index: Int, _ document: LintDocument) -> Bool {
    document.records[index].statements.contains { $0.name.subject == .carbon && !$0.isProse }
  }

  /// What the carbon could be made of.
  struct Terms {
    var energies: [Statement]
    var facilities: [Bool]
    var intensities: [Statement]
    var pues: [Statement]
    var embodied: [Statement]
    var offsets: [Statement]
    var isComplete: Bool { !intensities.isEmpty }
    /// Whether the figures come from running text and may be of other work.
    var isProse: Bool { energies.contains(where: \.isProse) || intensities.contains(where: \.isProse) }

    init(of carbon: Statement, _ index: Int, _ document: LintDocument) {
      let all = document.own(index, .energy).filter { $0.unit != nil && $0.value > 0 && $0.name.per == carbon.name.per }
      var energies = all.filter { $0.name.part == carbon.name.part }
      if energies.isEmpty {
        // "Training energy" is what a card's emissions are of, with or without the word.
        let isWhole = { (name: StatedName) in
          ["training", "pretraining", "finetuning"].contains(name.part ?? "training")
        }
        energies = isWhole(carbon.name) ? all.filter { isWhole($0.name) } : []
      }
      self.energies = energies
      facilities = energies.map { document.isAtFacility(index, $0) }
      pues = document.inherited(index, .pue).filter { (1...12).contains($0.number.value) }
      intensities = document.inherited(index, .intensity).filter {
        $0.unit != nil && $0.value > 0 && $0.name.basis != .market && $0.name.per == nil
      }
      embodied =
        carbon.name.stage == .operational
        ? [] : document.own(index, .carbon).filter { $0.name.stage == .embodied && $0.unit != nil }
      offsets = document.own(index, .offset).filter { $0.unit != nil && $0.value != 0 }
      // An energy that is its parts times the PUE stands at the facility.
      let parts = document.own(index, .energy).filter {
        $0.unit != nil && AmountRules.components.contains($0.name.part ?? "")
      }
      if let pue = pues.first, parts.count > 1, pue.number.value > 1.02 {
        let sum = parts.reduce(0) { $0 + $1.value }
        for place in self.energies.indices where abs(self.energies[place].value / (sum * pue.number.value) - 1) < 0.01 {
          facilities[place] = true
        }
      }
    }
  }

  private struct Candidate {
    var energy: Statement
    var intensity: Statement
    var pue: Double
    var expected: Double
    var words: String
    var slack: Double
    var isAtFacility: Bool
  }

  private static func candidates(_ carbon: Statement, _ terms: Terms) -> [Candidate] {
    var found: [Candidate] = []
    for (energy, isAtFacility) in zip(terms.energies, terms.facilities) {
      for intensity in terms.intensities {
        let plain = energy.value / 3.6e6 * intensity.value
        let slack = 0.02 + energy.slack + intensity.slack + carbon.slack
        let words = "\(energy.text) at \(Say.intensity(intensity.value))"
        let pues = [1.0] + (isAtFacility ? [] : terms.pues.map(\.number.value))
        for pue in pues {
          let said = pue == 1 ? words : "\(words) and PUE \(Say.number(pue, digits: 3))"
          for embodied in [0] + terms.embodied.map(\.value) {
            found.append(
              Candidate(
                energy: energy, intensity: intensity, pue: pue, expected: plain * pue + embodied,
                words: embodied == 0 ? said : "\(said), with \(Say.carbon(embodied)) embodied", slack: slack,
                isAtFacility: isAtFacility))
          }
        }
      }
    }
    return found
  }

  private static func disagreement(_ carbon: Statement, _ terms: Terms) -> Slip? {
    let candidates = candidates(carbon, terms)
    guard !candidates.isEmpty, !candidates.contains(where: { abs(carbon.value / $0.expected - 1) <= $0.slack }) else {
      return nil
    }
    // Of the ways it could have been made, the one that a known slip explains.
    let plain = candidates.filter { $0.pue == 1 }
    for candidate in plain {
      for pue in terms.pues where pue.number.value > 1.02 {
        let value = pue.number.value
        let factor = candidate.isAtFacility ? value : value * value
        guard abs(carbon.value / (candidate.expected * factor) - 1) <= min(candidate.slack, 0.03) else { continue }
        let right = candidate.expected * (candidate.isAtFacility ? 1 : value)
        return Slip(
          .pueTwice, carbon,
          "\(candidate.words)\(candidate.isAtFacility ? ", PUE included," : " and PUE \(pue.number.text)") is "
            + "\(Say.carbon(right)); \(carbon.claim): the PUE of \(pue.number.text) counts twice. "
            + "Write \(write(right, carbon))")
      }
      for offset in terms.offsets {
        let gross = candidates.first { abs((carbon.value + abs(offset.value)) / $0.expected - 1) <= $0.slack }
        if let gross {
          return Slip(
            .offsets, carbon,
            "\(gross.words) is \(Say.carbon(gross.expected)); \(carbon.claim), with the offset of "
              + "\(offset.text) taken off. Offsets never lower a footprint: write \(write(gross.expected, carbon)) and "
              + "tell the offset apart")
        }
      }
    }
    let preferred = candidates.sorted { $0.pue > $1.pue }
    for candidate in preferred {
      let ratio = carbon.value / candidate.expected
      guard let slip = SlipFactor(ratio, tolerance: candidate.slack), isMeant(slip, ratio, candidate, terms) else {
        continue
      }
      return Slip(
        slip.rule, carbon,
        "\(candidate.words) is \(Say.carbon(candidate.expected)); \(carbon.claim): "
          + "\(Say.times(ratio))\(slip.aside). Write \(write(candidate.expected, carbon))")
    }
    let ratios = candidates.map { carbon.value / $0.expected }
    if terms.isProse || carbon.isProse {
      guard ratios.allSatisfy({ $0 < 0.1 || $0 > 10 }), terms.energies.count == 1 else { return nil }
    } else {
      // What is between, an unstated PUE or an hourly grid may explain.
      let isFacility = terms.facilities.allSatisfy(\.self)
      let mayHoldMore = carbon.name.stage == .total && terms.embodied.isEmpty
      let highest = mayHoldMore ? 3.0 : isFacility || !terms.pues.isEmpty ? 1.1 : 2.0
      let slack = candidates.map(\.slack).max() ?? 0
      guard ratios.allSatisfy({ $0 < 0.9 - slack || $0 > highest + slack }) else { return nil }
    }
    guard let first = preferred.first else { return nil }
    return Slip(
      .equation, carbon,
      "\(first.words) is \(Say.carbon(first.expected)); \(carbon.claim), "
        + "\(Say.times(carbon.value / first.expected)). Correct energy, intensity or carbon")
  }

  /// Whether a factor near one is that slip, and not a PUE that nobody stated.
  private static func isMeant(
    _ slip: SlipFactor, _ ratio: Double, _ candidate: Candidate, _ terms: Terms
  ) -> Bool {
    guard slip.rule == .shortTons else { return true }
    if candidate.isAtFacility || !terms.pues.isEmpty || ratio < 1 { return candidate.slack < 0.025 }
    // 1.1 is a usual PUE, and 1.1023 is not; figures of four digits and more tell them apart.
    return candidate.slack < 0.022 && abs(ratio * UnitNames.shortTon / 1e6 - 1) < 0.0008
  }

  /// Without a stated intensity: the one that follows must be possible.
  private static func implied(
    _ carbon: Statement, _ terms: Terms, _ index: Int, _ document: LintDocument
  ) -> Slip? {
    // A card's text may tell the energy of something else; one energy is clear enough.
    if terms.isProse, terms.energies.count != 1 { return nil }
    let pue = terms.pues.map(\.number.value).max() ?? 1
    // Manifests of tutorials carry round samples, "energy: 5, carbon: 5"; a slip of 1000 lies below them.
    let lowest = document.format == .manifest ? 1.0 : 5.0
    for energy in terms.energies {
      let grams = carbon.value / (energy.value / 3.6e6)
      let slack = 1 + energy.slack + carbon.slack
      if grams <= 1300 * pue * slack, grams * slack >= lowest { return nil }
    }
    guard let energy = terms.energies.first else { return nil }
    let grams = carbon.value / (energy.value / 3.6e6)
    let isSmall = grams < 5
    let factor = isSmall ? 1e3 : 1e-3
    let fixed = grams * factor
    let fix =
      (5...1300).contains(fixed)
      ? " \(isSmall ? "1000 times more" : "A thousandth") gives \(Say.intensity(fixed)): check \(units(carbon, energy))"
      : " Check the units of both"
    let rule: RuleName = (5...1300).contains(fixed) ? .factorThousand : .impossibleIntensity
    return Slip(
      rule, carbon,
      "\(carbon.text) from \(energy.text) is \(Say.intensity(grams)); no grid is below 5 or above 1300 g/kWh.\(fix)")
  }

  /// What to look at: a text has its units beside the numbers, a field may have another than its name says.
  private static func units(_ carbon: Statement, _ energy: Statement) -> String {
    if carbon.isProse && energy.isProse { return "the units of both" }
    return "whether \(carbon.field) is in \(carbon.unit?.symbol ?? "its unit") and \(energy.field) in "
      + (energy.unit?.symbol ?? "its unit")
  }

  private static func write(_ grams: Double, _ carbon: Statement) -> String {
    let unit = carbon.unit
    return
      "\(Say.number(grams / (unit?.scale ?? 1), digits: 5))\(unit.map { $0.symbol == "g" ? "" : " \($0.symbol)" } ?? "")"
  }
}
