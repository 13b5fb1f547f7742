public import Grid
public import Quantities

/// What the API asks of the grid, by the names that callers use.
public protocol CarbonAwareGrid: Sendable {
  /// The places that are offered by name.
  var locations: [CarbonAwareLocation] { get }

  /// All names by which places can be asked for, for the description.
  var names: [String] { get }

  /// The intervals that share time with `range`, in order, in g/kWh; none where nothing is known.
  ///
  /// - Throws: ``CarbonAwareProblem`` for a place nobody knows, or when the grid cannot be asked.
  func emissions(at location: String, over range: Range<Timestamp>) async throws(CarbonAwareProblem) -> [Slot]

  /// The newest interval that began at or before `moment`; nothing when none is known.
  ///
  /// - Throws: as ``emissions(at:over:)``.
  func latest(at location: String, before moment: Timestamp) async throws(CarbonAwareProblem) -> Slot?

  /// The forecast that was known at `moment`.
  ///
  /// - Throws: as ``emissions(at:over:)``; ``CarbonAwareProblem/unsupported(_:)`` where there is none.
  func forecast(at location: String, issuedBy moment: Timestamp) async throws(CarbonAwareProblem) -> CarbonAwareForecast
}

extension CarbonAwareGrid {
  public var names: [String] { locations.map(\.name) }
}

/// A place by its name.
public struct CarbonAwareLocation: Hashable, Sendable {
  /// The name to ask by.
  public let name: String
  /// Degrees north.
  public let latitude: Double
  /// Degrees east.
  public let longitude: Double

  /// A place.
  public init(name: String, latitude: Double, longitude: Double) {
    self.name = name
    self.latitude = latitude
    self.longitude = longitude
  }
}

/// A forecast as it was issued.
public struct CarbonAwareForecast: Hashable, Sendable {
  /// When it was made.
  public let generatedAt: Timestamp
  /// Its intervals, in order, in g/kWh.
  public let slots: [Slot]

  /// A forecast.
  public init(generatedAt: Timestamp, slots: [Slot]) {
    self.generatedAt = generatedAt
    self.slots = slots
  }
}
