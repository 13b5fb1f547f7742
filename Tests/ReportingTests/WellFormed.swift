/// Whether a page's tags are balanced and quoted, and nothing stands where only escaped text may; `nil` when all is well.
///
/// HTML's void elements need no end; everything else must be closed in order, or close itself as SVG does.
func markupProblem(_ page: String) -> String? {
  let void: Set<String> = ["meta", "link", "br", "img", "input", "hr"]
  var open: [String] = []
  var rest = Substring(page)
  while let start = rest.firstIndex(where: { $0 == "<" || $0 == "&" }) {
    rest = rest[start...]
    if rest.first == "&" {
      let entity = rest.dropFirst().prefix { $0.isLetter || $0.isNumber || $0 == "#" }
      guard !entity.isEmpty, rest.dropFirst(1 + entity.count).first == ";" else {
        return "a bare & at \(rest.prefix(30))"
      }
      rest = rest.dropFirst(2 + entity.count)
      continue
    }
    if rest.hasPrefix("<!") {
      rest = rest.drop { $0 != ">" }.dropFirst()
      continue
    }
    guard let tag = Tag(&rest) else { return "a tag that is none at \(rest.prefix(40))" }
    if tag.isEnd {
      guard open.popLast() == tag.name else { return "</\(tag.name)> closes something else" }
    } else if !tag.closesItself, !void.contains(tag.name) {
      open.append(tag.name)
      // What is in these is no markup.
      if tag.name == "script" || tag.name == "style" {
        while !rest.isEmpty, !rest.hasPrefix("</\(tag.name)>") { rest = rest.dropFirst() }
      }
    }
  }
  return open.last.map { "<\($0)> is not closed" }
}

private struct Tag {
  let name: String
  let isEnd: Bool
  let closesItself: Bool

  /// Reads a tag at the beginning of `text` and moves behind it.
  init?(_ text: inout Substring) {
    var rest = text.dropFirst()
    isEnd = rest.first == "/"
    if isEnd { rest = rest.dropFirst() }
    let name = rest.prefix { $0.isLetter || $0.isNumber }
    guard !name.isEmpty else { return nil }
    self.name = String(name)
    rest = rest.dropFirst(name.count)
    var last: Character?
    var quote: Character?
    while let character = rest.first, quote != nil || character != ">" {
      if quote == nil, character == "<" { return nil }
      if character == quote { quote = nil } else if quote == nil, character == "\"" { quote = character }
      // An attribute's value must be quoted.
      if quote == nil, last == "=", character != "\"" { return nil }
      last = character
      rest = rest.dropFirst()
    }
    guard rest.first == ">", quote == nil else { return nil }
    closesItself = last == "/"
    text = rest.dropFirst()
  }
}
