public import Quantities

/// A driver of an interval with the words of the receipt that it came in by.
public struct ReceiptDriver: Hashable, Sendable {
  /// The uncertain thing and its part of the width.
  public let driver: Driver
  /// What it is, for people: the label of the deepest figure in the tree that rests on it.
  public let label: String
  /// Where that figure's number stands, when it stands somewhere.
  public let source: Source?
}

extension Receipt {
  /// What the interval's width comes from, the most first; at most `limit` of them. None for an exact or unknown value.
  public func drivers(limit: Int = 3) -> [ReceiptDriver] {
    guard let value else { return [] }
    return Driver.ranked(of: value, deviations).prefix(limit).map { driver in
      let origin = deepest(with: driver.source) ?? self
      return ReceiptDriver(driver: driver, label: origin.label, source: origin.source)
    }
  }

  /// The figure farthest down that carries an uncertain thing: where it came in.
  private func deepest(with name: UncertaintySource) -> Receipt? {
    var found: (depth: Int, receipt: Receipt)?
    func look(_ receipt: Receipt, _ depth: Int) {
      if receipt.deviations[name] != nil, depth > found?.depth ?? -1 { found = (depth, receipt) }
      for input in receipt.inputs { look(input, depth + 1) }
    }
    look(self, 0)
    return found?.receipt
  }
}
