import Quantities

/// A model by name, and for one that nobody published a range of sizes: `Llama 3.1 8B`, `GPT-4o=100:400/20:60`.
public struct ModelChoice: Hashable, Sendable {
  /// The name.
  public let name: String
  /// Billions of parameters, where its maker published none.
  public let billions: ClosedRange<Double>?
  /// Billions that one token passes through; without them all.
  public let activeBillions: ClosedRange<Double>?

  /// A model.
  public init(_ name: String, billions: ClosedRange<Double>? = nil, activeBillions: ClosedRange<Double>? = nil) {
    self.name = name
    self.billions = billions
    self.activeBillions = activeBillions
  }

  /// Reads `NAME`, `NAME=LOW:HIGH`, `NAME=LOW:HIGH/LOW:HIGH`.
  ///
  /// - Throws: ``BoardError/badValue(key:_:expected:)``.
  public init(parsing text: String) throws(BoardError) {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let name = parts[0].trimmedOfSpace
    let bad = BoardError.badValue(
      key: "model", text,
      expected: "a name, or a name and billions of parameters: 'GPT-4o=100:400', or 'GPT-4o=100:400/20:60' with those "
        + "one token passes through")
    guard !name.isEmpty else { throw bad }
    guard parts.count == 2 else {
      self.init(name)
      return
    }
    let ranges = parts[1].split(separator: "/", omittingEmptySubsequences: false).map(ModelChoice.range)
    guard (1...2).contains(ranges.count), let all = ranges[0], ranges.count == 1 || ranges[1] != nil else { throw bad }
    self.init(name, billions: all, activeBillions: ranges.count == 2 ? ranges[1] : nil)
  }

  /// The text that is read as this.
  public var text: String {
    guard let billions else { return name }
    return "\(name)=\(ModelChoice.text(billions))" + (activeBillions.map { "/\(ModelChoice.text($0))" } ?? "")
  }

  private static func range(_ text: Substring) -> ClosedRange<Double>? {
    let ends = text.split(separator: ":", omittingEmptySubsequences: false).map { Double($0.trimmedOfSpace) }
    guard (1...2).contains(ends.count), let low = ends[0], let high = ends[ends.count - 1], low.isFinite, high.isFinite,
      low <= high
    else { return nil }
    return low...high
  }

  private static func text(_ range: ClosedRange<Double>) -> String {
    let number = { (value: Double) in Decimals.significant(value, digits: 15) }
    return range.lowerBound == range.upperBound
      ? number(range.lowerBound) : "\(number(range.lowerBound)):\(number(range.upperBound))"
  }
}
