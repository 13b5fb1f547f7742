import Methods
import Quantities

/// What differs in the work itself: what was asked, of which model, on what, how many at once.
struct WorkRules {
  let pair: ClaimPair

  /// What stays open: differences without a published size, and what only one of the two says.
  var open: [OpenDifference] {
    guard pair.isServed || pair.first.hardware != nil || pair.second.hardware != nil else {
      return [model].compactMap(\.self)
    }
    return [batch, tokens, model, HardwareRule(pair: pair).open, silence].compactMap(\.self)
  }

  /// Both name a model, and not the same.
  private var model: OpenDifference? {
    guard pair.both(.energy) == nil, let from = pair.first.model, let to = pair.second.model,
      from.lowercased() != to.lowercased()
    else { return nil }
    return OpenDifference(.model, "model", "they are different models: \(from) and \(to)")
  }

  private var isText: Bool { [pair.first.unit, pair.second.unit].contains { $0 == .reply || $0 == .token } }

  /// One of them says how many tokens were written, or they say that different things were done.
  private var tokens: OpenDifference? {
    let (from, to) = (pair.firstNumbers[.outputTokens]?.value, pair.secondNumbers[.outputTokens]?.value)
    let number = { (value: Double) in Decimals.significant(value, digits: 3) }
    switch (from, to) {
    case (.some, .some): return nil
    case (let known?, nil) where isText:
      return OpenDifference(
        .tokens, "tokens", "\(pair.second.name) does not say how many tokens; \(pair.first.name) has \(number(known))")
    case (nil, let known?) where isText:
      return OpenDifference(
        .tokens, "tokens", "\(pair.first.name) does not say how many tokens; \(pair.second.name) has \(number(known))")
    default:
      guard let from = pair.first.workload, let to = pair.second.workload, from != to else { return nil }
      return OpenDifference(.tokens, "work", "what was done is not the same: \(from) and \(to)")
    }
  }

  /// One of them says how many requests the machine worked on at once.
  private var batch: OpenDifference? {
    let (from, to) = (pair.firstNumbers[.batch]?.value, pair.secondNumbers[.batch]?.value)
    guard isText, (from == nil) != (to == nil) else { return nil }
    let (known, silent) = from != nil ? (pair.first, pair.second) : (pair.second, pair.first)
    let number = Decimals.significant(from ?? to ?? 0, digits: 3)
    return OpenDifference(
      .batch, "batch", "\(silent.name) does not say how many requests ran at once; \(known.name) has \(number)",
      bounds: pair.ranges.batch.ends, sources: pair.ranges.batch.sources)
  }

  /// What neither says, in one line.
  private var silence: OpenDifference? {
    var silent: [String] = []
    if isText {
      if pair.firstNumbers[.outputTokens] == nil, pair.secondNumbers[.outputTokens] == nil {
        silent.append("how many tokens")
      }
      if pair.firstNumbers[.batch] == nil, pair.secondNumbers[.batch] == nil {
        silent.append("how many requests at once")
      }
    }
    if pair.first.hardware == nil, pair.second.hardware == nil { silent.append("on which accelerator") }
    guard !silent.isEmpty, pair.isServed else { return nil }
    return OpenDifference(.other, "unstated", "neither says " + silent.joined(separator: ", "))
  }
}
