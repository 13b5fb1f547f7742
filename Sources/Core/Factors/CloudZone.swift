public import Methods

/// Where a cloud region stands and which grid feeds it.
public struct CloudZone: Hashable, Sendable {
  /// The cloud provider: `aws`, `gcp`, `azure`.
  public let provider: String
  /// The provider's name of the region: `us-east-1`, `West Europe`.
  public let region: String
  /// The place for people: Northern Virginia.
  public let place: String
  /// The grid: an Electricity Maps zone, or the country where no zone is known.
  public let zone: String
  /// Where it is, to about ten kilometres: a weather forecast needs no more.
  public let coordinates: Coordinates
  /// Where this stands.
  public let source: Source

  /// Provider and region: `aws:us-east-1`.
  public var code: String { "\(provider):\(region)" }

  init(_ row: CSVRow) throws(CSVError) {
    provider = try row.text("provider")
    region = try row.text("region")
    place = try row.text("place")
    zone = try row.text("zone")
    source = try row.source()
    guard let latitude = Double(try row.text("latitude")), (-90...90).contains(latitude) else {
      throw try row.error(in: "latitude", .other("a latitude lies between -90 and 90 degrees"))
    }
    guard let longitude = Double(try row.text("longitude")), (-180...180).contains(longitude) else {
      throw try row.error(in: "longitude", .other("a longitude lies between -180 and 180 degrees"))
    }
    coordinates = Coordinates(latitude: latitude, longitude: longitude)
  }
}

/// A point on the earth, in degrees.
public struct Coordinates: Hashable, Sendable, Codable {
  /// North of the equator, -90 to 90.
  public let latitude: Double
  /// East of Greenwich, -180 to 180.
  public let longitude: Double

  /// A point.
  public init(latitude: Double, longitude: Double) {
    self.latitude = latitude
    self.longitude = longitude
  }
}
