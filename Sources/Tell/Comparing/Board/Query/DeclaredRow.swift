import Quantities

/// An option that the user states altogether: `No AI, looked up by hand: carbon=0.2 g, latency=60 s`.
///
/// Dimmer has no figures for ways to work without AI and makes none up; whoever has them can set them on the board.
public struct DeclaredRow: Hashable, Sendable {
  /// The option's name.
  public let name: String
  /// What was stated, in base units.
  public let amounts: [Measure: Double]

  /// The most that one piece of work can cost, in base units.
  private static let most = 1e15

  /// A row.
  public init(_ name: String, _ amounts: [Measure: Double]) {
    self.name = name
    self.amounts = amounts
  }

  /// Reads `NAME: measure=amount, measure=amount`.
  ///
  /// - Throws: ``BoardError``.
  public init(parsing text: String) throws(BoardError) {
    let bad = BoardError.badValue(
      key: "row", text, expected: "a name, a colon and figures with units: 'by hand: carbon=0.2 g, latency=60 s'")
    guard let colon = text.lastIndex(of: ":") else { throw bad }
    let name = text[..<colon].trimmedOfSpace
    guard !name.isEmpty else { throw bad }
    var amounts: [Measure: Double] = [:]
    for part in text[text.index(after: colon)...].split(separator: ",") {
      let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard sides.count == 2 else { throw bad }
      let word = sides[0].trimmedOfSpace.lowercased()
      guard let measure = Measure(rawValue: word) else {
        throw .unknownWord(what: "measure", word, known: Measure.allCases.map(\.rawValue))
      }
      let amount = try measure.amount(sides[1].trimmedOfSpace)
      guard amount >= 0, amount <= (measure == .quality ? 1 : DeclaredRow.most) else {
        throw .badValue(
          key: "row", text,
          expected: measure == .quality
            ? "a quality from 0 to 1" : "\(word) of 0 or more, up to 10^15 joules, grams, litres or seconds")
      }
      guard amounts.updateValue(amount, forKey: measure) == nil else {
        throw .badValue(key: "row", text, expected: "a row that states its \(word) once")
      }
    }
    guard !amounts.isEmpty else { throw bad }
    self.init(name, amounts)
  }

  /// The text that is read as this.
  public var text: String {
    let parts = Measure.allCases.compactMap { measure in
      amounts[measure].map { BoardFilter(measure, .atMost, $0).text.replacing("<=", with: "=") }
    }
    return "\(name): \(parts.joined(separator: ", "))"
  }
}
