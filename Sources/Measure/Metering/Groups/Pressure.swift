public import Quantities

/// How long work had to wait for a resource (Linux pressure stall information, Documentation/accounting/psi.rst). When
/// processors are short, shares of CPU time say less about shares of energy.
public struct Pressure: Hashable, Sendable {
  /// One line of the file.
  public struct Stall: Hashable, Sendable {
    /// Percent of the last 10 s, 60 s and 300 s.
    public let average10: Double
    /// Percent of the last 60 s.
    public let average60: Double
    /// Percent of the last 300 s.
    public let average300: Double
    /// All time so far, in microseconds.
    public let totalMicroseconds: UInt64

    /// All time so far.
    public var total: Quantities.Span { .seconds(Double(totalMicroseconds) / 1e6) }

    /// Reads what stands behind `some` or `full`.
    init?(_ words: some Sequence<Substring>) {
      var values: [Substring: Substring] = [:]
      for word in words {
        guard let equals = word.firstIndex(of: "=") else { return nil }
        values[word[..<equals]] = word[word.index(after: equals)...]
      }
      guard let ten = values["avg10"].flatMap({ Double($0) }), let sixty = values["avg60"].flatMap({ Double($0) }),
        let all = values["avg300"].flatMap({ Double($0) }), let total = values["total"].flatMap({ UInt64($0) })
      else { return nil }
      average10 = ten
      average60 = sixty
      average300 = all
      totalMicroseconds = total
    }
  }

  /// Some work waited.
  public let some: Stall
  /// All work waited; older kernels do not say it of processors.
  public let full: Stall?

  /// Reads `/proc/pressure/X` or a group's `X.pressure`; `nil` for any other text.
  public init?(_ text: String) {
    var stalls: [Substring: Stall] = [:]
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ")
      guard let kind = words.first, let stall = Stall(words.dropFirst()) else { return nil }
      stalls[kind] = stall
    }
    guard let some = stalls["some"] else { return nil }
    self.some = some
    full = stalls["full"]
  }
}
