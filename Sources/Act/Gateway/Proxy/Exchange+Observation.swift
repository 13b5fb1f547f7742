import NIOCore
import Quantities

extension Exchange {
  /// Hands the observation of an inference request to the sink, once; questions about models leave none.
  func observe(status: Int, failure: String?, isCancelled: Bool = false) {
    guard !isObserved, let route, let spoken = requestProtocol else { return }
    isObserved = true
    let now = NIODeadline.now()
    let answered = variantName
    // Who left, or got no good answer, was not served any quality.
    self.route?.settle(answeredBy: (200..<400).contains(status) ? answered : nil, units: units.units)
    let totals = totals
    // Once told, figures stay as they were told, unless the backend itself reported better ones in its trailers.
    let isWhole = failure == nil
    let figures = figures ?? makeFigures(totals, isPartial: !isWhole)
    let charge = try? figures?.charge.get()
    var gap: String?
    if case .failure(let reason) = figures?.charge { gap = reason.reason }
    if let charge, isWhole, status < 300, attempts.indices.contains(attemptIndex), let place = answeringPlace {
      route.entry.note(joules: charge.joules.value, of: place)
    }
    loop.plant.observe(
      RequestObservation(
        id: id, alias: route.alias, variant: connectionsTried > 0 || !failedVariants.isEmpty ? answered : nil,
        // A variant named exactly rests on no decision.
        decisionID: route.isExact ? nil : route.standing.decisionID, requestProtocol: spoken,
        isStreamed: eventTap != nil || (lineTap != nil && asksForStream), received: received,
        duration: span(began, now),
        timeToFirstByte: firstByteAt.map { span(began, $0) }, status: status, units: units.units,
        tokens: totals.tokens, requestBytes: requestBytes, responseBytes: responseBytes, why: reason,
        attempts: connectionsTried, failedVariants: failedVariants, isCancelled: isCancelled,
        failure: failure ?? (status >= 400 ? "the backend answered \(status)" : nil), charge: charge, chargeGap: gap,
        carbonGrams: figures?.carbon, embodiedGrams: figures?.embodied, wasted: wasted(totals.tokens),
        hedged: hedged(totals.tokens), grid: route.standing.grid(of: answeringPlace), quality: figures?.quality,
        keyName: keyName))
  }

  var requestProtocol: RequestProtocol? {
    switch endpoint {
    case .completion(let spoken): spoken
    case .model(_, _, .infer, _): .kserveInfer
    default: nil
    }
  }
}
