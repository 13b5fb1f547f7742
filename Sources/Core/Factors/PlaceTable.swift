import Methods

/// Finds the grid of a place however people name it: country, zone, cloud region or the place of a cloud region.
public struct PlaceTable: Sendable {
  /// A place and its grid.
  public struct Place: Hashable, Sendable {
    /// The grid: an ISO country of two letters or an Electricity Maps zone.
    public let zone: String
    /// The name for people.
    public let name: String
    /// The cloud region that was named, when it was one.
    public let cloud: CloudZone?
  }

  /// The cloud regions, in the order of the table.
  public let clouds: [CloudZone]
  private let regions: RegionTable
  private let byCode: [FoldedName: CloudZone]
  private let byRegion: [FoldedName: [CloudZone]]
  private let byPlace: [FoldedName: [CloudZone]]

  init(zones: [UInt8], regions: RegionTable) throws(FactorError) {
    self.regions = regions
    clouds = try readTable("cloud_zones", zones) { row throws(CSVError) in try CloudZone(row) }
    byCode = Dictionary(
      clouds.map { (FoldedName(CloudEntry.key($0.code)), $0) }, uniquingKeysWith: { first, _ in first })
    byRegion = Dictionary(grouping: clouds) { FoldedName(CloudEntry.key($0.region)) }
    byPlace = Dictionary(grouping: clouds) { FoldedName($0.place) }
  }

  /// The place that `text` names: an ISO 3166 code, a country's name, an Electricity Maps zone, a cloud region with or
  /// without its provider (`aws:us-east-1`, `us-east-1`, `westeurope`), or the place of one (`Frankfurt`).
  ///
  /// Codes and zones win over names; a name that stands for places on different grids is refused and not guessed.
  ///
  /// - Throws: ``FactorError/ambiguous(_:candidates:)`` with what it can be, ``FactorError/unknown(kind:name:near:)``.
  public func place(_ text: String) throws(FactorError) -> Place {
    let name = text.trimmedName
    if let cloud = byCode[FoldedName(CloudEntry.key(name))] { return Self.place(cloud) }
    let named = byRegion[FoldedName(CloudEntry.key(name))] ?? byPlace[FoldedName(name)] ?? []
    let region = try? regions.region(name)
    // A code or a zone is exact; a name may be shared with a place: Georgia is a country and a state.
    if let region, region.kind == .zone, named.isEmpty { return Self.place(region) }
    if let region, region.kind == .country, name.utf8.count <= 3 { return Self.place(region) }
    let known = region.flatMap { $0.kind == .country ? Self.place($0) : nil }
    let places = named.map(Self.place) + [known].compactMap(\.self)
    let zones = Set(places.map { Self.isWithin($0.zone, known?.zone) ? known?.zone ?? $0.zone : $0.zone })
    guard zones.count <= 1 else {
      throw .ambiguous(
        name, candidates: (named.map { "\($0.code) (\($0.zone))" } + [known?.zone].compactMap(\.self)).sorted())
    }
    if let place = known ?? places.first { return place }
    do throws(FactorError) {
      return Self.place(try regions.region(name))
    } catch {
      guard case .unknown(let kind, _, let others) = error else { throw error }
      let names = Set(clouds.flatMap { [$0.code, $0.region, $0.place] })
      let near = Spelling.nearest(to: name, in: names.union(others))
      throw .unknown(kind: kind, name: name, near: near.isEmpty ? others : near)
    }
  }

  private static func isWithin(_ zone: String, _ country: String?) -> Bool {
    guard let country else { return false }
    return zone == country || zone.hasPrefix(country + "-")
  }

  private static func place(_ cloud: CloudZone) -> Place {
    Place(zone: cloud.zone, name: "\(cloud.code) (\(cloud.place))", cloud: cloud)
  }

  private static func place(_ region: FactorRegion) -> Place {
    Place(zone: region.code, name: region.name, cloud: nil)
  }
}
