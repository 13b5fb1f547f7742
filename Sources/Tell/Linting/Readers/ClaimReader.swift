import Quantities

/// Reads what a file says in words of its boundary, its unit of work, contracts and offsets.
enum ClaimReader {
  private static let boundaryWords: Set<String> = [
    "boundary", "boundaries", "components", "included", "includes", "inclusions", "component",
  ]

  /// Of a file of fields.
  static func read(_ document: inout LintDocument) {
    var claims = Claims()
    for field in document.fields {
      let names = (field.path + [field.key]).filter { Int($0) == nil }
      let words = names.map { Words($0, splitsCamelCase: true) }
      let isUnknown = Figures.saysUnknown(field.text)
      if !isUnknown, names.contains(where: { ["scope", "in_scope", "coverage"].contains($0.lowercased()) }) {
        claims.boundaryLine = claims.boundaryLine ?? field.line
      }
      if words.contains(where: { $0.containsAny(boundaryWords) && !$0.containsAny(["scope1", "version"]) }) {
        if isUnknown, Words(field.key, splitsCamelCase: true).containsAny(boundaryWords) {
          claims.emptyBoundary = claims.emptyBoundary ?? field
        } else if !isUnknown {
          claims.boundaryLine = claims.boundaryLine ?? field.line
        }
      }
      let key = Words(field.key, splitsCamelCase: true)
      if key.contains("functional") || field.key.lowercased() == "r" || key.lower.first == "r" && key.lower.count <= 3
        || words.dropLast().contains(where: { $0.contains("functional") || $0.lower == ["r"] }) || saysPer(key)
        || field.key.lowercased().contains("sci") && saysPer(Words(field.text))
      {
        if !isUnknown { claims.functionalUnitLine = claims.functionalUnitLine ?? field.line }
      }
      let comment = field.comment.map { " (\($0))" } ?? ""
      read(words: "\(field.key) \(field.text)\(comment)", line: field.line, into: &claims)
    }
    for record in document.records {
      for (_, field) in record.texts where document.fields.isEmpty {
        read(words: "\(field.key) \(field.text)", line: field.line, into: &claims)
      }
    }
    for table in document.tables {
      for note in table.caption.split(separator: "\n") { read(words: String(note), line: 1, into: &claims) }
    }
    document.claims = claims
  }

  /// Of a text.
  static func read(_ lines: Lines, from start: Int, into document: inout LintDocument) {
    var claims = document.claims
    for (key, field) in document.records.first?.texts ?? [:] where field.path.first == "co2_eq_emissions" {
      if key != "emissions" { read(words: "\(field.key) \(field.text)", line: field.line, into: &claims) }
    }
    var isFenced = false
    for index in min(start, lines.all.count)..<lines.all.count {
      let line = lines.all[index]
      if line.hasPrefix("```") { isFenced.toggle() }
      let number = index + 1
      let words = Words(line)
      let isHeading = line.hasPrefix("#") || line.hasPrefix("**") || line.hasPrefix("|")
      let label = line.firstIndex(of: ":").map { Words(line[..<$0]) }
      let says = { (wanted: Set<String>) in
        isHeading && words.containsAny(wanted) || label?.containsAny(wanted) == true && (label?.words.count ?? 9) <= 6
      }
      if says(boundaryWords) || isHeading && words.contains("scope") || label?.lower == ["scope"] {
        let value = line.firstIndex(of: ":").map { line[line.index(after: $0)...].filter { $0 != "*" }.trimmedOfSpace }
        if !line.hasPrefix("|"), let value, Figures.saysUnknown(value), !value.isEmpty || isEmptyBelow(lines, index) {
          claims.emptyBoundary = claims.emptyBoundary ?? LintField(path: [], key: "boundary", text: "", line: number)
        } else if line.hasPrefix("#"), isEmptyBelow(lines, index) {
          claims.emptyBoundary = claims.emptyBoundary ?? LintField(path: [], key: "boundary", text: "", line: number)
        } else {
          claims.boundaryLine = claims.boundaryLine ?? number
        }
      }
      if says(["functional"]) || words.contains("functional", "unit") || saysPer(words)
        || label?.lower.first == "r"
        || words.lower.first == "r" && line.hasPrefix("|")
      {
        claims.functionalUnitLine = claims.functionalUnitLine ?? number
      }
      read(words: String(line), line: number, into: &claims)
    }
    document.claims = claims
  }

  /// Whether something is "per request".
  private static func saysPer(_ words: Words) -> Bool {
    words.words.indices.contains { UnitReading.perUnit(words.words, at: $0) != nil }
  }

  /// Whether nothing but blank lines stands until the next heading.
  private static func isEmptyBelow(_ lines: Lines, _ index: Int) -> Bool {
    for line in lines.all[(index + 1)...].prefix(6) {
      if line.hasPrefix("#") { return true }
      if line.contains(where: { $0.isLetter }) {
        return Figures.saysUnknown(String(line)) || line.hasPrefix("**") || line.uppercased().contains("TODO")
      }
    }
    return true
  }

  private static func read(words text: String, line: Int, into claims: inout Claims) {
    let words = Words(text, splitsCamelCase: false)
    let lower = words.lower
    if words.contains("market", "based")
      || words.contains("renewable")
        && words.containsAny(["certificates", "matched", "matching", "contracts", "ppa", "100"])
      || words.containsAny(["ppa", "ppas", "recs", "eacs"]) || words.contains("carbon", "neutral")
      || words.contains("net", "zero") || words.contains("renewable", "energy") || words.contains("green", "tariff")
      || words.contains("guarantees", "of")
    {
      claims.market.append((line, text))
    }
    if words.contains("location", "based") || words.contains("locationbased") { claims.location.append(line) }
    let offset: Set<String> = ["offset", "offsets", "offsetting", "credits"]
    if words.containsAny(offset) {
      let isTaken =
        words.containsAny(["subtracted", "deducted", "netted", "minus"]) || words.contains("net", "of")
        || words.contains("after", "offsets") || words.contains("after", "offsetting")
        || words.contains("less", "offsets")
        || lower.contains("after") && words.containsAny(["offsets", "offset", "credits"])
        || words.contains("taken", "off")
      let isDenied = words.containsAny(["not", "no", "without", "never", "none", "before", "excluded", "excluding"])
      if isTaken, !isDenied { claims.offsets.append((line, text)) }
    }
    // Of an energy that holds it, not of carbon that was made with it.
    for sentence in text.replacing("incl. ", with: "incl ").split(separator: ". ") {
      let words = Words(sentence)
      guard words.contains("pue"),
        words.containsAny(["included", "includes", "include", "including", "incl", "already", "inclusive"]),
        words.containsAny(["energy", "electricity", "consumption", "kwh", "mwh", "meter", "metered", "e"]),
        !words.containsAny(["not", "excluded", "without", "excluding", "excludes"]),
        !words.containsAny(UnitNames.carbonWords), !words.lower.contains(where: { $0.contains("co2") })
      else { continue }
      claims.pueIncluded.append(line)
    }
  }
}
