#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// One step of a server that answers many requests at once: what it reads, computes and takes.
///
/// Pure numbers. In a step every request in the batch gets one token; the step's energy is divided among them.
package struct DecodeStep: Hashable, Sendable {
  /// All parameters, in billions.
  package var totalBillions: Double
  /// Parameters that one token passes through, in billions.
  package var activeBillions: Double
  /// Bits of one weight.
  package var weightBits: Double
  /// Accelerators that hold the model together.
  package var accelerators: Double
  /// Power limit of one board, in watts.
  package var boardWatts: Double
  /// Memory bandwidth of one board.
  package var bytesPerSecond: Double
  /// Dense arithmetic of one board in the served format.
  package var flopPerSecond: Double
  /// Memory of one board.
  package var memoryBytes: Double
  /// Requests served together.
  package var batch: Double
  /// Tokens that stand before the one being made, as a mean over the answer.
  package var contextTokens: Double

  /// A step.
  package init(
    totalBillions: Double, activeBillions: Double, weightBits: Double, accelerators: Double, boardWatts: Double,
    bytesPerSecond: Double, flopPerSecond: Double, memoryBytes: Double, batch: Double, contextTokens: Double
  ) {
    self.totalBillions = totalBillions
    self.activeBillions = activeBillions
    self.weightBits = weightBits
    self.accelerators = accelerators
    self.boardWatts = boardWatts
    self.bytesPerSecond = bytesPerSecond
    self.flopPerSecond = flopPerSecond
    self.memoryBytes = memoryBytes
    self.batch = batch
    self.contextTokens = contextTokens
  }

  /// Bytes that all weights take.
  package var weightBytes: Double { totalBillions * 1e9 * weightBits / 8 }

  /// Bytes of keys and values that one token of context keeps, in 16 bits: 60 kB for a billion active parameters,
  /// growing with their power of 0.4, a rule over grouped-query models from 3 to 405 billion. A model's own layout may
  /// be a factor of two off, for latent attention more; the spread of the fit has it in it.
  package var cacheBytesPerToken: Double { 60e3 * pow(activeBillions, 0.4) }

  /// The most requests whose context fits beside the weights in nine tenths of the memory; at least one.
  package var largestBatch: Double {
    let free = 0.9 * accelerators * memoryBytes - weightBytes
    return max(1, free / (cacheBytesPerToken * max(contextTokens, 1)))
  }

  /// Whether the weights fit at all.
  package var fits: Bool { weightBytes <= 0.9 * accelerators * memoryBytes }

  /// Bytes of weights that a step reads: all of a dense model; of a mixture of experts what the batch's tokens choose
  /// between them, each choosing its part at random.
  package var weightBytesRead: Double {
    let part = min(1, activeBillions / totalBillions)
    return part == 1 ? weightBytes : weightBytes * (1 - pow(1 - part, batch))
  }

  /// Operations for one token as if the arithmetic units were used as well as by a model of 30 billion active
  /// parameters: narrower matrices fill them less, in proportion to their width, which goes with the cube root.
  package var weightedFlopPerToken: Double { 2e9 * activeBillions * pow(activeBillions / 30, -1.0 / 3) }

  /// Layers compared with a model of 30 billion parameters, which grow with the cube root of the size.
  package var depth: Double { pow(totalBillions / 30, 1.0 / 3) }

  /// Joules of all accelerators for one token of one request.
  package func joulesPerToken(_ constants: ServingConstants) -> Double {
    let reading = (weightBytesRead + cacheBytesPerToken * contextTokens * batch) / (accelerators * bytesPerSecond)
    let computing = weightedFlopPerToken * batch / (accelerators * flopPerSecond)
    let step =
      constants.memory * reading + constants.compute * computing
      + (constants.stepSeconds + constants.sequenceSeconds * batch) * depth
    return accelerators * boardWatts * step / batch
  }

  /// Joules of all accelerators for reading one token of a prompt, many of which are read at once.
  package func joulesPerPromptToken(_ constants: ServingConstants) -> Double {
    boardWatts * constants.prefill * weightedFlopPerToken / flopPerSecond
  }
}
