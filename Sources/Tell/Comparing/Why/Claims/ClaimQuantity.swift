import Quantities

/// What two claims are compared in.
public enum ClaimQuantity: String, Hashable, Sendable, CaseIterable, CustomStringConvertible {
  /// Energy, in joules.
  case energy
  /// Carbon dioxide equivalent, in grams.
  case carbon
  /// Water consumed, in litres.
  case water

  /// The base unit's symbol, as receipts have it.
  public var unit: String {
    switch self {
    case .energy: Energy.baseUnit
    case .carbon: Carbon.baseUnit
    case .water: Water.baseUnit
    }
  }

  public var description: String { rawValue }

  /// The quantity and the base value of a text such as `0.34 Wh`, `1.14 g` or `45 mL`; `nil` when it is none of them.
  static func reading(_ text: String) -> (quantity: ClaimQuantity, value: Double)? {
    if let energy = try? Energy(parsing: text) { return (.energy, energy.joules) }
    if let carbon = try? Carbon(parsing: text) { return (.carbon, carbon.grams) }
    if let water = try? Water(parsing: text) { return (.water, water.litres) }
    return nil
  }

  /// The quantity of a value in a unit as methods name it (`kWh`, `kg`, `L`), and base units in one of it.
  static func of(unit: String) -> (quantity: ClaimQuantity, scale: Double)? {
    if let known = Energy.units.first(where: { $0.symbol == unit }) { return (.energy, known.scale) }
    if let known = Carbon.units.first(where: { $0.symbol == unit }) { return (.carbon, known.scale) }
    if let known = Water.units.first(where: { $0.symbol == unit }) { return (.water, known.scale) }
    return nil
  }
}

/// What one figure is for: comparisons hold for like units only.
public enum FunctionalUnit: Hashable, Sendable, CustomStringConvertible {
  /// One answer in text.
  case reply
  /// One token written.
  case token
  /// One image made.
  case image
  /// One video made.
  case video
  /// One training run.
  case training
  /// Something else, by the user's own word.
  case other(String)

  /// The unit of that name; every other word is a unit of its own.
  public init(_ name: String) {
    switch name.lowercased() {
    case "reply", "text", "query", "prompt", "request": self = .reply
    case "token": self = .token
    case "image": self = .image
    case "video": self = .video
    case "training": self = .training
    default: self = .other(name.lowercased())
    }
  }

  public var description: String {
    switch self {
    case .reply: "reply"
    case .token: "token"
    case .image: "image"
    case .video: "video"
    case .training: "training run"
    case .other(let name): name
    }
  }
}
