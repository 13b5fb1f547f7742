package import Factors

/// What one pass through a U-Net of the Stable Diffusion family takes, counted block by block.
///
/// Counted are convolutions (3 x 3 but where a block changes its channels), the matrices of transformer layers and their
/// dot products. A level has a quarter of the points of the one before it.
package struct UNetCount: Hashable, Sendable {
  /// Weights of the network, biases and norms with them.
  package private(set) var parameters = 0.0
  /// Multiplications with additions for each point of the finest level, but for dot products.
  package private(set) var perPoint = 0.0
  /// Those of dot products of the picture with the text, for each point of the finest level.
  package private(set) var perPointOfText = 0.0
  /// Those of dot products of the picture with itself, for each pair of points of the finest level.
  package private(set) var perPair = 0.0
  /// Those of the text and of the step, once a pass.
  package private(set) var once = 0.0
  /// Channels that transformer layers hand on, for each point of the finest level.
  package private(set) var transformerChannels = 0.0
  /// Channels that residual blocks hand on, for each point of the finest level.
  package private(set) var residualChannels = 0.0
  /// Transformer layers and residual blocks.
  package private(set) var layers = 0.0

  private let textChannels: Double
  private let textTokens: Double
  private let stepChannels: Double

  /// Walks through a network.
  ///
  /// - Parameters:
  ///   - levels: channels of each level and transformer layers behind each of its residual blocks, finest first; two or
  ///     more.
  ///   - residualBlocks: of a level on the way down; the way up has one more.
  ///   - vectorChannels: numbers beside text and step that every block is told; they count among the parameters.
  package init(
    levels: [UNetShape.Level], middleLayers: Double, residualBlocks: Double, textChannels: Double,
    textTokens: Double, vectorChannels: Double = 0
  ) {
    (self.textChannels, self.textTokens) = (textChannels, textTokens)
    let first = levels.first?.channels ?? 0
    stepChannels = 4 * first
    dense(from: first, to: stepChannels)
    dense(from: stepChannels, to: stepChannels)
    if vectorChannels > 0 {
      dense(from: vectorChannels, to: stepChannels)
      dense(from: stepChannels, to: stepChannels)
    }
    walk(levels, middleLayers: middleLayers, residualBlocks: Int(residualBlocks.rounded()))
  }

  /// Multiplications with additions of a pass over so many points of the finest level.
  package func multiplications(points: Double) -> Double { matrices(points: points) + dotProducts(points: points) }

  /// Those of convolutions and matrices alone, as most tools count.
  package func matrices(points: Double) -> Double { perPoint * points + once }

  /// Those of attention's dot products.
  package func dotProducts(points: Double) -> Double { perPointOfText * points + perPair * points * points }

  /// Channels of the noise that goes in and comes out.
  private static let latentChannels = 4.0

  private mutating func walk(
    _ levels: [UNetShape.Level], middleLayers: Double, residualBlocks: Int
  ) {
    var channels = levels.first?.channels ?? 0
    var share = 1.0  // points of a level for each of the finest
    var handedOver = [channels]
    convolution(from: UNetCount.latentChannels, to: channels, share)
    for (index, level) in levels.enumerated() {
      for _ in 0..<residualBlocks {
        residual(from: channels, to: level.channels, share)
        channels = level.channels
        attention(channels, layers: level.layers, share)
        handedOver.append(channels)
      }
      guard index + 1 < levels.count else { continue }
      share /= 4
      convolution(from: channels, to: channels, share)
      handedOver.append(channels)
    }
    residual(from: channels, to: channels, share)
    attention(channels, layers: middleLayers, share)
    residual(from: channels, to: channels, share)
    for (index, level) in levels.enumerated().reversed() {
      for _ in 0...residualBlocks {
        residual(from: channels + (handedOver.popLast() ?? 0), to: level.channels, share)
        channels = level.channels
        attention(channels, layers: level.layers, share)
      }
      guard index > 0 else { continue }
      share *= 4
      convolution(from: channels, to: channels, share)
    }
    parameters += 2 * channels
    convolution(from: channels, to: UNetCount.latentChannels, share)
  }

  private mutating func convolution(from: Double, to: Double, _ share: Double, side: Double = 3) {
    parameters += from * to * side * side + to
    perPoint += from * to * side * side * share
  }

  /// A matrix for something of which there is one in a pass.
  private mutating func dense(from: Double, to: Double) {
    parameters += from * to + to
    once += from * to
  }

  /// Two convolutions with their norms, told of the step, and one over single points where the channels change.
  private mutating func residual(from: Double, to: Double, _ share: Double) {
    parameters += 2 * from + 2 * to
    convolution(from: from, to: to, share)
    dense(from: stepChannels, to: to)
    convolution(from: to, to: to, share)
    if from != to { convolution(from: from, to: to, share, side: 1) }
    residualChannels += to * share
    layers += 1
  }

  /// Transformer layers in a row: attention of the picture to itself and to the text, and two linear layers of which the
  /// first is gated, so that it is twice as wide; a matrix leads in and one leads out.
  private mutating func attention(_ channels: Double, layers count: Double, _ share: Double) {
    guard count > 0 else { return }
    let square = channels * channels
    parameters += 2 * channels + 2 * (square + channels)
    perPoint += 2 * square * share
    let matrices = 4 * square + 2 * square + 12 * square
    let text = 2 * textChannels * channels
    parameters += count * (matrices + text + 17 * channels)  // norms 6, biases 1 + 1 + 8 + 1
    perPoint += count * matrices * share
    once += count * text * textTokens
    perPointOfText += count * 2 * channels * textTokens * share
    perPair += count * 2 * channels * share * share
    transformerChannels += count * channels * share
    layers += count
  }
}
