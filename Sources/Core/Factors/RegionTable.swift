import Methods

/// Yearly grid intensities of countries, groups of countries and cloud regions, and water per generated energy.
public struct RegionTable: Sendable {
  /// Countries and groups, by name.
  public let entries: [RegionEntry]
  /// Cloud regions, in the order of the table.
  public let clouds: [CloudEntry]
  private let byName: [FoldedName: Int]
  private let byCode: [String: Int]
  private let byCloud: [FoldedName: Int]
  private let zones: ZoneTable

  /// Reads the three tables.
  ///
  /// - Throws: ``FactorError/damaged(table:_:)``.
  init(regions: [UInt8], clouds: [UInt8], zones: [UInt8]) throws(FactorError) {
    self.zones = try ZoneTable(zones)
    var entries: [RegionEntry] = []
    var indexByName: [String: Int] = [:]
    let rows = try readTable("regions", regions) { row throws(CSVError) in try RegionEntry(row) }
    for entry in rows {
      if let known = indexByName[entry.region.name] {
        entries[known].years = (entries[known].years + entry.years).sorted { $0.year > $1.year }
      } else {
        indexByName[entry.region.name] = entries.count
        entries.append(entry)
      }
    }
    self.entries = entries.sorted { $0.region.name < $1.region.name }
    self.clouds = try readTable("cloud_regions", clouds) { row throws(CSVError) in try CloudEntry(row) }
    var byName: [FoldedName: Int] = [:]
    var byCode: [String: Int] = [:]
    for (index, entry) in self.entries.enumerated() {
      for name in [entry.region.name] + entry.aliases { byName[FoldedName(name)] = index }
      for code in [entry.region.iso2, entry.region.iso3].compactMap(\.self) { byCode[code] = index }
    }
    self.byName = byName
    self.byCode = byCode
    let keys = self.clouds.enumerated().map { (FoldedName(CloudEntry.key($0.element.region.code)), $0.offset) }
    byCloud = Dictionary(keys, uniquingKeysWith: { first, _ in first })
  }

  /// The place that `text` names: an ISO 3166 code of two or three letters, a country's name, an Electricity Maps zone
  /// (`US-CAL-CISO`), a cloud region (`aws:us-east-1`), or a group of countries by name (`World`, `European Union`).
  ///
  /// A zone without figures of its own takes its country's; one that is not in the list of zones is refused, because a
  /// slip would else stand on the country's mean.
  ///
  /// - Throws: ``FactorError/unknown(kind:name:near:)`` with near names.
  public func region(_ text: String) throws(FactorError) -> FactorRegion {
    switch try place(text) {
    case .entry(let entry, let region): region ?? entry.region
    case .cloud(let entry): entry.region
    }
  }

  enum Place {
    /// A country or group; `zone` when a zone inside it was named.
    case entry(RegionEntry, zone: FactorRegion?)
    case cloud(CloudEntry)
  }

  func place(_ text: String) throws(FactorError) -> Place {
    let name = text.trimmedName
    if name.utf8.contains(UInt8(ascii: ":")) {
      guard let index = byCloud[FoldedName(CloudEntry.key(name))] else { throw unknown(name) }
      return .cloud(clouds[index])
    }
    if let index = byCode[name.uppercased()] ?? byName[FoldedName(name)] { return .entry(entries[index], zone: nil) }
    // A zone begins with its country's two letters; the zone's own name is kept, the country's figure stands in for it.
    let code = name.uppercased()
    guard zones.contains(code), let index = byCode[String(code.prefix { $0 != "-" })] else { throw unknown(name) }
    let country = entries[index].region
    let zone = FactorRegion(
      kind: .zone, code: code, name: "zone \(code), \(country.name)", iso2: country.iso2, iso3: country.iso3)
    return .entry(entries[index], zone: zone)
  }

  private func unknown(_ name: String) -> FactorError {
    var candidates = entries.flatMap { [$0.region.name] + $0.aliases }
    if name.count <= 3 { candidates += byCode.keys }
    if name.utf8.contains(UInt8(ascii: ":")) || name.utf8.contains(UInt8(ascii: "-")) {
      candidates += clouds.map(\.region.code) + zones.codes
    }
    let near = Spelling.nearest(to: name, in: candidates)
    let country = String(name.uppercased().prefix { $0 != "-" })
    // A part of a country that nothing is like: the country itself is known.
    let other = name.contains("-") && byCode[country] != nil ? [country] : []
    return .unknown(kind: "region", name: name, near: near.isEmpty ? other : near)
  }
}

extension String {
  var trimmedName: String {
    var text = self[...]
    while text.first?.isWhitespace ?? false { text.removeFirst() }
    while text.last?.isWhitespace ?? false { text.removeLast() }
    return String(text)
  }
}

/// Reads every row of a table.
func readTable<Entry>(
  _ name: String, _ bytes: [UInt8], _ entry: (CSVRow) throws(CSVError) -> Entry
) throws(FactorError) -> [Entry] {
  do throws(CSVError) {
    var entries: [Entry] = []
    for row in try CSVTable(parsing: bytes).rows { entries.append(try entry(row)) }
    return entries
  } catch {
    throw .damaged(table: name, error)
  }
}
