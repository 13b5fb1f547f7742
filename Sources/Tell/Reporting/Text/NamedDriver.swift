public import Methods
public import Quantities

/// One uncertain thing in words, and how far it alone moves a figure: the answer to "why is this interval so wide?".
public struct NamedDriver: Sendable {
  /// The thing and its part of the width.
  public let driver: Driver
  /// The thing in words.
  public let name: String
  /// The figure over itself with the thing at either end.
  public let ends: (low: Double, high: Double)

  /// The things that make the interval of a figure widest, most first.
  public static func largest(of receipt: Receipt, _ count: Int = 3) -> [NamedDriver] {
    guard let value = receipt.value, value != 0 else { return [] }
    return receipt.drivers(limit: count).map { found in
      let source = found.driver.source
      let ratios = [found.driver.deviation.atLow, found.driver.deviation.atHigh].map { 1 + $0 / value }
      return NamedDriver(
        driver: found.driver, name: named(source) ?? found.label,
        ends: (min(1, ratios.min() ?? 1), max(1, ratios.max() ?? 1)))
    }
  }

  /// One line for people.
  public var text: String {
    let number = { (value: Double) in Decimals.significant(value, digits: 2) }
    return "\(name): alone x\(number(ends.low)) to x\(number(ends.high))"
  }

  /// Words for a thing, by its name or by the longest beginning of it that ends before a colon.
  private static func named(_ source: UncertaintySource) -> String? {
    var parts = source.split(separator: ":", omittingEmptySubsequences: false)
    while !parts.isEmpty {
      if let found = words[parts.joined(separator: ":")] { return found }
      parts.removeLast()
    }
    return nil
  }

  /// Words for things that no single figure in the receipt is; all others are called as their figure is.
  private static let words: [UncertaintySource: String] = [
    "fit:text-constants": "how sure the constants of the text estimate are",
    "fit:text-model": "how well the estimate fits a model that it has not seen",
    "fit:text-server": "how well the estimate fits the model's server",
    "fit:diffusion-constants": "how sure the constants of the image and video estimate are",
    "fit:diffusion-model": "how well the estimate fits a model that it has not seen",
    "fit:diffusion-server": "how well the estimate fits the model's server",
    "prior:unet-over-transformers": "how far a U-Net is from the transformers that the constants were fitted on",
    "hour-of-year": "the hour, which may be far from the mean of the year",
    "prior:accelerator": "the kind of accelerator, which was not named",
    "prior:accelerators-together": "how many accelerators work together on one piece, which was not said",
  ]
}
