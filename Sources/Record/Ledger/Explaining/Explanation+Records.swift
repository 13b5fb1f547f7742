import Methods
import Quantities

/// The facts of each record, in words. Pure: the same record always gives the same text.
extension Explanation {
  init(_ activity: Activity, facts more: [Fact] = [], receipts: [Receipt] = [], context: [Explanation] = []) {
    let facts: [Fact?] = [
      Fact("status", activity.status.description),
      activity.reason.map { Fact("reason", $0) },
      activity.detail.command.isEmpty ? nil : Fact("command", activity.detail.command.joined(separator: " ")),
      Fact("began", activity.started.description),
      activity.ended.map { Fact("ended", $0.description) },
      activity.gridStarted.map { began in
        Fact("grid time", "\(began) to \(activity.gridEnded.map(\.description) ?? "now") on clock \(activity.clock)")
      },
      activity.region.map { Fact("region", $0) },
      activity.meter.map { Fact("meter", $0) },
      activity.detail.imported.map { Fact("imported from", "\($0.file), line \($0.line), written by \($0.tool)") },
      activity.exitCode.map { Fact("exit status", "\($0)") },
      activity.parent.map { Fact("part of", $0.description) },
    ]
    self.init(
      id: activity.id.description, kind: activity.kind.rawValue, title: activity.name,
      facts: facts.compactMap { $0 } + more, receipts: receipts, context: context)
  }

  /// - Parameter elsewhere: the grid values of other places where variants stand, as far as the ledger has them.
  init(_ decision: DecisionRecord, signal: SignalRecord?, elsewhere: [SignalID: SignalRecord] = [:]) {
    let grids = (decision.grids ?? [:]).sorted { $0.key < $1.key }
    let places = grids.map { variant, grid in
      let value = grid.signalID.map(\.description) ?? "no grid value to be believed"
      let pue = grid.pue.map { "PUE \(Decimals.significant($0, digits: 4))" } ?? "the site's PUE"
      return Fact("grid of \(variant)", "\(grid.region): \(value), \(pue)")
    }
    let shares = decision.shares.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    let percent = { (share: Double) in "\(Decimals.significant(share * 100, digits: 3)) %" }
    let facts: [Fact?] = [
      Fact("alias", decision.alias),
      Fact("chosen", decision.chosen),
      Fact("shares", shares.map { "\($0.key) \(percent($0.value))" }.joined(separator: ", ")),
      Fact("grid time", decision.grid.description),
      Fact("made", decision.made.description),
      Fact("policy", "\(decision.policy), \(decision.mode)"),
      decision.price.map { Fact("price", Decimals.significant($0, digits: 4)) },
      Fact("part of", decision.activity.description),
      Fact("what it saw", decision.input),
      Fact("state afterwards", decision.state),
    ]
    let named = Set(grids.compactMap(\.value.signalID)).sorted { $0.description < $1.description }
    let known = named.compactMap { elsewhere[$0] }
    let saving = Receipt(
      label: "expected saving of the decision", value: decision.expectedSavingGrams, unit: Carbon.baseUnit,
      origin: .modelled, method: decision.expectedSavingGrams == nil ? nil : Self.expectedSaving,
      note: decision.expectedSavingGrams == nil
        ? "the policy could not say"
        : "against always serving the best variant, by \(decision.policy) from what it saw",
      inputs: ([signal].compactMap { $0 } + known).map(\.receipt))
    let home = signal.map { [Explanation($0)] } ?? decision.signalID.map { [.missing($0)] } ?? []
    let there = named.map { id in elsewhere[id].map { Explanation($0) } ?? .missing(id) }
    self.init(
      id: decision.id.description, kind: "decision", title: decision.reason,
      facts: facts.compactMap { $0 } + places, receipts: [saving], context: home + there)
  }

  // The room Switching declares it.
  private static let expectedSaving: MethodID = "expected-saving@1"

  init(_ signal: SignalRecord) {
    self.init(
      id: signal.id.description, kind: "signal", title: signal.receipt.label,
      facts: [
        Fact("issued", signal.issued.description),
        Fact("valid", "\(signal.validFrom) to \(signal.validTo)"),
        Fact("provider", signal.provider),
        Fact("source", signal.source.citation),
      ], receipts: [signal.receipt])
  }

  init(_ variant: VariantRecord) {
    var calibration = variant.receipt
    calibration.id = variant.id.description
    let interval = { (value: Double, low: Double, high: Double) in
      let numbers = [value, low, high].map { Decimals.significant($0, digits: 4) }
      return "\(numbers[0]) J (\(numbers[1]) to \(numbers[2]) J)"
    }
    let facts: [Fact?] = [
      Fact("alias", variant.alias),
      Fact("calibrated", variant.calibrated.description),
      Fact(
        "energy per request",
        interval(variant.joulesPerRequest, variant.joulesPerRequestLow, variant.joulesPerRequestHigh)),
      Fact("energy per unit", interval(variant.joulesPerUnit, variant.joulesPerUnitLow, variant.joulesPerUnitHigh)),
      variant.perInputToken.map { Fact("energy per token read", interval($0.joules, $0.low, $0.high)) },
      variant.perOutputToken.map { Fact("energy per token written", interval($0.joules, $0.low, $0.high)) },
      variant.quality.map { quality in
        let floor = variant.qualityLow.map { ", at least \(Decimals.significant($0, digits: 4))" } ?? ""
        let samples = variant.samples.map { ", over \($0) answers" } ?? ""
        return Fact("quality", Decimals.significant(quality, digits: 4) + floor + samples)
      },
    ]
    self.init(
      id: variant.id.description, kind: "variant", title: variant.name, facts: facts.compactMap { $0 },
      receipts: [calibration, variant.qualityReceipt].compactMap(\.self))
  }

  init(_ explained: RequestExplanation, context: [Explanation]) {
    let request = explained.request
    let facts: [Fact?] = [
      Fact("variant", "\(request.variant): \(request.why)"),
      Fact("received", request.received.description),
      Fact("grid time", request.grid.description),
      Fact("duration", Span.seconds(Double(request.durationMicroseconds) / 1e6).formatted()),
      Fact("status", "\(request.status) over \(request.protocolName)"),
      Fact("units", request.units.map(String.init) ?? "unknown"),
      request.tokensIn.map { tokens in
        Fact("tokens in", "\(tokens)" + (request.tokensInCached.map { ", \($0) of them cached" } ?? ""))
      },
      request.tokensOut.map { Fact("tokens out", "\($0)") },
      request.firstByteMicroseconds.map {
        Fact("first byte after", Span.seconds(Double($0) / 1e6).formatted())
      },
      request.isStreamed.map { Fact("streamed", $0 ? "yes" : "no") },
      request.isCancelled ? Fact("cancelled", "the caller left before the end; charged is what was done") : nil,
      request.failedTries.flatMap { tries in
        let used = request.wastedMicrojoules.map { "used \($0.energy.formatted())" } ?? "what they used is unknown"
        return tries > 0 ? Fact("failed tries", "\(tries); \(used)") : nil
      },
      request.hedgedMicrojoules.map { Fact("lost second try", "used \($0.energy.formatted())") },
      request.correct.map { Fact("right answers", "\($0) of \(request.units ?? 1)") },
      request.points.map { points in
        Fact("quality points", "\(Decimals.fixed(points, places: 2)) of \(100 * (request.units ?? 1))")
      },
      Fact("part of", request.activity.description),
    ]
    self.init(
      id: request.id.description, kind: "request", title: "request to \(request.alias)",
      facts: facts.compactMap { $0 }, receipts: explained.receipts, context: context)
  }

  static func facts(of conservation: Conservation?) -> [Fact] {
    guard let conservation else { return [] }
    let terms =
      "\(conservation.attributed.count) attributed + \(conservation.idle.count) idle + "
      + "\(conservation.own.count) Dimmer's own + \(conservation.unattributed.count) unattributed"
    let verdict = conservation.isExact ? "exact" : "\(conservation.residual.count) µJ are not accounted for"
    return [Fact("conservation", "\(terms) = \(conservation.host.count) µJ read by the meter: \(verdict)")]
  }
}
