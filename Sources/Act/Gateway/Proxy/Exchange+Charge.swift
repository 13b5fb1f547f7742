import NIOCore
import Quantities

/// A try that failed, for what it may have cost.
struct FailedTry {
  /// Index in the route's variants.
  let variant: Int
  /// Whether the backend had the request and did not refuse it, so that it may have worked on it.
  let mayHaveWorked: Bool
}

/// What the request is charged.
extension Exchange {
  /// What the tap or the scan knows now.
  struct Totals {
    var tokens: TokenUsage?
    var report: EnergyReport?
  }

  var totals: Totals {
    if let lineTap { return Totals(tokens: lineTap.tokens, report: report) }
    if let scan = plainScan { return Totals(tokens: scan.usage, report: scan.report ?? report) }
    if let tap = eventTap { return Totals(tokens: tap.totals.tokens, report: tap.totals.report ?? report) }
    return Totals(report: report)
  }

  /// Why the variant that answered is the one.
  var reason: RoutingReason {
    guard let route, !attempts.isEmpty else { return route?.why ?? .undecided }
    if wonByHedge { return .hedged }
    return attempts[min(attemptIndex, attempts.count - 1)].variant != route.chosen ? .fallback : route.why
  }

  /// The place in the alias of the variant whose work the answer is: not that with a directive, where the request had no
  /// place for the directive (see ``variantName``).
  var answeringPlace: Int? {
    guard let route, !attempts.isEmpty else { return nil }
    if isDirectiveLeftOut, let name = variantName,
      let plain = route.entry.variants.firstIndex(where: { $0.target.name == name })
    {
      return plain
    }
    return route.place(of: attempts[min(attemptIndex, attempts.count - 1)].variant)
  }

  /// The figures as they are known now.
  func makeFigures(_ totals: Totals, isPartial: Bool) -> RequestFigures? {
    guard let route, let requestProtocol else { return nil }
    let answering = answeringPlace
    let charge: Result<EnergyCharge, ChargeGap>
    do throws(ChargeGap) {
      charge = .success(
        try chargeNow(totals, route: route, variant: answering, writesTokens: requestProtocol.writesTokens, isPartial))
    } catch { charge = .failure(error) }
    return RequestFigures(
      id: id, variant: connectionsTried > 0 ? variantName : nil,
      quality: answering.flatMap { route.standing.qualities[$0] }, why: reason, charge: charge,
      grid: route.standing.grid(of: answering), duration: span(began, .now()))
  }

  private func chargeNow(
    _ totals: Totals, route: Route, variant: Int?, writesTokens: Bool, _ isPartial: Bool
  ) throws(ChargeGap) -> EnergyCharge {
    guard let variant, connectionsTried > 0 else { throw ChargeGap("the request reached no model server") }
    if let report = totals.report, !isPartial {
      return report.charge(spread: configuration.reportedEnergySpread)
    }
    if hasNoAnswer { throw ChargeGap("no model server answered; the failed tries are counted apart") }
    guard status < 400 else { throw ChargeGap("the model server answered \(status)") }
    guard let tariff = route.standing.tariffs[variant] else {
      throw ChargeGap("nothing is known of the variant's energy; calibrate it or state it")
    }
    return try tariff.charge(
      Consumption(
        units: units.units, tokens: totals.tokens, requestBytes: requestBytes, writesTokens: writesTokens,
        isPartial: isPartial))
  }

  /// The failed tries' energy, as far as it is known: each may have done anything between nothing and all of the
  /// request's work. Nil when none can have worked, or nothing is known of any.
  func wasted(_ tokens: TokenUsage?) -> EnergyCharge? {
    guard !failedTries.isEmpty else { return nil }
    return brokenOff(failedTries.filter(\.mayHaveWorked).map(\.variant), tokens)
  }

  /// The energy of work on these variants that was broken off somewhere.
  func brokenOff(_ variants: [Int], _ tokens: TokenUsage?) -> EnergyCharge? {
    guard let route else { return nil }
    var sum: EnergyCharge?
    for variant in variants {
      let used = Consumption(
        units: units.units, tokens: tokens, requestBytes: requestBytes,
        writesTokens: requestProtocol?.writesTokens ?? true)
      guard let whole = try? route.tariff(of: variant)?.charge(used) else { continue }
      let part = JouleRange(value: whole.joules.value / 2, low: 0, high: whole.joules.high)
      sum = EnergyCharge(
        joules: (sum?.joules ?? .none) + part, origin: .of([whole.origin, .modelled]), method: whole.method,
        remark: "broken off; between nothing and the whole of the work")
    }
    return sum
  }

  func span(_ from: NIODeadline, _ to: NIODeadline) -> Span { .seconds(Double((to - from).nanoseconds) / 1e9) }
}
