import NIOCore
import Quantities

extension Exchange {
  /// The energy of a second backend that was asked in vain.
  func hedged(_ tokens: TokenUsage?) -> EnergyCharge? { brokenOff(hedgeLosers, tokens) }
}
