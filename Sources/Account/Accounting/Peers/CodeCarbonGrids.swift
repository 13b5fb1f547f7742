public import Factors
import Methods

/// What CodeCarbon takes the carbon of electricity to be when it has no live signal (`codecarbon-country@1` and others).
public enum CodeCarbonGrids {
  /// A grid as CodeCarbon chose it, and a sentence on what stands in for what.
  public struct Choice: Hashable, Sendable {
    /// The grid.
    public let grid: CodeCarbonTable.Grid
    /// What to know about the choice.
    public let note: String?
  }

  /// The grid of a country; for a code without a figure the world's mean, as CodeCarbon does and as the note then says.
  ///
  /// - Parameter code: an ISO code of three capital letters. Anything else is a slip and not a country without a figure.
  /// - Throws: ``FactorError`` for what is no such code, with the codes it may mean, and for an unusable figure.
  public static func country(_ code: String, in table: CodeCarbonTable) throws(FactorError) -> Choice {
    if let grid = table.country(code) { return try usable(grid) }
    let near = table.countries(near: code)
    guard code.utf8.count == 3, code.utf8.allSatisfy({ (65...90).contains($0) }) else {
      throw .unknown(kind: "CodeCarbon country code", name: code, near: near)
    }
    return try worldInstead(
      "no figure of the country \(code)"
        + (near.isEmpty ? "" : " (was \(near.joined(separator: " or ")) meant?)"), in: table)
  }

  /// The grid of a part of a country.
  ///
  /// - Throws: ``FactorError`` for a country without regions and for an unknown region, for which CodeCarbon itself
  ///   would take the country's.
  public static func region(
    _ name: String, in country: String, table: CodeCarbonTable
  ) throws(FactorError) -> Choice { try usable(try table.region(name, in: country)) }

  /// The grid of a cloud region; for providers of which CodeCarbon has no figures the world's mean, as the note says.
  ///
  /// - Throws: ``FactorError`` for an unknown provider, and for an unknown region of a provider with figures.
  public static func cloud(
    _ region: String, of provider: String, table: CodeCarbonTable
  ) throws(FactorError) -> Choice {
    if table.cloudProviders.contains(provider) { return try usable(try table.cloud(region, of: provider)) }
    let known = table.cloudProviders.union(withoutFigures)
    guard withoutFigures.contains(provider) else {
      let near = Spelling.nearest(to: provider, in: known)
      throw .unknown(kind: "CodeCarbon cloud provider", name: provider, near: near.isEmpty ? known.sorted() : near)
    }
    return try worldInstead("no figures of \(provider)'s regions, so none of \(region)", in: table)
  }

  /// Providers that CodeCarbon recognises without having figures of their regions.
  private static let withoutFigures: Set<String> = ["aws", "azure"]

  private static func usable(_ grid: CodeCarbonTable.Grid) throws(FactorError) -> Choice {
    guard grid.gramsPerKilowattHour != nil else {
      throw .noValue(of: "CodeCarbon's \(grid.name)", reason: grid.note ?? "the table has none")
    }
    return Choice(grid: grid, note: grid.note)
  }

  private static func worldInstead(_ reason: String, in table: CodeCarbonTable) throws(FactorError) -> Choice {
    let world = try usable(try table.world()).grid
    let grams = world.gramsPerKilowattHour.map { "\(Int($0))" } ?? "?"
    return Choice(grid: world, note: "CodeCarbon has \(reason), and takes the world's mean of \(grams) g/kWh instead.")
  }
}
