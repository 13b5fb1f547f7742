public import Factors
import Methods

/// Why a board cannot be made as it was asked for: always the asker's to mend.
public enum BoardError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A word that is not one of those known.
  case unknownWord(what: String, String, known: [String])
  /// A value that cannot be read; the sentence says what would be.
  case badValue(key: String, String, expected: String)
  /// A filter that cannot be read.
  case badFilter(String)
  /// Two things that exclude each other.
  case contradiction(String)
  /// Nothing to compare.
  case noOptions
  /// Models, and nothing that they do.
  case noTask
  /// A model that is not in the tables; it can be compared by a range of sizes.
  case noModel(String, FactorError)
  /// More options than anybody can look at.
  case tooMany(Int)
  /// No option is possible; each with its reason.
  case allLeftOut([String])

  /// The most options on a board.
  public static let mostOptions = 200

  /// One line with the fix.
  public var description: String {
    switch self {
    case .unknownWord(let what, let word, let known):
      guard !known.isEmpty else { return "no \(what) '\(word)'; there is none yet" }
      let near = Spelling.nearest(to: word, in: known)
      return "no \(what) '\(word)'"
        + (near.isEmpty
          ? "; known are \(known.joined(separator: ", "))"
          : "; did you mean \(near.map { "'\($0)'" }.joined(separator: " or "))?")
    case .badValue(let key, let value, let expected): return "\(key) '\(value)' must be \(expected)"
    case .badFilter(let text): return text
    case .contradiction(let text): return text
    case .noOptions:
      return "name what to compare: a model (--model \"Llama 3.1 8B\"), an alias that was measured (--alias), or a row"
    case .noTask:
      return "name the task that the models do: --task \(BoardTask.allCases.map(\.rawValue).joined(separator: "|"))"
    case .noModel(let name, let error):
      return
        "\(error)\("\(error)".hasSuffix("?") ? "" : ".") A model whose size nobody published is compared by a range "
        + "of billions of parameters: --model \"\(name)=100:400\""
        + (error.isOfText ? ", or \"\(name)=100:400/20:60\" with those that one token passes through" : "")
    case .tooMany(let count):
      return "\(count) options are more than the \(BoardError.mostOptions) that a board holds; leave some values out"
    case .allLeftOut(let reasons): return "no option is possible: \(reasons.joined(separator: "; "))"
    }
  }
}

extension FactorError {
  /// Whether it is about a model of text, of which a token may pass through a part.
  var isOfText: Bool {
    if case .unknown(let kind, _, _) = self { !kind.contains("image") && !kind.contains("video") } else { true }
  }
}
