import Methods

/// How an entry of a table is found by name: in one way of folding for all its names, with near matches when it is not.
enum NameLookup {
  /// The entry that `name` is a name of.
  ///
  /// - Parameters:
  ///   - kind: what is looked for, for the error: `GPU card`.
  ///   - fold: what two spellings of one name have in common; nothing is found under an empty one.
  ///   - most: how many entries are named when none is near; 0 for none.
  ///   - names: an entry's names, that for people first.
  /// - Throws: ``FactorError/unknown(kind:name:near:)``.
  static func find<Entry>(
    _ name: String, in entries: [Entry], kind: String, by fold: (String) -> String = plain, elseNaming most: Int = 0,
    _ names: (Entry) -> [String]
  ) throws(FactorError) -> Entry {
    let wanted = fold(name)
    if !wanted.isEmpty, let entry = entries.first(where: { names($0).contains { fold($0) == wanted } }) {
      return entry
    }
    let near = Spelling.nearest(to: name, in: entries.flatMap(names))
    let all = near.isEmpty ? Array(entries.compactMap { names($0).first }.prefix(most)) : near
    throw .unknown(kind: kind, name: name, near: all)
  }

  /// Any case, and no space around: the fold of names that are written in one way.
  static func plain(_ text: String) -> String { text.trimmedName.lowercased() }

  /// Any case, and no space at all: `A100 SXM4 80 GB` and `a100sxm4 80gb`.
  static func withoutSpaces(_ text: String) -> String { CloudEntry.key(text.lowercased()) }

  /// Letters and digits alone, in lower case.
  static func lettersAndDigits(_ text: String) -> String { text.lowercased().filter { $0.isLetter || $0.isNumber } }
}
