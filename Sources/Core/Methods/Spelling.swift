/// Near matches, for errors that help: "no region 'Gemany'; did you mean Germany?".
public enum Spelling {
  /// Up to `limit` of `candidates` that are most like `text`, best first; none when nothing is near.
  public static func nearest(to text: String, in candidates: some Sequence<String>, limit: Int = 4) -> [String] {
    let wanted = Array(text.lowercased())
    guard !wanted.isEmpty else { return [] }
    var scored: [(distance: Int, name: String)] = []
    for candidate in Set(candidates) {
      let other = Array(candidate.lowercased())
      let allowed = max(1, min(wanted.count, other.count) / 3)
      let isPart = wanted.count >= 3 && candidate.lowercased().contains(text.lowercased())
      // Texts of very different length need no table of edits, however long a user's text is.
      guard isPart || abs(wanted.count - other.count) <= allowed else { continue }
      let distance = isPart ? min(1, edits(wanted, other)) : edits(wanted, other)
      if distance <= allowed { scored.append((distance, candidate)) }
    }
    return scored.sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }.prefix(limit).map(\.name)
  }

  /// The number of single-character edits (insert, delete, replace, swap neighbours) between two texts.
  static func edits(_ a: [Character], _ b: [Character]) -> Int {
    guard !a.isEmpty, !b.isEmpty else { return max(a.count, b.count) }
    var beforeLast: [Int] = []
    var last = Array(0...b.count)
    for i in 1...a.count {
      var row = [i] + Array(repeating: 0, count: b.count)
      for j in 1...b.count {
        row[j] = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1))
        if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] { row[j] = min(row[j], beforeLast[j - 2] + 1) }
      }
      beforeLast = last
      last = row
    }
    return last[b.count]
  }
}
