import Quantities

/// What is said and what is left out: boundary, unit of work, contracts, offsets, zeros.
enum ClaimRules {
  static let find: @Sendable (LintDocument) -> [Slip] = { document in
    boundary(document) + tableBoundary(document) + market(document) + zero(document) + offsets(document)
  }

  private static func boundary(_ document: LintDocument) -> [Slip] {
    let claims = document.claims
    var slips: [Slip] = []
    let isScore = document.format == .scoreReport
    if let empty = claims.emptyBoundary, isScore && claims.boundaryLine == nil || document.format == .report {
      slips.append(
        Slip(
          .missingBoundary, empty.line, empty.name,
          "the boundary is empty: say what is counted (chip, node, facility; which components) and what is left out"))
    } else if isScore, claims.boundaryLine == nil {
      slips.append(
        Slip(
          .missingBoundary, 1, "boundary",
          "a score without its boundary can not be compared: list the components that are counted, how each was "
            + "quantified, and what is left out with the reason"))
    }
    let says = document.records.contains { $0.statements.contains { $0.name.subject == .score && $0.name.per != nil } }
    let counts = document.records.contains {
      $0.statements.contains { if case .count = $0.name.subject { true } else { false } }
    }
    if isScore, claims.functionalUnitLine == nil, !says, !counts {
      slips.append(
        Slip(
          .missingFunctionalUnit, 1, "functional_unit",
          "a score is per something: name the functional unit R (per request, per 1000 tokens, per image)"))
    }
    return slips
  }

  /// Cells without a boundary, and figures of several sources side by side without any.
  private static func tableBoundary(_ document: LintDocument) -> [Slip] {
    var slips: [Slip] = []
    for table in document.tables where document.format == .table || document.format == .codeCarbon {
      let heads = table.columns.map { $0.lowercased() }
      let isTool = document.format == .codeCarbon
      let isBoundary = { (head: String) in
        isTool ? head == "tracking_mode" : Words(head).containsAny(["boundary", "boundaries"]) || head == "scope"
      }
      if let column = table.columns.first(where: { isBoundary($0.lowercased()) }) {
        for index in table.records where !document.records[index].isTotal {
          let record = document.records[index]
          guard let field = record.texts[column.lowercased()], Figures.saysUnknown(field.text),
            record.statements.contains(where: { [.energy, .carbon].contains($0.name.subject) })
          else { continue }
          slips.append(
            Slip(
              .missingBoundary, record.line, column,
              "no \(column): energy and carbon can not be compared without it. Say what the meter saw"
                + (isTool ? " (machine or process)" : " (chip, node, facility, life cycle)")))
        }
        continue
      }
      guard !isTool else { continue }
      let sources = heads.first { ["source", "reference", "citation", "paper", "study", "publication"].contains($0) }
      let perWork = table.records.flatMap { index in
        document.records[index].statements.filter {
          $0.name.subject == .energy && $0.name.per != nil && $0.name.part == nil && $0.name.site == nil
        }
      }
      guard let sources, let first = perWork.first, !heads.contains("pue"),
        !Words(table.caption).containsAny(["boundary", "facility", "node", "gpu", "chip"])
      else { continue }
      let names = Set(table.records.compactMap { document.records[$0].texts[sources]?.text }.filter { !$0.isEmpty })
      guard names.count > 1 else { continue }
      slips.append(
        Slip(
          .missingBoundary, table.headerLine, first.field,
          "figures of \(names.count) sources stand side by side without their boundary; a chip's energy and a facility's "
            + "differ by 2 and more. Add a column that says what each counts"))
    }
    return slips
  }

  private static func market(_ document: LintDocument) -> [Slip] {
    let everywhere = document.records.flatMap(\.statements).filter { $0.name.subject == .carbon && !$0.name.isAside }
    let hasLocation = { (statements: [Statement]) in
      statements.contains {
        $0.name.basis == .location || $0.name.basis == nil && $0.value > 0 && $0.name.stage != .embodied
      }
    }
    let hasRowsByLocation = everywhere.contains { $0.name.basis == .location }
    let claimed = Set(document.claims.market.map(\.line))
    var slips: [Slip] = []
    for record in document.records {
      for statement in record.statements where !statement.name.isAside {
        // "0 kg, thanks to renewable energy" says market-based without the word.
        let isClaimed =
          statement.isProse && statement.number.value == 0 && statement.name.basis == nil
          && claimed.contains(statement.line)
        guard statement.name.basis == .market || isClaimed else { continue }
        let isPlainZero = statement.number.value == 0
        switch statement.name.subject {
        case .carbon:
          let around =
            statement.isProse || document.format != .table || hasRowsByLocation
            ? everywhere : record.statements.filter { $0.name.subject == .carbon }
          guard !hasLocation(around), isPlainZero || !statement.isProse else { continue }
          slips.append(
            Slip(
              .marketAlone, statement,
              "market-based carbon of \(statement.text) stands alone: it follows contracts, not the grid. State the "
                + "location-based figure beside it (energy x the grid's intensity)"))
        case .intensity where isPlainZero || document.format == .scoreReport:
          let others = record.statements.filter {
            $0.name.subject == .intensity && $0.name.basis != .market && $0.value > 0
          }
          guard others.isEmpty else { continue }
          slips.append(
            Slip(
              .marketAlone, statement,
              "an intensity of \(statement.text) by contracts; \(document.format == .scoreReport ? "an SCI takes" : "state") "
                + "the location-based intensity of the grid"))
        default: continue
        }
      }
    }
    guard document.format == .scoreReport else { return slips }
    // "I: 12 g/kWh, market-based"
    for claim in document.claims.market {
      let words = Words(claim.text)
      let isDenied = words.containsAny(["not", "never", "excluded", "no", "without", "apart", "separately", "excludes"])
      guard words.contains("market", "based"), !isDenied, document.claims.location.isEmpty,
        words.containsAny(["intensity", "i", "factor", "basis", "method", "grid", "electricity", "kwh", "type"]),
        !slips.contains(where: { $0.line == claim.line })
      else { continue }
      slips.append(
        Slip(
          .marketAlone, claim.line, "intensity",
          "an SCI takes the location-based intensity of the grid, average or marginal; market-based figures follow "
            + "contracts and stand elsewhere"))
    }
    return slips
  }

  /// Carbon of zero from work that took energy.
  private static func zero(_ document: LintDocument) -> [Slip] {
    var slips: [Slip] = []
    for (index, record) in document.records.enumerated() {
      for carbon in record.statements where carbon.name.subject == .carbon && carbon.number.value == 0 {
        guard carbon.name.basis != .market, carbon.name.stage != .embodied, !carbon.name.isAside,
          carbon.name.part == nil,
          !carbon.name.isBound, !carbon.isProse
        else { continue }
        let energy = document.own(index, .energy).first { $0.value > 0 && $0.unit != nil && $0.name.part == nil }
        let claim = document.claims.market.first
        let isCard = document.format == .modelCard && carbon.field.hasPrefix("co2_eq_emissions")
        guard energy != nil || isCard || claim != nil && document.format != .codeCarbon else { continue }
        slips.append(
          Slip(
            .zeroCarbon, carbon,
            (energy.map { "\($0.text) took energy and caused carbon on every grid; the field says 0. " }
              ?? "the field says 0, and work takes energy that causes carbon on every grid. ")
              + (claim == nil ? "" : "A zero by contracts is market-based. ")
              + "Write energy x the grid's location-based intensity, or leave the field out where it is not known"))
      }
    }
    return slips
  }

  private static func offsets(_ document: LintDocument) -> [Slip] {
    document.claims.offsets.prefix(3).map { claim in
      Slip(
        .offsets, claim.line, "offsets",
        "'\(claim.text.trimmedOfSpace.prefix(80))': offsets and certificates never lower a footprint or a score. State the gross "
          + "figure, and the offsets apart")
    }
  }
}
