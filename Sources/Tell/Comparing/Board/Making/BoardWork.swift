import Estimation
import Factors
import Methods
import Quantities

/// The functional unit of a board: the task with its sizes.
struct BoardWork {
  let task: BoardTask?
  /// Tokens, for tasks of text.
  let tokens: TokenSize?
  /// Pixels, for pictures and clips.
  let pixels: PixelSize?
  private let aliases: [String]

  init(_ query: BoardQuery) {
    task = query.task
    aliases = query.aliases
    func stated(_ label: String, _ value: Double, _ option: String) -> Figure<Ratio> {
      Figure(
        label, .exact(Ratio(value), origin: .declared, method: "declared-value@1"),
        note: "stated by the user, \(option)")
    }
    tokens = query.task?.tokens.map { usual in
      var size = usual
      if let count = query.inputTokens { size.prompt = stated("tokens of the prompt", count, "--input-tokens") }
      if let count = query.outputTokens { size.answer = stated("tokens of the answer", count, "--output-tokens") }
      if let count = query.reasoningTokens {
        size.reasoning = count > 0 ? stated("tokens of reasoning", count, "--reasoning-tokens") : nil
      }
      return size
    }
    pixels = query.task?.medium.map { medium in
      var size = PixelSize.usual(medium)
      if let width = query.width { size.width = stated("width in pixels", width, "--width") }
      if let height = query.height { size.height = stated("height in pixels", height, "--height") }
      if let frames = query.frames { size.frames = stated("frames", frames, "--frames") }
      return size
    }
  }

  /// One of it, in words.
  var unit: (one: String, many: String) { task?.unit ?? ("request", "requests") }

  /// Its size in words.
  var size: String {
    if let tokens { return tokens.words }
    if let pixels { return pixels.words }
    return aliases.isEmpty
      ? "as each row states it" : "one unit of work to \(aliases.joined(separator: ", ")), as it was calibrated"
  }
}

/// How large a picture or a clip is.
struct PixelSize {
  var width: Figure<Ratio>
  var height: Figure<Ratio>
  /// Frames; nothing for a picture.
  var frames: Figure<Ratio>?

  /// The size that all options of a board make, whatever they are published with: other sizes are other tasks.
  static func usual(_ medium: Medium) -> PixelSize {
    func assumed(_ label: String, _ value: Double) -> Figure<Ratio> {
      Figure(
        label, .exact(Ratio(value), origin: .assumed, method: "declared-value@1"),
        note: "chosen by Dimmer for this task: the size that most open models are published with; state your own")
    }
    switch medium {
    case .image: return PixelSize(width: assumed("width in pixels", 1024), height: assumed("height in pixels", 1024))
    case .video:
      return PixelSize(
        width: assumed("width in pixels", 832), height: assumed("height in pixels", 480), frames: assumed("frames", 81))
    }
  }

  /// In words: `1024 x 1024 pixels`.
  var words: String {
    let number = { (figure: Figure<Ratio>) in Decimals.significant(figure.value.value, digits: 6) }
    return "\(number(width)) x \(number(height)) pixels" + (frames.map { ", \(number($0)) frames" } ?? "")
  }
}
