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
        driver: found.driver, name: words[source] ?? words[source.prefix { $0 != ":" }.description] ?? found.label,
        ends: (min(1, ratios.min() ?? 1), max(1, ratios.max() ?? 1)))
    }
  }

  /// One line for people.
  public var text: String {
    let number = { (value: Double) in Decimals.significant(value, digits: 2) }
    return "\(name): alone x\(number(ends.low)) to x\(number(ends.high))"
  }

  /// Words for things that no single figure in the receipt is, by name or by what stands before the first colon of it;
  /// all others are called as their figure is.
  private static let words: [UncertaintySource: String] = [
    "fit:text-decode": "how well the model fits servers it has not seen",
    "fit:diffusion": "how well the model fits image and video servers it has not seen",
    "hour-of-year": "the hour, which may be far from the mean of the year",
    "prior:accelerator": "the kind of accelerator, which was not named",
    "prior:image-configuration": "how well the image server is used",
    "prior:video-configuration": "how well the video server is used",
  ]
}
