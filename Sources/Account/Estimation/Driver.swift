public import Quantities

/// One uncertain thing and how far it alone moves a figure: the answer to "why is this interval so wide?".
public struct Driver: Hashable, Sendable {
  /// The uncertain thing's name, as in ``Quantities/Estimate/deviations``.
  public let source: UncertaintySource
  /// The figure at the low end of the thing over the figure itself, the smaller of both ends.
  public let lowRatio: Double
  /// The figure at the other end over the figure itself.
  public let highRatio: Double

  /// The uncertain things that move an estimate most, most first.
  ///
  /// The measure is the change of the result over the range of the input, (d out / d in) x half-width.
  public static func largest<Q: Quantity>(of estimate: Estimate<Q>, _ count: Int = 3) -> [Driver] {
    let value = estimate.value.baseValue
    guard value != 0 else { return [] }
    let drivers = estimate.deviations.map { source, deviation in
      let ends = [(value + deviation.atLow) / value, (value + deviation.atHigh) / value]
      return Driver(source: source, lowRatio: min(ends[0], ends[1], 1), highRatio: max(ends[0], ends[1], 1))
    }
    return Array(drivers.sorted { ($1.width, $0.source) < ($0.width, $1.source) }.prefix(count))
  }

  private var width: Double { highRatio - lowRatio }

  /// The thing in words; its own name where no words are kept for it.
  public var name: String {
    let parts = source.split(separator: ":", maxSplits: 1).map(String.init)
    let rest = parts.count > 1 ? parts[1] : ""
    return Driver.words[source] ?? parts.first.flatMap { Driver.wordsByKind[$0] }.map {
      rest.isEmpty ? $0 : "\($0) (\(rest))"
    } ?? source
  }

  /// One line: what it is, and how far it alone moves the figure.
  public var text: String {
    let number = { (value: Double) in Decimals.significant(value, digits: 2) }
    return "\(name): alone x\(number(lowRatio)) to x\(number(highRatio))"
  }

  private static let words: [UncertaintySource: String] = [
    "prior:batch": "how many requests share the accelerators (batch)",
    "prior:accelerator": "the kind of accelerator, which was not named",
    "prior:input-tokens": "the length of the prompt, which was not stated",
    "prior:image-configuration": "how well the image server is used",
    "prior:video-configuration": "how well the video server is used",
    "prior:steps": "denoising steps, which were not stated",
    "prior:passes": "whether guidance takes a second pass",
    "prior:token-pixels": "pixels that one token stands for",
    "prior:token-frames": "frames that one token stands for",
    "prior:speech-frames": "positions that one second of audio takes to read",
    "prior:speech-codes": "tokens that one second of audio takes to speak",
    "prior:speech-text": "tokens of text in one second of speech",
    "fit:text-decode": "how well the model fits servers it has not seen",
    "fit:diffusion": "how well the model fits image and video servers it has not seen",
    "gpu-idle-share": "idle power of accelerators",
  ]
  private static let wordsByKind: [String: String] = [
    "grid-year": "the grid's yearly average", "hour-of-year": "the hours of the work against the year",
    "node-factor": "the rest of the machine around its accelerators", "pue": "the site's overhead",
    "parameters": "the model's size, a stated range",
  ]
}
