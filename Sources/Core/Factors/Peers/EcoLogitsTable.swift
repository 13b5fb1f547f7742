import Methods

/// The numbers that EcoLogits 0.11.3 computes with: grids, its providers' sites, servers and video models.
///
/// They are kept apart from Dimmer's own factors: they serve to compute what EcoLogits would say, and why it differs.
/// Its list of text models is not here; the architecture of a model is an input.
public struct EcoLogitsTable: Sendable {
  /// Grids by country, and the world.
  public let zones: [EcoLogitsZone]
  /// The sites that it takes providers' models to run on.
  public let providers: [EcoLogitsProvider]
  /// Servers of video models.
  public let servers: [EcoLogitsServer]
  /// Video models.
  public let videos: [EcoLogitsVideoModel]

  /// The table in this program, read once.
  ///
  /// - Throws: ``FactorError/damaged(table:_:)``, which a test excludes for a built program.
  public static func embedded() throws(FactorError) -> EcoLogitsTable { try parsed.get() }

  private static let parsed: Result<EcoLogitsTable, FactorError> = {
    do throws(FactorError) { return .success(try EcoLogitsTable()) } catch { return .failure(error) }
  }()

  private init() throws(FactorError) {
    zones = try readTable("ecologits_zones", PackageResources.ecologits_zones_csv) { row throws(CSVError) in
      try EcoLogitsZone(row)
    }
    providers = try readTable("ecologits_providers", PackageResources.ecologits_providers_csv) {
      row throws(CSVError) in try EcoLogitsProvider(row)
    }
    servers = try readTable("ecologits_servers", PackageResources.ecologits_servers_csv) { row throws(CSVError) in
      try EcoLogitsServer(row)
    }
    videos = try readTable("ecologits_videos", PackageResources.ecologits_videos_csv) { row throws(CSVError) in
      try EcoLogitsVideoModel(row)
    }
  }

  /// The code of the world's mean grid.
  public static let world = "WOR"

  /// The grid of a country by its ISO code of three letters, or of the world: `FRA`, `WOR`.
  ///
  /// - Throws: ``FactorError/unknown(kind:name:near:)`` with near codes, also for a country's name.
  public func zone(_ code: String) throws(FactorError) -> EcoLogitsZone {
    let wanted = FoldedName(code.trimmedName)
    guard let zone = zones.first(where: { FoldedName($0.code) == wanted }) else {
      throw .unknown(kind: "EcoLogits zone", name: code, near: countryCodes(near: code, among: zones.map(\.code)))
    }
    return zone
  }

  /// The site of a provider: `openai`, `mistralai` for text, `google`, `runway` for video.
  ///
  /// - Throws: ``FactorError/unknown(kind:name:near:)`` with all of that kind when none is near.
  public func provider(_ name: String, of kind: EcoLogitsProvider.Kind) throws(FactorError) -> EcoLogitsProvider {
    let known = providers.filter { $0.kind == kind }
    return try NameLookup.find(
      name, in: known, kind: "EcoLogits \(kind.rawValue) provider", elseNaming: known.count
    ) { [$0.name] }
  }

  /// A video model with its provider: `google/veo-3.0`.
  ///
  /// - Throws: ``FactorError/unknown(kind:name:near:)`` with all models when none is near.
  public func video(_ name: String) throws(FactorError) -> EcoLogitsVideoModel {
    try NameLookup.find(name, in: videos, kind: "EcoLogits video model", elseNaming: videos.count) { [$0.name] }
  }

  /// A server that video models run on.
  ///
  /// - Throws: ``FactorError/unknown(kind:name:near:)``.
  public func server(_ name: String) throws(FactorError) -> EcoLogitsServer {
    guard let server = servers.first(where: { $0.name == name }) else {
      throw .unknown(kind: "EcoLogits server", name: name, near: servers.map(\.name))
    }
    return server
  }
}

/// Codes of three letters that `text` may mean: those near to it, or the code of the country it names.
func countryCodes(near text: String, among codes: [String]) -> [String] {
  if let country = try? FactorTables.embedded().regions.region(text), let code = country.iso3, codes.contains(code) {
    return [code]
  }
  if FoldedName(text.trimmedName) == FoldedName("World"), codes.contains(EcoLogitsTable.world) {
    return [EcoLogitsTable.world]
  }
  return Spelling.nearest(to: text, in: codes)
}
