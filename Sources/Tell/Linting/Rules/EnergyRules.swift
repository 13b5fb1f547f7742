/// Energy is power x time.
enum EnergyRules {
  static let find: @Sendable (LintDocument) -> [Slip] = { document in
    document.records.indices.flatMap { index -> [Slip] in
      let energies = document.own(index, .energy).filter {
        $0.unit != nil && $0.value > 0 && $0.name.per == nil && !$0.isProse
      }
      return energies.compactMap { energy in slip(energy, index, document) }
    }
  }

  private static func slip(_ energy: Statement, _ index: Int, _ document: LintDocument) -> Slip? {
    let powers = document.records[index].statements.filter {
      $0.name.subject == .power && $0.unit != nil && $0.value > 0
    }
    let inherited = powers.isEmpty && document.format == .manifest ? document.inherited(index, .power) : powers
    let matching = inherited.filter { power in
      power.name.part == energy.name.part
        || energy.name.part == "cpu" && power.field.contains("cpu/thermal-design-power")
    }
    guard matching.count == 1 || energy.name.part == nil && inherited.count == 1,
      let power = matching.first ?? inherited.first, power.value > 0
    else { return nil }
    let devices = document.own(index, .devices).map(\.number.value).first { $0 >= 1 }
    if let time = document.own(index, .deviceTime).first, time.unit != nil, time.value > 0, !time.isProse {
      return judge(energy, power, time, count: 1, isCounted: true, index, document)
    }
    guard let time = document.own(index, .duration).first, time.unit != nil, time.value > 0, !time.isProse else {
      return nil
    }
    // A tool's power is its last sample; in less than a second it tells nothing.
    if document.format == .codeCarbon, time.value < 1 { return nil }
    return judge(energy, power, time, count: devices ?? 1, isCounted: devices != nil, index, document)
  }

  private static func judge(
    _ energy: Statement, _ power: Statement, _ time: Statement, count: Double, isCounted: Bool, _ index: Int,
    _ document: LintDocument
  ) -> Slip? {
    let expected = power.value * count * time.value
    let ratio = energy.value / expected
    let isTool = document.format == .codeCarbon
    let isLimit = power.field.lowercased().contains("thermal-design") || power.field.lowercased().contains("tdp")
    let tolerance = energy.slack + power.slack + time.slack
    let isSlip: Bool
    if isTool {
      isSlip = [1e3, 1e-3, 3600, 1 / 3600.0, 3.6e6, 1 / 3.6e6].contains { abs(ratio / $0 - 1) < 0.3 }
    } else if ratio > 1 {
      let isExact = SlipFactor(ratio, tolerance: min(tolerance, 0.02)).map { $0.rule == .factorThousand } ?? false
      isSlip = isExact || ratio > 20 && (isCounted || document.format == .manifest)
    } else {
      isSlip = ratio < (isLimit ? 1e-4 : 0.02)
    }
    guard isSlip else { return nil }
    let slip = SlipFactor(ratio, tolerance: 0.1)
    let said = count == 1 ? power.text : "\(Say.number(count)) x \(power.text)"
    return Slip(
      slip?.rule == .factorThousand ? .factorThousand : .powerTimesTime, energy,
      "\(said) for \(time.text) is \(Say.energy(expected)) at most; \(energy.claim): \(Say.times(ratio)). "
        + "Check the units of all three")
  }
}
