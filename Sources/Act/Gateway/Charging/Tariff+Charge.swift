import Quantities

/// What a request has used, as far as it is known when it is charged.
struct Consumption: Equatable {
  /// Items in the request.
  var units = 1
  /// Tokens, as far as known.
  var tokens: TokenUsage?
  /// Bytes of the request's body: what is left to judge a prompt by when the backend did not count it.
  var requestBytes = 0
  /// Whether the answer has tokens of its own; embeddings have none.
  var writesTokens = true
  /// Whether the work was broken off, so that any part of it may have been done.
  var isPartial = false
}

/// Why a request is not charged.
struct ChargeGap: Error, Equatable {
  /// In a few words, for the record.
  let reason: String
  init(_ reason: String) { self.reason = reason }
}

extension Tariff {
  /// A piece of text on a stream holds one token or, with speculative decoding, a few: the interval of a counted output
  /// reaches from 3 tokens in 4 pieces to 2 in each.
  private static let tokensPerPiece = JouleRange(value: 1, low: 0.75, high: 2)
  /// Bytes of JSON for one prompt token: 4 in English prose; 1 in the densest text; 20 where much is structure.
  private static let tokensPerByte = JouleRange(value: 0.25, low: 0.05, high: 1)

  /// The charge for a request: `perRequest + perUnit*units + perInputToken*(input - cached) + perOutputToken*output`.
  /// Reasoning is a part of the output and is not added again.
  ///
  /// - Throws: ``ChargeGap`` when what it depends on is not known; an unknown is never charged as 0.
  func charge(_ used: Consumption) throws(ChargeGap) -> EnergyCharge {
    var joules = perRequest ?? .none
    var remark: String?
    if let perUnit { joules = joules + perUnit * Double(used.units) }
    let dependsOnTokens = perInputToken != nil || perOutputToken != nil
    if let perOutputToken, used.writesTokens {
      guard let output = used.tokens?.output else {
        throw ChargeGap(
          used.isPartial
            ? "the answer was broken off before its tokens were known"
            : "the model server did not say how many tokens it wrote")
      }
      if used.tokens?.isEstimated == true {
        joules = joules + perOutputToken.times(Self.tokensPerPiece) * Double(output)
        remark = "output tokens are counted pieces of the stream"
      } else {
        joules = joules + perOutputToken * Double(output)
      }
    }
    if let perInputToken {
      if let input = used.tokens?.input {
        joules = joules + perInputToken * Double(max(0, input - (used.tokens?.cachedInput ?? 0)))
      } else {
        joules = joules + perInputToken.times(Self.tokensPerByte) * Double(used.requestBytes)
        let guess = "prompt tokens are judged by the request's size"
        remark = remark.map { $0 + "; " + guess } ?? guess
      }
    }
    if used.isPartial, !dependsOnTokens {
      // Nothing tells how far the work had come: anything between none and all of it, and half in the mean.
      joules = JouleRange(value: joules.value / 2, low: 0, high: joules.high)
      remark = "the work was broken off; between nothing and the whole of it"
    }
    guard joules.isSound else { throw ChargeGap("the tariff makes no number of it") }
    let isGuess = remark != nil && origin != .assumed
    return EnergyCharge(joules: joules, origin: isGuess ? .modelled : origin, method: method, remark: remark)
  }
}

extension JouleRange {
  /// The product with a factor that has an interval of its own, none below 0.
  fileprivate func times(_ factor: JouleRange) -> JouleRange {
    JouleRange(value: value * factor.value, low: low * factor.low, high: high * factor.high)
  }
}
