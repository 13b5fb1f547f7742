import Grid
public import Ledger
import Methods
public import Quantities
public import Reporting

/// Reads the first page's state from the ledger: the page shows nothing that the record does not hold.
public struct DashboardLoader: Sendable {
  let store: any LedgerStore
  /// The serving activity whose requests and decisions are shown; `nil` shows runs only.
  let serving: ActivityID?
  /// Grid time now.
  let gridNow: @Sendable () -> Timestamp
  /// One line on the clock: live, or which replay.
  let clockText: String
  /// What was served, told again after each decision.
  private let outcomes: ServedOutcomes

  /// A loader for one serving activity.
  public init(
    store: any LedgerStore, serving: ActivityID?, gridNow: @escaping @Sendable () -> Timestamp, clockText: String
  ) {
    self.store = store
    self.serving = serving
    self.gridNow = gridNow
    self.clockText = clockText
    outcomes = ServedOutcomes(reader: SavingsReader(store: store))
  }

  /// The state now.
  public func load() async throws(LedgerError) -> DashboardState {
    let now = gridNow()
    let window = (now.startOfHour - .hours(47))..<(now.startOfHour + .hours(1))
    let decisions = try await decisionsInForce()
    let signal = try await currentSignal(decisions)
    let region = try await servingRegion()
    let summary = try await summary(of: window, decisions: decisions, region: region, kind: signal?.kind)
    return DashboardState(
      subtitle: clockText,
      cards: cards(
        signal: signal, decision: decisions.first { $0.signalID != nil } ?? decisions.first, region: region,
        summary: summary, now: now),
      aliases: decisions.map { decision in
        .init(
          alias: decision.alias, variant: ShareText.describe(decision.shares), reason: decision.reason,
          link: "/explain/\(decision.id)")
      },
      chart: summary.chart(window: window, now: now),
      chartNote: "Grams of each hour's requests beside those that always the best variant would have cost (pale). "
        + "Savings are against that baseline and include sizing; the report tells timing apart.",
      served: try await served(decisions), requests: try await requestTable(), runs: try await runTable())
  }

  private func decisionsInForce() async throws(LedgerError) -> [DecisionRecord] {
    guard let serving else { return [] }
    let latest = try await store.decisions(DecisionQuery(activity: serving, newestFirst: true, limit: 64))
    var byAlias: [String: DecisionRecord] = [:]
    for decision in latest where byAlias[decision.alias] == nil { byAlias[decision.alias] = decision }
    return byAlias.values.sorted { $0.alias < $1.alias }
  }

  private func served(_ decisions: [DecisionRecord]) async throws(LedgerError) -> [DashboardState.Served] {
    guard let serving, !decisions.isEmpty else { return [] }
    return try await outcomes.of(serving, decided: decisions.map(\.id))
  }

  private func currentSignal(_ decisions: [DecisionRecord]) async throws(LedgerError) -> SignalRecord? {
    guard let id = decisions.compactMap(\.signalID).first else { return nil }
    return try await store.signal(id)
  }

  private func servingRegion() async throws(LedgerError) -> String? {
    guard let serving else { return nil }
    return try await store.activity(serving)?.region
  }

  private func summary(
    of window: Range<Timestamp>, decisions: [DecisionRecord], region: String?, kind: String?
  ) async throws(LedgerError) -> ServedSummary {
    guard let serving else { return ServedSummary(hours: [], variants: [], signals: []) }
    let hours = try await store.rollups(RollupQuery(activity: serving, range: window))
    // Only what is on offer can be a baseline; older calibrations of the alias may be of models long gone.
    let offered = try await store.variants(alias: nil).filter { variant in
      decisions.contains { $0.alias == variant.alias && $0.shares[variant.name] != nil }
    }
    var signals: [SignalRecord] = []
    if let region {
      signals = try await store.signals(
        SignalQuery(
          region: region, kind: kind ?? SignalKind.averageLifecycle.rawValue, range: window,
          issuedBy: window.upperBound))
    }
    let elsewhere = Set(decisions.flatMap { ($0.grids ?? [:]).keys })
    var pue: Ratio?
    if !elsewhere.isEmpty {
      pue = try await store.figure(FigureID(serving, .pue))?.figure(of: Ratio.self)?.estimate.value
    }
    return ServedSummary(
      hours: hours, variants: offered, signals: signals, elsewhere: elsewhere, pue: pue?.baseValue ?? 1)
  }

  private func cards(
    signal: SignalRecord?, decision: DecisionRecord?, region: String?, summary: ServedSummary, now: Timestamp
  ) -> [DashboardState.Card] {
    var cards: [DashboardState.Card] = []
    if let signal {
      let value = CarbonIntensity.gramsPerKilowattHour(signal.value).formatted()
      let age = now > signal.issued ? (now - signal.issued).formatted(significantDigits: 2) : "0 s"
      cards.append(
        .init(
          "Grid now, \(signal.region)", value: value,
          detail: "issued \(age) ago, by \(signal.provider)"
            + (decision?.mode == SignalMode.persistence.rawValue ? ": the value of 24 h before stands in" : ""),
          link: "/explain/\(signal.id)"))
    } else {
      cards.append(
        .init(
          "Grid now", value: "unknown",
          detail: serving == nil
            ? "nothing is being served"
            : region == nil
              ? "no region is configured" : decision == nil ? "no decision yet" : "no signal: a fixed mix serves"))
    }
    let sums = summary.total
    cards.append(
      .init("Requests", value: "\(sums.requests)", detail: "\(sums.units) units, \(sums.failed) failed"))
    cards.append(
      .init(
        "Energy of requests",
        value: Self.sum(sums.microjoules.energy, of: sums.requests, without: sums.withoutEnergy),
        detail: Self.gap(sums.withoutEnergy - sums.failed) ?? "marginal, from each variant's calibration"))
    cards.append(
      .init(
        "Carbon of requests", value: Self.sum(sums.carbon, of: sums.requests, without: sums.withoutCarbon),
        detail: Self.gap(sums.withoutCarbon - sums.failed)
          ?? summary.alwaysBest.map { "always the best variant: \($0.formatted())" } ?? "no baseline yet"))
    if let saved = summary.savedPercent {
      let left = summary.incomparable
      cards.append(
        .init(
          "Saved, last 48 hours", value: "\(Decimals.significant(saved, digits: 3)) %",
          detail: "against always the best variant" + (left > 0 ? ", \(left) requests left out" : "")))
    }
    if let quality = sums.quality {
      cards.append(
        .init(
          sums.points > 0 ? "Quality of answers" : "Right answers",
          value: "\(Decimals.significant(quality * 100, digits: 3)) \(sums.points > 0 ? "points of 100" : "%")",
          detail: "of \(sums.judged) judged"))
    }
    return cards
  }

  /// A sum, or "unknown" when nothing that it should hold is known.
  private static func sum<Q: Quantity>(_ sum: Q, of requests: Int64, without unknown: Int64) -> String {
    requests > 0 && unknown >= requests ? "unknown" : sum.formatted()
  }

  /// How many answered requests a sum lacks; `nil` for none.
  private static func gap(_ unknown: Int64) -> String? {
    unknown > 0 ? "not known of \(unknown) answered requests" : nil
  }

  private func requestTable() async throws(LedgerError) -> PageTable {
    var table = PageTable(
      "Latest requests",
      columns: [
        ("Grid time", false), ("Asked", false), ("Served by", false), ("Units", true), ("Energy", true),
        ("Carbon", true), ("Time", true), ("Status", true),
      ])
    guard let serving else { return table }
    for request in try await store.latestRequests(activity: serving, limit: 12) {
      let link = "/explain/\(request.id)"
      table.add([
        .init(time: request.grid, link: link), .init(request.alias), .init(request.variant, title: request.why),
        .init(number: request.units.map { "\($0)" } ?? "unknown"),
        .init(number: request.microjoules?.energy.formatted() ?? "unknown", link: "\(link).energy"),
        .init(number: request.carbon?.formatted() ?? "unknown", link: "\(link).carbon"),
        .init(number: Span.seconds(Double(request.durationMicroseconds) / 1e6).formatted(significantDigits: 2)),
        .init(number: "\(request.status)"),
      ])
    }
    return table
  }

  private func runTable() async throws(LedgerError) -> PageTable {
    var table = PageTable(
      "Latest runs",
      columns: [
        ("Started", false), ("Name", false), ("Took", true), ("Energy", true), ("Carbon", true), ("Status", false),
      ])
    for run in try await store.latest(.run, limit: 8) {
      let figures = try await store.figures(of: run.id)
      let text = { (name: FigureName) in
        figures.first { $0.id.name == name }.map { ReceiptText.value($0.receipt) } ?? "unknown"
      }
      table.add([
        .init(time: run.started, link: "/explain/\(run.id)"), .init(run.name),
        .init(number: run.ended.map { ($0 - run.started).formatted() } ?? ""),
        .init(number: text(.energy), link: "/explain/\(run.id).energy"),
        .init(number: text(.carbon), link: "/explain/\(run.id).carbon"), .init(run.status.description),
      ])
    }
    return table
  }
}

/// Shares of variants in words.
enum ShareText {
  /// "large" or "large (62 %) and small (38 %)".
  static func describe(_ shares: [String: Double]) -> String {
    let used = shares.filter { $0.value > 0.005 }.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    guard used.count > 1 else { return used.first?.key ?? "nothing" }
    return used.map { "\($0.key) (\(Decimals.significant($0.value * 100, digits: 2)) %)" }.joined(separator: " and ")
  }
}
