public import Quantities

/// How an alias's variants are asked questions with known answers, so that their quality stays fresh.
public struct ProbeSettings: Hashable, Sendable {
  /// The file of probes, JSON lines; see ``ProbeSet``.
  public var file: String
  /// How answers are judged. Default `exact`.
  public var judge = ProbeJudge.exact
  /// How many probes each variant is asked at a time. Default 50.
  public var sample = 50
  /// The least grid time between two evaluations. Default 6 h.
  public var least = Span.hours(6)
  /// The longest; then it is done however dirty the grid is. Default 72 h.
  public var longest = Span.hours(72)

  /// The defaults with a file.
  public init(file: String) { self.file = file }
}

extension ProbeSettings {
  init(_ node: ConfigurationNode) throws(ConfigurationError) {
    let members = try node.members(["file", "judge", "sample", "least", "longest"])
    guard let file = members["file"] else { throw node.failure("'file' is missing: JSON lines, a probe each") }
    self.init(file: try file.text())
    judge = try members["judge"]?.choice(ProbeJudge.self) ?? judge
    if let node = members["sample"] {
      let number = try node.number(in: 1...10_000)
      guard number == number.rounded() else { throw node.failure("'sample' must be a whole number") }
      sample = Int(number)
    }
    least = try members["least"]?.span(in: 60...2_592_000, "1 min to 30 d") ?? least
    longest = try members["longest"]?.span(in: 60...7_776_000, "1 min to 90 d") ?? max(longest, least)
    guard least <= longest else { throw node.failure("'least' is longer than 'longest'") }
  }
}
