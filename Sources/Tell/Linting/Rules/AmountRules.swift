/// Totals and parts, and one amount in two units.
enum AmountRules {
  static let components: Set<String> = [
    "cpu", "gpu", "gpus", "ram", "memory", "dram", "network", "storage", "disk", "ssd", "hdd", "other", "fans", "tpu",
    "accelerator", "accelerators", "host", "cooling", "lighting",
  ]
  private static let halves: [Set<String>] = [["active", "idle"]]

  static let find: @Sendable (LintDocument) -> [Slip] = { document in
    document.records.indices.flatMap { index -> [Slip] in
      parts(index, document) + stages(index, document) + repeated(index, document) + rate(index, document)
    }
  }

  private static func parts(_ index: Int, _ document: LintDocument) -> [Slip] {
    let energies = document.own(index, .energy).filter { $0.unit != nil && !$0.isProse && $0.value >= 0 }
    let totals = energies.filter { $0.name.part == nil && $0.name.per == nil }
    guard totals.count == 1 || totals.filter({ $0.name.site != .facility }).count == 1,
      let total = totals.first(where: { $0.name.site != .facility }) ?? totals.first, total.value > 0
    else { return [] }
    let parts = energies.filter { components.contains($0.name.part ?? "") && $0.name.per == nil }
    guard parts.count > 1, Set(parts.map(\.name.part)).count == parts.count else { return [] }
    let sum = parts.reduce(0) { $0 + $1.value }
    guard sum > 0 else { return [] }
    let isTool = document.format == .codeCarbon
    if isTool,
      ["cpu_energy", "gpu_energy", "ram_energy"].contains(where: { column in
        document.records[index].texts[column].map { Figures.saysUnknown($0.text) } ?? true
      })
    {
      return []
    }
    let rounding = parts.reduce(0) { $0 + $1.number.rounding * ($1.unit?.scale ?? 1) }
    let slack = (isTool ? 0.01 : 0.02) + total.slack + rounding / sum
    let ratio = total.value / sum
    guard abs(ratio - 1) > slack else { return [] }
    let pue = document.inherited(index, .pue).map(\.number.value).first { $0 > 1.02 }
    let said = "the parts (\(parts.map(\.text).joined(separator: ", "))) add up to \(Say.energy(sum))"
    if let pue {
      if isTool ? abs(ratio / pue - 1) <= 0.01 : abs(ratio / (pue * pue) - 1) <= slack {
        return [
          Slip(
            .pueTwice, total,
            "\(said); \(total.claim), \(Say.number(ratio, digits: 3)) times as much: "
              + (isTool
                ? "the parts hold the PUE of \(Say.number(pue)) already" : "the PUE of \(Say.number(pue)) counts twice")
          )
        ]
      }
      if !isTool, abs(ratio / pue - 1) <= slack { return [] }
    }
    if let slip = SlipFactor(ratio, tolerance: slack), slip.rule == .factorThousand || slip.rule == .joulesForWattHours
    {
      return [Slip(slip.rule, total, "\(said); \(total.claim): \(Say.times(ratio))")]
    }
    // One part in another unit makes the sum anything.
    for part in parts {
      for factor in [1e-3, 1e3]
      where abs(total.value / (sum - part.value + part.value * factor) - 1) <= slack && part.value > 0 {
        return [
          Slip(
            .factorThousand, part,
            "the parts add up to \(total.text) only when \(part.text) is \(Say.energy(part.value * factor)): "
              + "\(Say.times(1 / factor))")
        ]
      }
    }
    // Parts need not be all there are, unless the tool or a manifest's sum makes the total of them.
    let isAll =
      isTool || document.format == .manifest && document.records[index].path.hasSuffix("outputs")
      || parts.count >= 3 || total.name.stage == .total
    guard ratio < 1 || isAll && (total.name.site != .facility || pue != nil) else { return [] }
    return [
      Slip(.sumOfParts, total, "\(said); \(total.claim). Correct the total or name the missing part")
    ]
  }

  /// Operational and embodied make the total.
  private static func stages(_ index: Int, _ document: LintDocument) -> [Slip] {
    let carbons = document.own(index, .carbon).filter {
      $0.unit != nil && !$0.isProse && $0.name.part == nil && $0.name.basis != .market && $0.value >= 0
    }
    let operational = carbons.filter { $0.name.stage == .operational }
    let embodied = carbons.filter { $0.name.stage == .embodied }
    let totals = carbons.filter { $0.name.stage == .total || $0.name.stage == nil }
    guard operational.count == 1, embodied.count == 1, totals.count == 1, totals[0].value > 0 else { return [] }
    let (use, making, total) = (operational[0], embodied[0], totals[0])
    guard Set([use.name.per, making.name.per, total.name.per]).count == 1 else { return [] }
    let sum = use.value + making.value
    let slack = 0.015 + total.slack + (use.value * use.slack + making.value * making.slack) / max(sum, 1e-300)
    guard abs(total.value / sum - 1) > slack else { return [] }
    let said = "operational \(use.text) and embodied \(making.text) are \(Say.carbon(sum))"
    for (part, other) in [(making, use), (use, making)] {
      for factor in [1e3, 1e-3, 1e6, 1e-6]
      where part.value > 0 && abs(total.value / (other.value + part.value * factor) - 1) <= slack {
        return [
          Slip(
            .factorThousand, part,
            "the total of \(total.text) needs \(Say.carbon(part.value * factor)) here; \(part.claim): "
              + "\(Say.times(1 / factor))")
        ]
      }
    }
    if let offset = document.own(index, .offset).first(where: { abs((total.value + abs($0.value)) / sum - 1) <= slack })
    {
      return [
        Slip(
          .offsets, total,
          "\(said); \(total.claim), with the offset of \(offset.text) taken off. Offsets never lower a "
            + "footprint: tell them apart")
      ]
    }
    if let slip = SlipFactor(total.value / sum, tolerance: slack) {
      return [Slip(slip.rule, total, "\(said); \(total.claim): \(Say.times(total.value / sum))")]
    }
    return [Slip(.sumOfParts, total, "\(said); the total says \(total.text). Correct one of the three")]
  }

  /// One amount in two units.
  private static func repeated(_ index: Int, _ document: LintDocument) -> [Slip] {
    let statements = document.records[index].statements.filter {
      !$0.isProse && $0.unit != nil && $0.value > 0 && !$0.name.isAside && !$0.name.isBound && !$0.name.isNet
        && [.carbon, .energy, .intensity, .power, .water, .duration].contains($0.name.subject)
    }
    var slips: [Slip] = []
    for (place, first) in statements.enumerated() {
      for second in statements[(place + 1)...] {
        guard first.name.subject == second.name.subject, first.name.part == second.name.part,
          first.name.per == second.name.per, first.name.stage == second.name.stage,
          first.name.site == second.name.site, first.name.basis == second.name.basis,
          let one = first.unit, let other = second.unit, one.scale != other.scale
        else { continue }
        let ratio = second.value / first.value
        let slack = 0.02 + first.slack + second.slack
        guard abs(ratio - 1) > slack else { continue }
        let slip = SlipFactor(ratio, tolerance: slack)
        slips.append(
          Slip(
            slip?.rule ?? .sameThingTwice, second,
            "\(first.isProse ? "the text" : first.field) says \(first.text), which is \(Say.number(first.value / other.scale)) \(other.symbol); this "
              + "says \(second.text): \(Say.times(ratio))\(slip?.aside ?? ""). Correct one of the two"))
      }
    }
    return slips
  }

  /// Emissions are their rate x time.
  private static func rate(_ index: Int, _ document: LintDocument) -> [Slip] {
    guard let rate = document.own(index, .carbonRate).first, rate.value > 0, rate.unit != nil,
      let time = document.own(index, .duration).first, time.value > 0, time.unit != nil,
      let carbon = document.own(index, .carbon).first(where: { $0.name.part == nil }), carbon.value > 0
    else { return [] }
    let ratio = carbon.value / (rate.value * time.value)
    let slack = 0.05 + rate.slack + time.slack + carbon.slack
    guard abs(ratio - 1) > slack else { return [] }
    // Early versions wrote the rate in grams.
    let version =
      document.records[index].texts["codecarbon_version"]?.text.split(separator: ".").map { Int($0) ?? 0 } ?? []
    let isEarly = version.count < 2 || (version[0], version[1]) < (2, 3)
    if document.format == .codeCarbon, isEarly, abs(ratio * 1000 - 1) <= slack { return [] }
    guard let slip = SlipFactor(ratio, tolerance: slack) ?? named(ratio, index, document) else {
      guard document.format == .codeCarbon, time.value >= 1, ratio < 0.7 || ratio > 1.5 else { return [] }
      return [
        Slip(
          .rateTimesTime, carbon,
          "\(rate.text) for \(time.text) is \(Say.carbon(rate.value * time.value)); \(carbon.claim): "
            + Say.times(ratio))
      ]
    }
    return [
      Slip(
        slip.rule, carbon,
        "\(rate.text) for \(time.text) is \(Say.carbon(rate.value * time.value)); \(carbon.claim): "
          + "\(Say.times(ratio))\(slip.aside)")
    ]
  }

  /// A PUE between the two.
  private static func named(_ ratio: Double, _ index: Int, _ document: LintDocument) -> SlipFactor? {
    guard let pue = document.own(index, .pue).first?.number.value, pue > 1.02, abs(ratio / pue - 1) < 0.01 else {
      return nil
    }
    return SlipFactor(pueTwice: ())
  }
}

extension SlipFactor {
  fileprivate init(pueTwice: Void) { self.init(rule: .pueTwice, words: "the PUE counts twice") }
}
