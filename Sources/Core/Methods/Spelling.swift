/// Near matches, for errors that help: "no region 'Gemany'; did you mean Germany?".
public enum Spelling {
  /// Up to `limit` of `candidates` that are most like `text`, best first; none when nothing is near.
  ///
  /// Where no whole name is, those with a word that is follow: `H1000` is near `NVIDIA H100 PCIe`.
  public static func nearest(to text: String, in candidates: some Sequence<String>, limit: Int = 4) -> [String] {
    let wanted = Array(text.lowercased())
    guard !wanted.isEmpty else { return [] }
    let names = Set(candidates)
    var scored = names.compactMap { name in distance(of: wanted, to: name).map { (distance: $0, name: name) } }
    if scored.isEmpty, wanted.count >= shortestWord {
      scored = names.compactMap { name in
        name.split { !$0.isLetter && !$0.isNumber }.filter { $0.count >= shortestWord }
          .compactMap { distance(of: wanted, to: String($0)) }.min().map { (distance: $0, name: name) }
      }
    }
    return scored.sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }.prefix(limit).map(\.name)
  }

  /// Words and parts of fewer characters are like too much.
  private static let shortestWord = 3

  /// How far a name is from what is wanted, in lower case; nothing when that is too far.
  private static func distance(of wanted: [Character], to name: String) -> Int? {
    let name = name.lowercased()
    let other = Array(name)
    let allowed = max(1, min(wanted.count, other.count) / 3)
    let isPart = wanted.count >= shortestWord && name.contains(String(wanted))
    // Texts of very different length need no table of edits, however long a user's text is.
    guard isPart || abs(wanted.count - other.count) <= allowed else { return nil }
    let distance = isPart ? min(1, edits(wanted, other)) : edits(wanted, other)
    return distance <= allowed ? distance : nil
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
