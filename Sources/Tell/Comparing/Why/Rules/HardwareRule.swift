import Factors
import Methods
import Quantities

/// What another accelerator makes: bounded by the two data sheets, where both cards have one.
///
/// Work that waits for memory takes energy by the byte, work that waits for arithmetic by the operation; at its power
/// limit a card's joules for each stand on its data sheet, and any work lies between the two.
struct HardwareRule {
  let pair: ClaimPair

  /// The step, where both cards are known and differ.
  var step: WaterfallStep? {
    guard !pair.areComputed, let (from, to) = cards, from.name != to.name, pair.both(.devicePower) == nil else {
      return nil
    }
    let perByte = (to.boardWatts / to.gigabytesPerSecond) / (from.boardWatts / from.gigabytesPerSecond)
    let perOperation = (to.boardWatts / to.dense16BitTeraflops) / (from.boardWatts / from.dense16BitTeraflops)
    guard perByte != perOperation else { return nil }
    let range = PublishedRange(
      name: "range:cards:\([from.name, to.name].sorted().joined(separator: "-"))", label: "one card over another",
      ends: min(perByte, perOperation)...max(perByte, perOperation), sources: [from.source, to.source])
    return .within(
      range, .hardware, "hardware", "accelerator", from: from.name, to: to.name,
      reason: "joules at the power limit by the data sheets: \(Waterfall.factor(perByte)) for a byte of memory, "
        + "\(Waterfall.factor(perOperation)) for a 16-bit operation")
  }

  /// What stays open: cards without a data sheet, and what only one of the two says.
  var open: OpenDifference? {
    let (first, second) = (pair.first, pair.second)
    switch (first.hardware, second.hardware) {
    case (let from?, let to?):
      guard from.lowercased() != to.lowercased(), cards == nil || pair.both(.devicePower) != nil else { return nil }
      return OpenDifference(.hardware, "hardware", "they ran on different accelerators: \(from) and \(to)")
    case (let known?, nil):
      return OpenDifference(.hardware, "hardware", "\(second.name) names no accelerator; \(first.name) ran on \(known)")
    case (nil, let known?):
      return OpenDifference(.hardware, "hardware", "\(first.name) names no accelerator; \(second.name) ran on \(known)")
    default: return nil
    }
  }

  private var cards: (from: AcceleratorTable.Entry, to: AcceleratorTable.Entry)? {
    guard let first = pair.first.hardware, let second = pair.second.hardware,
      let from = try? pair.accelerators.accelerator(first), let to = try? pair.accelerators.accelerator(second)
    else { return nil }
    return (from, to)
  }
}
