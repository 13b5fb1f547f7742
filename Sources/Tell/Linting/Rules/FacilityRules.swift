/// PUE: its range, its silent default, and the two energies it joins.
enum FacilityRules {
  static let find: @Sendable (LintDocument) -> [Slip] = { document in
    var slips: [Slip] = []
    for index in document.records.indices {
      for pue in document.own(index, .pue) {
        if let slip = range(pue) {
          slips.append(slip)
        } else if let slip = silentOne(pue, index, document) {
          slips.append(slip)
        }
      }
      slips += energies(index, document)
    }
    return slips
  }

  private static func range(_ pue: Statement) -> Slip? {
    let value = pue.number.value
    guard value >= 0 else { return nil }
    if value < 1 {
      return Slip(
        .pueRange, pue,
        "a PUE of \(pue.number.text): facility energy can not be less than the IT energy in it. "
          + (value > 0.3
            ? "If it is IT over facility (DCiE), write \(Say.number(1 / value, digits: 3))" : "Write 1 or more")
      )
    }
    if value > 3 {
      return Slip(
        .pueRange, pue,
        "a PUE of \(pue.number.text) is above 3, beyond any site known"
          + (value >= 100 && value <= 300
            ? "; as a ratio \(pue.number.text) % is \(Say.number(value / 100))" : ". Check it"))
    }
    return nil
  }

  private static func silentOne(_ pue: Statement, _ record: Int, _ document: LintDocument) -> Slip? {
    // CodeCarbon writes 1.0 into every file; a text that says so says it openly.
    guard pue.number.value == 1, !pue.isProse, document.format != .codeCarbon, document.format != .modelCard else {
      return nil
    }
    let place = document.text(
      record,
      [
        "boundary", "site", "location", "provider", "cloud", "cloud_provider", "cloud/vendor", "hosting", "datacenter",
        "data_center", "data_centre", "cloud_region", "cloud/region",
      ])
    guard let place else { return nil }
    let words = Words(place.text)
    let isSite =
      words.containsAny([
        "facility", "datacenter", "datacentre", "cloud", "aws", "azure", "gcp", "google", "amazon", "microsoft",
        "colocation",
      ]) || words.contains("data", "center") || words.contains("data", "centre")
      || place.key.lowercased().contains("cloud")
    guard isSite, !words.containsAny(["laptop", "desktop", "workstation", "office", "excluding", "without"]) else {
      return nil
    }
    return Slip(
      .pueOfOne, pue,
      "a PUE of exactly 1 for '\(place.text.prefix(40))' says that its cooling and power chain take nothing; it is most "
        + "often a default. Write the site's PUE, or say that only IT energy is counted")
  }

  /// Facility energy against IT energy.
  private static func energies(_ record: Int, _ document: LintDocument) -> [Slip] {
    let energies = document.own(record, .energy).filter { $0.unit != nil && $0.name.part == nil && $0.value > 0 }
    let machines = energies.filter { $0.name.site == .machine }
    let facilities = energies.filter { $0.name.site == .facility }
    guard machines.count == 1, facilities.count == 1, machines[0].name.per == facilities[0].name.per else { return [] }
    let (machine, facility) = (machines[0], facilities[0])
    let ratio = facility.value / machine.value
    let slack = 0.01 + machine.slack + facility.slack
    let pues = document.inherited(record, .pue).filter { $0.number.value >= 1 }
    if pues.count == 1, let pue = pues.first {
      let value = pue.number.value
      let tolerance = slack + pue.slack
      if abs(ratio / value - 1) <= tolerance { return [] }
      if value > 1.02, abs(ratio / (value * value) - 1) <= tolerance {
        return [
          Slip(
            .pueTwice, facility,
            "\(Say.energy(machine.value)) of IT energy at PUE \(pue.number.text) is "
              + "\(Say.energy(machine.value * value)); \(facility.claim): the PUE counts twice. "
              + "Write \(Say.number(machine.value * value / (facility.unit?.scale ?? 1)))")
        ]
      }
      if let slip = SlipFactor(ratio / value, tolerance: tolerance) {
        return [
          Slip(
            slip.rule, facility,
            "\(Say.energy(machine.value)) of IT energy at PUE \(pue.number.text) is \(Say.energy(machine.value * value)); "
              + "\(facility.claim): \(Say.times(ratio / value))")
        ]
      }
      if abs(ratio / value - 1) > max(0.03, tolerance) {
        return [
          Slip(
            .pueMismatch, facility,
            "facility over IT energy is \(Say.number(ratio, digits: 3)), the PUE says \(pue.number.text). "
              + "Correct one of the three")
        ]
      }
      return []
    }
    if let slip = SlipFactor(ratio, tolerance: 0.3), slip.rule == .factorThousand {
      return [Slip(slip.rule, facility, "facility energy is \(Say.number(ratio)) times the IT energy: check the units")]
    }
    guard ratio < 1 - slack || ratio > 3 + slack else { return [] }
    return [
      Slip(
        .pueRange, facility,
        "facility over IT energy is a PUE of \(Say.number(ratio, digits: 3)); it lies from 1 to 3. Check both energies")
    ]
  }
}
