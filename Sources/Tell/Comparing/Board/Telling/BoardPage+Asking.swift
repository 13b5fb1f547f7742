import Factors
import Methods
import Quantities
import Reporting

extension BoardPage {
  /// The page before anything was asked.
  public static func start(address: String) -> String {
    let examples = [
      (
        "A small and a large model, in two countries",
        "task=chat&model=Llama%203.1%208B&model=Llama%203.3%2070B&region=DE&region=FR"
      ),
      (
        "One model, with and without most of its prompt kept from before",
        "task=summarize&model=Llama%203.1%208B&region=DE&cached=0&cached=0.9"
      ),
      (
        "Thinking at length, with numbers of 16, 8 and 4 bits",
        "task=reasoning&model=Qwen3%2032B&precision=bf16,fp8,int4&region=US"
      ),
    ].map { "<li><a href=\"\(HTML.escaped("\(address)?\($0.1)"))\">\(HTML.escaped($0.0))</a></li>" }
    return frame(
      "Compare before you choose", address: address,
      main: """
        <p class="lead">What does the same piece of work cost with another model, in another place, at another time? \
        Fill in what you want to compare; several values stand with commas between them.</p>
        \(BoardForm(address: address, items: []).html)
        <h2>Or begin with one of these</h2>
        <ul class="links">\(examples.joined())</ul>
        """)
  }

  /// The page of a question that cannot be answered, with the form as it was filled and, where a name is not known, the
  /// same question with each of the nearest names.
  public static func problem(_ error: any Error, items: [QueryText.Item], address: String) -> String {
    let correction = BoardCorrection(error)
    let links = correction.queries(items).map {
      "<li><a href=\"\(HTML.escaped("\(address)?\(QueryText.query(of: $0.items))"))\">\(HTML.escaped($0.name))</a></li>"
    }
    let near =
      links.isEmpty ? "" : "<p>Compare with one of these instead:</p><ul class=\"links\">\(links.joined())</ul>"
    let words = correction.words.sentence
    return frame(
      "This cannot be compared", address: address,
      main: """
        <div class="problem" role="alert"><p>\(HTML.escaped(words))\(words.hasSuffix("?") ? "" : ".")</p>\(near)</div>
        \(BoardForm(address: address, items: items).html)
        <p><a href="\(HTML.escaped(address))">Begin anew</a></p>
        """)
  }
}

/// What is wrong with a question, for somebody in front of a form, who has fields and no options of a command line.
struct BoardCorrection {
  private let error: any Error

  init(_ error: any Error) { self.error = error }

  /// The mistake in words.
  var words: String {
    switch error {
    case BoardError.noOptions: return "name at least one model, for example Llama 3.1 8B"
    case BoardError.noTask: return "choose the task that the models do"
    case BoardError.noModel(let name, let factor):
      let range =
        "write \(name)=100:400"
        + (factor.isOfText ? ", or \(name)=100:400/20:60 with those that one token passes through" : "")
      return BoardCorrection.plain("\(factor)") + ("\(factor)".hasSuffix("?") ? "" : ".")
        + " A model whose size nobody published is compared by a range of billions of parameters: \(range)"
    case BoardError.badValue(let key, let value, let expected):
      return "\(BoardForm.label(of: key)): '\(value)' must be \(expected)"
    default: return BoardCorrection.plain("\(error)")
    }
  }

  /// Without options of the command line and without the tables, which nobody in front of a page has heard of.
  private static func plain(_ text: String) -> String {
    text.withoutDashes.replacing(" in the factor tables", with: " is known")
  }

  /// The same questions with a near name in place of the one that is not known.
  func queries(_ items: [QueryText.Item]) -> [(name: String, items: [QueryText.Item])] {
    guard let (wrong, near) = unknown else { return [] }
    return near.prefix(6).compactMap { name in
      var isChanged = false
      let changed = items.map { item -> QueryText.Item in
        let parts = item.value.split(separator: ",", omittingEmptySubsequences: false).map { part in
          guard part.trimmedOfSpace.lowercased() == wrong.lowercased() else { return String(part) }
          isChanged = true
          return name
        }
        return (item.key, parts.joined(separator: ","))
      }
      return isChanged ? (name, changed) : nil
    }
  }

  private var unknown: (wrong: String, near: [String])? {
    switch error {
    case FactorError.unknown(_, let name, let near), BoardError.noModel(_, .unknown(_, let name, let near)):
      (name, near)
    case FactorError.ambiguous(let name, let candidates): (name, candidates)
    case BoardError.unknownWord(_, let word, let known):
      (word, Spelling.nearest(to: word, in: known))
    default: nil
    }
  }
}
