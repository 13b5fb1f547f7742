import NIOCore
import Quantities

extension Exchange {
  /// Hands the observation of an inference request to the sink, once; questions about models leave none.
  func observe(status: Int, failure: String?, isCancelled: Bool = false) {
    guard !isObserved, let route, let spoken = requestProtocol else { return }
    isObserved = true
    let now = NIODeadline.now()
    let answered = variant?.target.name
    // A variant named exactly rests on no decision.
    let decisionID = route.why == .pinned ? nil : route.standing.decisionID
    let isSubstitute = answered != nil && answered != route.variants[route.chosen].target.name
    loop.plant.observe(
      RequestObservation(
        id: id, alias: route.alias, variant: connectionsTried > 0 || !failedVariants.isEmpty ? answered : nil,
        decisionID: decisionID, requestProtocol: spoken, isStreamed: eventTap != nil, received: received,
        duration: span(began, now), timeToFirstByte: firstByteAt.map { span(began, $0) }, status: status,
        units: units.units, tokens: tokens, requestBytes: requestBytes, responseBytes: responseBytes,
        why: isSubstitute ? .fallback : route.why, attempts: connectionsTried, failedVariants: failedVariants,
        isCancelled: isCancelled, failure: failure ?? (status >= 400 ? "the backend answered \(status)" : nil)))
  }

  private var requestProtocol: RequestProtocol? {
    switch endpoint {
    case .completion(let spoken): spoken
    case .model(_, _, .infer, _): .kserveInfer
    default: nil
    }
  }

  /// Tokens as the backend said; for a stream that never said, the pieces of text that came, marked as an estimate.
  private var tokens: TokenUsage? {
    if let scan = plainScan { return scan.usage }
    guard let tap = eventTap else { return nil }
    if let usage = tap.usage { return usage }
    return tap.contentDeltas > 0 ? TokenUsage(output: tap.contentDeltas, isEstimated: true) : nil
  }

  private func span(_ from: NIODeadline, _ to: NIODeadline) -> Span {
    .seconds(Double((to - from).nanoseconds) / 1e9)
  }
}
