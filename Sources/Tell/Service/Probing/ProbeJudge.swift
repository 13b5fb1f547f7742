/// How an answer to a probe is judged against what was expected.
public enum ProbeJudge: String, CaseIterable, Hashable, Sendable {
  /// The same text, but for case and for white space at the ends and between words.
  case exact
  /// The expected text stands somewhere in the answer.
  case contains
  /// The longest common subsequence of words, as the harmonic mean of precision and recall (ROUGE-L; C.-Y. Lin, "ROUGE: a
  /// package for automatic evaluation of summaries", 2004).
  case rougeL = "rouge-l"

  /// How right an answer is, 0 to 1: the best over the texts that were expected.
  public func score(_ answer: String, expected: [String]) -> Double {
    let found = Self.words(answer)
    return expected.map { score(found, Self.words($0)) }.max() ?? 0
  }

  private func score(_ found: [Substring], _ expected: [Substring]) -> Double {
    switch self {
    case .exact: found == expected ? 1 : 0
    case .contains: Self.contains(found, expected) ? 1 : 0
    case .rougeL: Self.overlap(found, expected)
    }
  }

  private static func words(_ text: String) -> [Substring] {
    text.lowercased().split { $0.isWhitespace }
  }

  private static func contains(_ found: [Substring], _ expected: [Substring]) -> Bool {
    found.joined(separator: " ").contains(expected.joined(separator: " "))
  }

  private static func overlap(_ found: [Substring], _ expected: [Substring]) -> Double {
    // Two of nothing agree; nothing and something do not.
    guard !found.isEmpty, !expected.isEmpty else { return found.isEmpty && expected.isEmpty ? 1 : 0 }
    var row = [Int](repeating: 0, count: expected.count + 1)
    for word in found {
      var diagonal = 0
      for (index, wanted) in expected.enumerated() {
        let above = row[index + 1]
        row[index + 1] = word == wanted ? diagonal + 1 : max(above, row[index])
        diagonal = above
      }
    }
    let common = Double(row[expected.count])
    return 2 * common / Double(found.count + expected.count)
  }
}
