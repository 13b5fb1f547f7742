/// Negative numbers among the words of a command line.
///
/// A word that begins with `-` is an option to the argument parser: `--wue -1` would end with "missing value", and
/// `why "0.3 Wh" "-0.3 Wh"` with the help, for there is an `h` in it. So that a number out of range is told its range,
/// it is joined to the option before it, as `--wue=-1`.
enum NegativeNumbers {
  /// The words as the argument parser is to have them.
  ///
  /// The words of a command that `dimmer run` starts are its own; so are all behind `--`.
  ///
  /// - Throws: ``Failure`` for a negative amount that belongs to no option, since no command takes one.
  static func joined(_ words: [String]) throws(Failure) -> [String] {
    guard words.first != "run" else { return words }
    var joined: [String] = []
    for (index, word) in words.enumerated() {
      if word == "--" { return joined + words[index...] }
      guard isNegative(word) else {
        joined.append(word)
        continue
      }
      guard let option = joined.last, option.hasPrefix("--"), !option.contains("=") else {
        throw Failure(.usage, "'\(word)' is below zero; an amount here goes from zero up")
      }
      joined[joined.count - 1] = "\(option)=\(word)"
    }
    return joined
  }

  /// Whether a word is `-` and a number: `-1`, `-.5 kWh`, `-inf`.
  private static func isNegative(_ word: String) -> Bool {
    guard word.first == "-", let next = word.dropFirst().first else { return false }
    return next.isNumber || next == "." || word == "-inf" || word == "-nan"
  }
}
