import Quantities
import Switching

/// The lower quality bounds that answers are credited with, and from when on each was in force: an answer that is told of
/// late counts by the bound of its own time.
struct QualityCredit: Sendable {
  private var bounds: [(from: Timestamp?, low: [String: Double])]
  /// An answer is told of within minutes; so many changes are never between.
  private static let remembered = 16

  /// The bounds that a model begins with.
  init(_ model: ServingModel) { bounds = [(nil, Self.low(model))] }

  /// Other bounds are in force from a moment on.
  mutating func put(_ model: ServingModel, from moment: Timestamp) {
    let low = Self.low(model)
    guard low != bounds.last?.low else { return }
    bounds = bounds.suffix(Self.remembered - 1) + [(moment, low)]
  }

  /// The bound of a variant at a moment; `nil` when nobody knows its quality.
  func quality(of variant: String, at moment: Timestamp) -> Double? {
    let inForce = bounds.last { bound in bound.from.map { $0 <= moment } ?? true } ?? bounds.first
    return inForce?.low[variant]
  }

  private static func low(_ model: ServingModel) -> [String: Double] {
    Dictionary(uniqueKeysWithValues: model.ladder.variants.map { ($0.name, $0.qualityLow) })
  }
}
