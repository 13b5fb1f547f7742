extension String {
  /// The text with a capital first letter.
  var sentence: String { prefix(1).uppercased() + dropFirst() }

  /// The text without the sentences, clauses and brackets that tell options of the command line: a page has none.
  var withoutFlags: String {
    guard contains("--") else { return self }
    let kept = sentences.compactMap { sentence -> String? in
      guard sentence.contains("--") else { return sentence }
      let clauses = sentence.split(separator: ";").filter { !$0.contains(" --") || $0.contains("(--") }
      let text = clauses.joined(separator: ";").withoutBrackets
      guard !text.isEmpty, !text.contains("--") else { return nil }
      return text.hasSuffix(".") || !sentence.hasSuffix(".") ? text : text + "."
    }
    return kept.joined(separator: " ")
  }

  /// The text with options of the command line as plain words: `steps and task chat contradict each other`.
  var withoutDashes: String {
    let text = replacing(" --", with: " ").replacing("(--", with: "(")
    return text.hasPrefix("--") ? String(text.dropFirst(2)) : text
  }

  /// The text cut behind each full stop that ends a sentence.
  private var sentences: [String] {
    var parts: [String] = []
    var rest = self
    while let end = rest.firstEnd {
      parts.append(String(rest[..<end]))
      rest = String(rest[end...].drop { $0 == " " })
    }
    return parts + (rest.isEmpty ? [] : [rest])
  }

  /// Behind the first full stop that a space and a capital follow.
  private var firstEnd: String.Index? {
    var index = startIndex
    while index < endIndex {
      let next = self.index(after: index)
      if self[index] == ".", next < endIndex, self[next] == " ",
        self[self.index(after: next)...].first?.isUppercase ?? false
      {
        return next
      }
      index = next
    }
    return nil
  }

  /// The text without brackets that hold an option.
  private var withoutBrackets: String {
    var text = self
    while let open = text.ranges(of: " (--").first?.lowerBound, let close = text[open...].firstIndex(of: ")") {
      text.removeSubrange(open...close)
    }
    return text
  }
}
