/// Finds what a file is and reads it.
enum Reader {
  static func document(_ bytes: [UInt8], file: String) throws(LintError) -> LintDocument {
    guard bytes.count <= Linter.largestFile else {
      throw LintError(file: file, "larger than \(Linter.largestFile / 1_000_000) MB; lint a part of it")
    }
    var content = bytes[...]
    if content.starts(with: [0xEF, 0xBB, 0xBF]) { content = content.dropFirst(3) }
    guard let text = String(validating: content, as: UTF8.self) else {
      throw LintError(file: file, line: line(ofBadByteIn: content), "the text is not UTF-8; convert the file")
    }
    guard !text.utf8.contains(0) else { throw LintError(file: file, "binary data, no text that can be linted") }
    guard text.contains(where: { !$0.isWhitespace }) else { throw LintError(file: file, "the file is empty") }
    let lines = Lines(text)
    var document: LintDocument
    switch kind(lines, file: file) {
    case .table(let delimiter): document = try TableReader.document(lines, delimiter: delimiter, file: file)
    case .markdown: document = try MarkdownReader.document(lines, file: file)
    case .tree: document = try TreeReader.document(text, lines, file: file)
    }
    let energies = document.records.flatMap(\.statements).filter { $0.name.subject == .energy }
    document.claims.saysPUEIncluded = !Set(document.claims.pueIncluded).subtracting(energies.map(\.line)).isEmpty
    return document
  }

  private enum Kind {
    case table(delimiter: Character)
    case markdown, tree
  }

  private static func kind(_ lines: Lines, file: String) -> Kind {
    let name = file.lowercased()
    let first = lines.all.first { !$0.allSatisfy(\.isWhitespace) && !$0.hasPrefix("#") } ?? ""
    if let start = first.first(where: { !$0.isWhitespace }), start == "{" || start == "[", !first.hasPrefix("[!") {
      if !name.hasSuffix(".md") { return .tree }
    }
    if lines.frontMatter != nil { return .markdown }
    if name.hasSuffix(".md") || name.hasSuffix(".markdown") { return .markdown }
    if name.hasSuffix(".yaml") || name.hasSuffix(".yml") || name.hasSuffix(".json") { return .tree }
    if let delimiter = TableReader.delimiter(of: lines, isNamedTable: name.hasSuffix(".csv") || name.hasSuffix(".tsv"))
    {
      return .table(delimiter: delimiter)
    }
    // Without a name that says it: a heading or a table of Markdown, else YAML.
    let isMarkdown = lines.all.contains { line in
      line.hasPrefix("## ") || line.hasPrefix("# ") && !line.contains(":") || line.hasPrefix("| ")
        || line.hasPrefix("**")
    }
    let isTree = lines.all.contains { line in
      guard let colon = line.firstIndex(of: ":"), let start = line.first, start.isLetter || start == "\"" else {
        return false
      }
      let key = line[..<colon]
      return !key.contains(" ") && (line[colon...].dropFirst().first ?? " ").isWhitespace
    }
    if isTree, !(isMarkdown && lines.all.contains { $0.hasPrefix("| ") || $0.hasPrefix("## ") }) { return .tree }
    return .markdown
  }

  private static func line(ofBadByteIn content: ArraySlice<UInt8>) -> Int {
    var line = 1
    var rest = content
    while let end = rest.firstIndex(of: 10) {
      if String(validating: rest[..<end], as: UTF8.self) == nil { return line }
      line += 1
      rest = rest[(end + 1)...]
    }
    return line
  }
}

/// A text by lines.
struct Lines: Sendable {
  /// The lines without their ends.
  let all: [Substring]
  /// The lines of YAML between `---` and `---` at the top of Markdown, as indices; `nil` without.
  let frontMatter: Range<Int>?

  init(_ text: String) {
    // As editors count them: a form feed or a Unicode separator ends no line.
    all = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" || $0 == "\r" }
    var start: Int?
    var found: Range<Int>?
    for (index, line) in all.enumerated() {
      let bare = line.trimmedOfSpaceAtEnd
      if start == nil {
        if bare == "---" { start = index } else if !bare.isEmpty { break }
      } else if bare == "---" || bare == "..." {
        // A second document of YAML is no text.
        let behind = all[(index + 1)...].first { !$0.allSatisfy(\.isWhitespace) }
        let isYAML = behind.map { $0.contains(": ") && $0.first?.isLetter == true && !$0.contains(". ") } ?? false
        if !isYAML { found = (start ?? 0) + 1..<index }
        break
      }
    }
    frontMatter = found
  }
}

extension Substring {
  var trimmedOfSpaceAtEnd: Substring {
    var rest = self
    while let last = rest.last, last.isWhitespace { rest.removeLast() }
    return rest
  }
}
