public import Factors
import Methods
import Quantities

extension Claim {
  /// A claim in words: one or more amounts, then what is known of them as `key=value`, for example
  /// `0.34 Wh boundary=facility pue=1.1 tokens=500` or `4.53..5.51 Wh tool=EcoLogits@0.8`.
  ///
  /// - Throws: ``WhyError/unreadable(claim:reason:)`` for what is not one, with what would be.
  public init(parsing text: String, regions: RegionTable) throws(WhyError) {
    func fail(_ reason: String) -> WhyError { .unreadable(claim: text, reason: reason) }
    var words = try Claim.words(in: text)[...]
    var amounts: [ClaimQuantity: Receipt] = [:]
    var printed: [String] = []
    while let word = words.first, !word.contains("=") {
      words.removeFirst()
      let amount: String
      if word.last?.isLetter ?? false {
        amount = word
      } else {
        guard let unit = words.first, !unit.contains("=") else { throw fail("'\(word)' has no unit; write \(word) Wh") }
        words.removeFirst()
        amount = "\(word) \(unit)"
      }
      let (quantity, receipt) = try Claim.amount(amount, in: text)
      printed.append(amount)
      guard amounts.updateValue(receipt, forKey: quantity) == nil else { throw fail("it states its \(quantity) twice") }
    }
    guard !amounts.isEmpty else { throw fail("no amount; begin with one, for example 0.34 Wh, 1.14 g or 45 mL") }
    self.init(text, label: text, amounts: amounts)
    name = text.firstIndex(of: "=").map { _ in printed.joined(separator: " ") } ?? text
    var seen: Set<String> = []
    for word in words {
      guard let split = word.firstIndex(of: "=") else { throw fail("'\(word)' is not key=value") }
      let (key, value) = (String(word[..<split]), String(word[word.index(after: split)...]))
      guard seen.insert(key).inserted else { throw fail("'\(key)' stands twice") }
      try state(key, value, in: text, regions: regions)
    }
    if carbonScope == nil, amounts[.carbon] != nil, embodiedShare != nil { carbonScope = .withEmbodied }
    if carbonBoundary == nil { carbonBoundary = energyBoundary }
    try checkBoundary(in: text)
  }

  /// The keys that are no numbers.
  private static let wordKeys = [
    "basis", "boundary", "embodied-share", "gpu", "idle", "model", "name", "region", "scope", "tool", "unit", "water",
    "work",
  ]

  private mutating func state(
    _ key: String, _ value: String, in text: String, regions: RegionTable
  ) throws(WhyError) {
    func fail(_ reason: String) -> WhyError { .unreadable(claim: text, reason: reason) }
    func word<Word: RawRepresentable & CaseIterable>(_: Word.Type) throws(WhyError) -> Word?
    where Word.RawValue == String {
      if value == "unknown" { return nil }
      guard let word = Word(rawValue: value) else {
        throw fail("\(key) is one of \(Word.allCases.map(\.rawValue).joined(separator: ", ")), or unknown")
      }
      return word
    }
    guard !value.isEmpty else { throw fail("'\(key)' has no value") }
    if value == "unknown", key != "boundary", ClaimFactor.all.contains(where: { $0.key == key }) { return }
    switch key {
    case "name": (name, label) = (value, "\(value), \(text)")
    case "model": model = value
    case "gpu": hardware = value
    case "work": workload = value
    case "unit": unit = FunctionalUnit(value)
    case "boundary": energyBoundary = try word(ClaimBoundary.self)
    case "scope": carbonScope = try word(CarbonScope.self)
    case "water": waterScope = try word(ClaimWaterScope.self)
    case "basis": basis = try word(ClaimBasis.self)
    case "idle":
      guard value == "yes" || value == "no" || value == "unknown" else { throw fail("idle is yes, no or unknown") }
      countsIdle = value == "unknown" ? nil : value == "yes"
    case "tool":
      let parts = value.split(separator: "@", maxSplits: 1).map(String.init)
      guard parts.count == 2 else { throw fail("tool is NAME@VERSION, for example EcoLogits@0.11") }
      edition = Edition(parts[0], parts[1])
    case "embodied-share":
      let share = try Claim.number(value, for: key, in: 0...0.999, text)
      embodiedShare = .stated("part of making", share, source: nil, note: "stated by the user with embodied-share=")
    case "region":
      do throws(FactorError) {
        factors[.intensity] = try regions.intensity(of: value, year: nil, for: .wholeYear).receipt
      } catch { throw fail(error.description) }
    default:
      guard let factor = ClaimFactor.all.first(where: { $0.key == key }) else {
        let known = (ClaimFactor.all.map(\.key) + Claim.wordKeys).sorted()
        let near = Spelling.nearest(to: key, in: known)
        throw fail(
          "no key '\(key)'; "
            + (near.isEmpty
              ? "known: \(known.joined(separator: ", "))" : "did you mean \(near.joined(separator: " or "))?"))
      }
      let number = try Claim.number(value, for: key, in: factor.range, text)
      factors[factor] = .stated(
        factor.name, number, unit: factor.unit, source: nil, note: "stated by the user with \(key)=")
    }
  }

  /// A boundary that contradicts a number is an error: who states a PUE at a machine's boundary means another boundary.
  private func checkBoundary(in text: String) throws(WhyError) {
    if let energyBoundary, energyBoundary != .facility, let pue = factors[.pue]?.value, pue > 1 {
      throw .unreadable(
        claim: text,
        reason: "boundary=\(energyBoundary.rawValue) holds no overhead, yet pue= is stated; boundary=facility?")
    }
    if energyBoundary == .board, factors[.node] != nil {
      throw .unreadable(
        claim: text, reason: "boundary=board is accelerators only, yet node-factor= is stated; boundary=node?")
    }
  }

  private static func number(
    _ text: String, for key: String, in range: ClosedRange<Double>, _ claim: String
  ) throws(WhyError) -> Double {
    guard let value = Double(text), range.contains(value) else {
      let ends = [range.lowerBound, range.upperBound].map { Decimals.significant($0, digits: 6) }
      throw .unreadable(claim: claim, reason: "\(key) is a number from \(ends[0]) to \(ends[1]); '\(text)' is not")
    }
    return value
  }

  /// What an amount can be, in joules, grams or litres: a thousand times what the world uses in a year, and less than
  /// any operation takes.
  private static let sizes = 1e-24...1e24

  /// `0.34 Wh`, or `4.53..5.51 Wh` for an interval, whose middle on the logarithm is the value.
  private static func amount(_ amount: String, in text: String) throws(WhyError) -> (ClaimQuantity, Receipt) {
    let expected = "energy (Wh, kWh, J), carbon (g, kg, t, lb) or water (mL, L, m3), above zero, to 10^24 J, g or L"
    let failure = WhyError.unreadable(claim: text, reason: "'\(amount)' is not \(expected)")
    guard let dots = amount.firstRange(of: "..") else {
      guard let (quantity, value) = ClaimQuantity.reading(amount), sizes.contains(value) else { throw failure }
      return (
        quantity,
        .stated("\(quantity), as stated", value, unit: quantity.unit, source: nil, note: "stated as \(amount)")
      )
    }
    let ending = amount[dots.upperBound...]
    let unit = ending.drop { "+-.0123456789eE ".contains($0) }
    guard let (quantity, high) = ClaimQuantity.reading(String(ending)),
      let (_, low) = ClaimQuantity.reading("\(amount[..<dots.lowerBound]) \(unit)"), sizes.contains(low),
      sizes.contains(high), low < high
    else { throw failure }
    let middle = (low * high).squareRoot()
    let deviation = Deviation(atLow: low - middle, atHigh: high - middle)
    var receipt = Receipt.stated(
      "\(quantity), as stated", middle, unit: quantity.unit, source: nil,
      note: "Stated as a range; its middle on the logarithm.")
    (receipt.low, receipt.high, receipt.deviations) = (low, high, ["stated:\(amount)": deviation])
    return (quantity, receipt)
  }

  /// The words of a text; quotes hold words together.
  static func words(in text: String) throws(WhyError) -> [String] {
    var words: [String] = []
    var word = ""
    var quote: Character?
    for character in text {
      switch character {
      case quote: quote = nil
      case "\"" where quote == nil, "'" where quote == nil: quote = character
      case _ where character.isWhitespace && quote == nil:
        if !word.isEmpty { words.append(word) }
        word = ""
      default: word.append(character)
      }
    }
    guard quote == nil else { throw .unreadable(claim: text, reason: "a quote is not closed") }
    return word.isEmpty ? words : words + [word]
  }
}
