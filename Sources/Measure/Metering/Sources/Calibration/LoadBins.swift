public import Quantities

/// Readings of the processors' power by their load, sorted into narrow ranges of load: a few kilobytes, however many.
///
/// In each range every second reading is held out: one half makes the curve, the other judges it.
public struct LoadBins: Hashable, Sendable {
  /// One range's readings.
  struct Bin: Hashable, Sendable {
    /// Those that make the curve.
    var fit = LoadMoments()
    /// Those that judge it.
    var test = LoadMoments()
    /// Which half the next one goes to.
    var isTestNext = false

    var count: Double { fit.count + test.count }
  }

  /// Where ranges begin and end: narrow where power rises steeply, and at each bend of the curve, so that within a range
  /// the curve is straight.
  static let edges: [Double] = (0..<5).map { Double($0) / 50 } + (2...20).map { Double($0) / 20 }

  /// One for each range, in order.
  private(set) var bins: [Bin]

  /// No readings.
  ///
  /// - Parameter testsFirst: whether the first reading of each range is held out. Short sessions take turns, else one
  ///   half would be empty.
  public init(testsFirst: Bool = false) {
    bins = [Bin](repeating: Bin(isTestNext: testsFirst), count: Self.edges.count - 1)
  }

  /// How many readings there are.
  public var count: Double { bins.reduce(0) { $0 + $1.count } }

  /// The range that bin `index` is for.
  static func range(_ index: Int) -> ClosedRange<Double> { edges[index]...edges[index + 1] }

  /// Adds a reading; one that makes no sense is left out.
  ///
  /// - Parameters:
  ///   - load: the busy part of all hardware threads, 0 to 1.
  ///   - power: the processors' power meanwhile.
  public mutating func add(load: Double, power: Power) {
    guard (0...1).contains(load), power.watts > 0, power.watts < 1e6 else { return }
    let index = min(Self.edges.lastIndex { $0 <= load } ?? 0, bins.count - 1)
    let moments = LoadMoments(load: load, watts: power.watts)
    if bins[index].isTestNext { bins[index].test.add(moments) } else { bins[index].fit.add(moments) }
    bins[index].isTestNext.toggle()
  }

  /// Adds all readings of `other`.
  public mutating func add(_ other: LoadBins) {
    for index in bins.indices {
      bins[index].fit.add(other.bins[index].fit)
      bins[index].test.add(other.bins[index].test)
    }
  }

  /// Sets one range's readings.
  mutating func set(_ index: Int, fit: LoadMoments, test: LoadMoments) {
    bins[index].fit = fit
    bins[index].test = test
  }

  /// The same readings with less weight: each counts for `factor`, no half of a range for more than `most`, and what is
  /// less than half a reading is forgotten.
  func faded(by factor: Double, most: Double) -> LoadBins {
    var result = self
    for index in bins.indices {
      let fade = { (moments: LoadMoments) -> LoadMoments in
        guard moments.count > 0 else { return moments }
        let part = min(factor, most / moments.count)
        return moments.count * part < 0.5 ? LoadMoments() : moments.scaled(by: part)
      }
      result.bins[index].fit = fade(bins[index].fit)
      result.bins[index].test = fade(bins[index].test)
    }
    return result
  }
}
