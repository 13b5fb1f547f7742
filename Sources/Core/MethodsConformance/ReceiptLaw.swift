public import Methods
public import Quantities

/// The law of receipts, written once for the tests of every room: each figure can be followed down to who says so.
///
/// - Each receipt says what it is, in a unit; its interval is in order and holds its value; what is unknown says why.
/// - Each method that is named is in the registry and cites where it comes from; what is made of other figures names one.
/// - A leaf has a cited source; or it was declared or assumed, and its note says by whom and why; or it was measured or
///   modelled by a method that reads or computes, or its note says what was read.
/// - What is published reaches a source.
public struct ReceiptLaw: Sendable {
  /// Where the law does not hold.
  public struct Breach: Hashable, Sendable, CustomStringConvertible {
    /// The labels from the figure down to the receipt.
    public let path: [String]
    /// What is wrong with it.
    public let fault: String

    /// One line for a failing test.
    public var description: String { "\(path.joined(separator: " < ")): \(fault)" }
  }

  /// The fewest words that can say who stated a thing and why: "stated by the operator".
  public static let fewestWords = 3

  private let citations: [MethodID: String]

  /// The law with the methods of a registry.
  public init(_ registry: MethodRegistry) {
    self.init(citations: Dictionary(uniqueKeysWithValues: registry.methods.map { ($0.id, $0.citation.citation) }))
  }

  /// The law with methods that are known by what they cite, as `dimmer methods --json` tells.
  public init(citations: [MethodID: String]) { self.citations = citations }

  /// Every breach in the tree.
  public func breaches(of receipt: Receipt) -> [Breach] { breaches(of: receipt, under: []) }

  /// Every breach in several trees.
  public func breaches(in receipts: some Sequence<Receipt>) -> [Breach] { receipts.flatMap { breaches(of: $0) } }

  private func breaches(of receipt: Receipt, under path: [String]) -> [Breach] {
    let path = [receipt.label] + path
    let faults = wording(receipt) + numbers(receipt) + method(receipt) + (receipt.inputs.isEmpty ? leaf(receipt) : [])
    return faults.map { Breach(path: path, fault: $0) } + receipt.inputs.flatMap { breaches(of: $0, under: path) }
  }

  private func wording(_ receipt: Receipt) -> [String] {
    var faults: [String] = []
    if !receipt.label.says(words: 1) { faults.append("nothing says what it is") }
    if receipt.unit.isEmpty || receipt.unit.contains(where: \.isNewline) { faults.append("the unit says nothing") }
    if let source = receipt.source, !source.citation.says(words: 1) { faults.append("the source cites nothing") }
    return faults
  }

  private func numbers(_ receipt: Receipt) -> [String] {
    guard let value = receipt.value else {
      var faults = receipt.note?.says(words: Self.fewestWords) == true ? [] : ["unknown, and nothing says why"]
      if receipt.low != nil || receipt.high != nil { faults.append("unknown, and yet an interval") }
      return faults
    }
    guard value.isFinite else { return ["the value is not finite"] }
    switch (receipt.low, receipt.high) {
    case (nil, nil): return []
    case (let low?, let high?):
      guard low.isFinite, high.isFinite else { return ["the interval is not finite"] }
      return low <= value && value <= high ? [] : ["\(value) is not within \(low) to \(high)"]
    default: return ["the interval has one end"]
    }
  }

  private func method(_ receipt: Receipt) -> [String] {
    guard let method = receipt.method else {
      let isSaid = receipt.inputs.isEmpty && receipt.note?.says(words: Self.fewestWords) == true
      return receipt.value == nil || receipt.isCited || isSaid ? [] : ["neither a method nor a source"]
    }
    guard let citation = citations[method] else { return ["method \(method) is in no registry"] }
    return citation.says(words: 1) ? [] : ["method \(method) cites nothing"]
  }

  private func leaf(_ receipt: Receipt) -> [String] {
    if receipt.isCited || receipt.value == nil { return [] }
    let says = receipt.note?.says(words: Self.fewestWords) == true
    switch receipt.origin {
    case .published: return ["published, and nothing says where"]
    case .declared, .assumed: return says ? [] : ["\(receipt.origin.rawValue), and nothing says by whom and why"]
    case .measured, .modelled:
      let readsOrComputes = receipt.method.map { citations[$0] != nil && !Self.arithmetic.contains($0.name) } ?? false
      return says || readsOrComputes ? [] : ["\(receipt.origin.rawValue), and nothing says how or what was read"]
    }
  }

  /// Methods that only put together what went in: of nothing they make nothing.
  private static let arithmetic: Set<String> = ["sum", "difference", "ratio", "product"]
}

extension Receipt {
  fileprivate var isCited: Bool { source?.citation.says(words: 1) == true }
}

extension String {
  /// Whether the text has at least so many words.
  fileprivate func says(words: Int) -> Bool { split(whereSeparator: \.isWhitespace).count >= words }
}
