public import Estimation
import Factors
import Quantities

/// What an option takes on each axis; nothing where the axis was not named.
public struct BoardChoice: Hashable, Sendable {
  /// The model or the variant.
  public var model: String
  /// The kind of accelerator.
  public var accelerator: String?
  /// The number format of the weights.
  public var precision: WeightPrecision?
  /// Requests served together.
  public var batch: Double?
  /// The share of the prompt that a cache holds.
  public var cached: Double?
  /// The place.
  public var region: String?
  /// When.
  public var time = BoardTime.anyHour

  /// A choice of a model, with nothing else named.
  public init(model: String) { self.model = model }

  /// The axes beside the model in words, in the order they are chosen in.
  var parts: [String] { parts(placeNames: [:]) }

  /// The same with places as people call them.
  func parts(placeNames: [String: String]) -> [String] {
    [
      accelerator.map { "on \($0)" }, precision?.rawValue, batch.map { "batch \(Decimals.significant($0, digits: 6))" },
      cached.map { "\(Decimals.fixed($0 * 100, places: 1)) % of the prompt cached" },
      region.map { placeNames[$0] ?? $0 },
      time == .anyHour ? nil : time.words,
    ].compactMap(\.self)
  }

  /// The whole choice in one line.
  public var label: String { ([model] + parts).joined(separator: ", ") }
}

/// A grid at a time, for which somebody may have a signal.
public struct BoardSlot: Hashable, Sendable {
  /// The place as it was named.
  public let region: String
  /// When.
  public let time: BoardTime
  /// A place at a time.
  public init(region: String, time: BoardTime) {
    self.region = region
    self.time = time
  }
}

extension BoardQuery {
  /// The grids and times for which a signal would tell more than the yearly average.
  public var slots: [BoardSlot] {
    regions.flatMap { region in
      times.filter { $0 != .anyHour }.map { BoardSlot(region: region, time: $0) }
    }
  }

  /// One choice with each value of an axis, or the choice as it is when the axis was not named.
  func spread<Value: Hashable>(
    _ choices: [BoardChoice], over values: [Value], _ path: WritableKeyPath<BoardChoice, Value>
  ) -> [BoardChoice] {
    guard !values.isEmpty else { return choices }
    var seen: Set<Value> = []
    let distinct = values.filter { seen.insert($0).inserted }
    return choices.flatMap { choice in
      distinct.map { value in
        var copy = choice
        copy[keyPath: path] = value
        return copy
      }
    }
  }

  /// All choices of a model: the cross product of the axes.
  ///
  /// - Throws: ``BoardError/tooMany(_:)``, before they are made.
  func choices(of model: String) throws(BoardError) -> [BoardChoice] {
    let counts = [accelerators.count, precisions.count, batches.count, cached.count, regions.count, times.count]
    let count = counts.reduce(1.0) { $0 * Double(max(1, $1)) } * Double(max(1, models.count))
    guard count <= Double(BoardError.mostOptions) else { throw .tooMany(Int(min(count, 1e9))) }
    var choices = [BoardChoice(model: model)]
    choices = spread(choices, over: accelerators.map { $0 }, \.accelerator)
    choices = spread(choices, over: precisions.map { $0 }, \.precision)
    choices = spread(choices, over: batches.map { $0 }, \.batch)
    choices = spread(choices, over: cached.map { $0 }, \.cached)
    return places(choices)
  }

  /// Refuses more measured variants at places and times than a board holds, before they are made.
  ///
  /// - Throws: ``BoardError/tooMany(_:)``.
  func checkCount(of variants: Int) throws(BoardError) {
    let count = [variants, max(1, regions.count), max(1, times.count)].reduce(1.0) { $0 * Double($1) }
    guard count <= Double(BoardError.mostOptions) else { throw .tooMany(Int(min(count, 1e9))) }
  }

  /// The query with each place once, by the first of its names: `DE`, `DEU` and `Germany` would otherwise count three
  /// times for what is typical. Unknown places stay, to be refused with near names.
  func withEachPlaceOnce(in tables: RegionTable) -> BoardQuery {
    var query = self
    var seen: Set<String> = []
    query.regions = regions.filter { name in (try? tables.region(name)).map { seen.insert($0.code).inserted } ?? true }
    return query
  }

  /// The choices at each place and time.
  func places(_ choices: [BoardChoice]) -> [BoardChoice] {
    spread(spread(choices, over: regions.map { $0 }, \.region), over: times, \.time)
  }
}
