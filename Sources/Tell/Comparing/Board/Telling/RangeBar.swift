import Methods
import Quantities

/// The range of each option of a board drawn on one scale, on which each step is ten times the one before.
struct RangeBar {
  private let measure: Measure
  private let low: Double
  private let high: Double
  private let typical: Double?

  /// The scale of a board; nothing when fewer than two options have a range.
  init?(_ board: Board, _ measure: Measure) {
    let ends = board.options.map { board.ends(of: $0, measure) }.compactMap(\.self)
    guard ends.count > 1, let low = ends.map(\.low).min(), let high = ends.map(\.high).max(), low < high else {
      return nil
    }
    self.measure = measure
    // A little room on both sides.
    let room = Logarithm.natural(high / low) * 0.03
    self.low = Logarithm.natural(low) - room
    self.high = Logarithm.natural(high) + room
    typical = board.typical[measure]?.estimate.map(\.value.value).flatMap { $0 > 0 ? $0 : nil }
  }

  /// The drawing of one option, for eyes alone: its numbers stand beside it. Empty when it has no range.
  func html(_ option: BoardOption, on board: Board) -> String {
    guard let ends = board.ends(of: option, measure) else { return "" }
    let from = place(ends.low)
    let ticks = decades.map { "<i class=\"tick\" style=\"left:\(percent($0))\"></i>" }.joined()
    let middle = typical.map { "<i class=\"typical\" style=\"left:\(percent(place($0)))\"></i>" } ?? ""
    return "<dd class=\"range\" aria-hidden=\"true\">\(ticks)<i class=\"reach\" style=\"left:\(percent(from));"
      + "width:\(percent(place(ends.high) - from))\"></i>\(middle)<i class=\"dot\" style=\"left:"
      + "\(percent(place(ends.value)))\"></i></dd>"
  }

  /// What it shows, in short.
  static let words = "The band draws that range, the dot the estimate, the upright line what is typical."
  /// The scale.
  static let scale = "From one faint line of the drawing to the next it is ten times as much."

  private func place(_ value: Double) -> Double { (Logarithm.natural(value) - low) / (high - low) * 100 }

  private func percent(_ place: Double) -> String { "\(Decimals.fixed(place, places: 2))%" }

  /// The powers of ten in sight, of the base unit: the display units are thousands of it or of its hours.
  private var decades: [Double] {
    let ten = Logarithm.natural(10)
    let offset = measure == .energy ? Logarithm.natural(3600) : 0
    let first = Int(((low - offset) / ten).rounded(.up))
    let last = Int(((high - offset) / ten).rounded(.down))
    guard first <= last, last - first < 40 else { return [] }
    return (first...last).map { ((Double($0) * ten + offset) - low) / (high - low) * 100 }
  }
}

extension Board {
  /// The ends of an option's range and its value, where all are above nothing.
  func ends(of option: BoardOption, _ measure: Measure) -> (low: Double, value: Double, high: Double)? {
    let receipt = option.receipt(measure)
    guard let value = receipt.value, let low = receipt.low, let high = receipt.high, low > 0, value >= low,
      high >= value
    else { return nil }
    return (low, value, high)
  }
}
