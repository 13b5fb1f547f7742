public import Methods
public import Quantities

/// Published power usage effectiveness (PUE) of operators' sites.
public struct FacilityTable: Sendable {
  /// One printed PUE.
  public struct Entry: Hashable, Sendable {
    /// The operator: `AWS`, or `unknown data centre`.
    public let operatorName: String
    /// Other names it is found under.
    public let aliases: [String]
    /// Total over IT energy, at least 1.
    public let pue: Double
    /// The year.
    public let year: Int
    /// Where it stands.
    public let source: Source

    init(_ row: CSVRow) throws(CSVError) {
      operatorName = try row.text("operator")
      aliases = try row.names("aliases")
      pue = try row.requiredNumber("pue")
      guard pue >= 1 else { throw try row.error(in: "pue", .other("a PUE is at least 1")) }
      source = try row.source()
      guard let year = source.year else { throw try row.error(in: "year", .other("a PUE needs its year")) }
      self.year = year
    }

    /// Whether this is the average of sites nobody has named.
    var isUnknownSite: Bool { operatorName == "unknown data centre" }
  }

  /// The printed values, in the order of the table.
  public let entries: [Entry]

  init(_ bytes: [UInt8]) throws(FactorError) {
    entries = try readTable("facilities", bytes) { row throws(CSVError) in try Entry(row) }
  }

  /// The PUE that is published for an operator; the average of unnamed sites only when asked for as `unknown`.
  ///
  /// The interval covers every value published for the operator, so that it tells where sources differ.
  ///
  /// - Parameter year: a certain year; without one the newest.
  /// - Throws: ``FactorError`` for an unknown operator or year.
  public func pue(of name: String, year: Int? = nil) throws(FactorError) -> Figure<Ratio> {
    let wanted = FoldedName(name.trimmedName)
    let known = entries.filter { entry in ([entry.operatorName] + entry.aliases).contains { FoldedName($0) == wanted } }
    guard let newest = known.max(by: { $0.year < $1.year }) else {
      let names = Set(entries.flatMap { [$0.operatorName] + $0.aliases })
      throw .unknown(kind: "operator", name: name, near: Spelling.nearest(to: name, in: names))
    }
    guard let entry = year.map({ year in known.first { $0.year == year } }) ?? newest else {
      throw .unknownYear(year ?? 0, of: newest.operatorName, available: known.map(\.year).sorted())
    }
    let bounds = entry.isUnknownSite ? DefaultBounds.unknownSitePUE : DefaultBounds.publishedPUE
    let low = min(entry.pue * (1 + bounds.lowerBound), known.map(\.pue).min() ?? entry.pue)
    let high = max(entry.pue * (1 + bounds.upperBound), known.map(\.pue).max() ?? entry.pue)
    let estimate = Estimate(
      Ratio(entry.pue), low: Ratio(max(1, low)), high: Ratio(high), origin: .published,
      method: PublishedFactor.method, source: "pue:\(entry.operatorName)")
    return Figure(
      "PUE, \(entry.operatorName)", estimate, source: entry.source,
      note: known.count > 1 ? "The interval covers all \(known.count) values published for it." : nil)
  }
}
