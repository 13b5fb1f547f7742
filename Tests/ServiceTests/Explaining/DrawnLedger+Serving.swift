import Accounting
import Factors
import Gateway
import Grid
import Ledger
import Metering
import Methods
import Quantities
import Switching
import TestSupport

@testable import Service

extension DrawnLedger {
  /// Grid values of every kind of provider: as published, estimated, forecast by each method, exact and with intervals,
  /// with and without a known unit.
  mutating func signals() async throws {
    let makers =
      ["electricity-maps", "uk-carbon-intensity", "a file", "published-factor@1"]
      + [
        GridMethods.intensityByFuel, GridMethods.persistenceForecast, GridMethods.typicalDay,
        GridMethods.hourOfWeekMean, GridMethods.ensembleForecast, GridMethods.facilityIntensity,
      ].map(\.description)
    var signals: [SignalRecord] = []
    for provider in makers {
      for kind in [SignalKind.averageLifecycle, .averageDirect, .marginal, .price, .temperature, .unstated] {
        let value = number(1...900)
        let isExact = once(in: 3)
        let hour = start + .hours(Double(signals.count))
        signals.append(
          SignalRecord(
            Signal(
              region: try Region("DE"), kind: kind,
              unit: kind.isCarbonIntensity ? "g/kWh" : kind == .unstated ? "" : "x",
              validity: hour..<(hour + .hours(1)), value: value, low: isExact ? nil : value * 0.8,
              high: isExact ? nil : value * 1.3, issuedAt: start, provider: provider, isEstimated: once(in: 4),
              source: Source("a provider's own page", year: 2026, licence: "CC0-1.0"))))
      }
    }
    try await store.commit(LedgerEntry(signals: signals))
  }

  /// Activities of the other kinds, without figures and with a decision or a grid value that is not in the ledger.
  mutating func otherActivities() async throws {
    for kind in [ActivityKind.demo, .probe, .calibration, .job] {
      var activity = Activity(id: identifiers.next(kind), name: "\(kind)", status: .done, started: start)
      activity.ended = start + .seconds(9)
      activity.reason = "the demonstration was over"
      if once(in: 2) { activity.signalID = identifiers.next() }
      if once(in: 2) { activity.decisionID = identifiers.next() }
      try await store.commit(LedgerEntry(activity: activity))
    }
  }

  /// Every policy in turn over a few hours of a grid that is known, unknown or elsewhere, with variants of every kind of
  /// calibration, and requests to them.
  mutating func serving() async throws {
    for (index, policy) in SwitchingPolicies.all.enumerated() {
      let alias = "alias\(index)"
      let variants = try calibrations(alias)
      let provider: (any SignalProvider)? =
        once(in: 4) ? nil : TraceProvider(try hourly((0..<96).map { _ in number(50...800) }, from: start - .hours(72)))
      let bench = try await LoopBench(
        store: store, provider: provider, start: start,
        model: try .sample(alias: alias, floor: 70, policy: policy, variants: variants),
        seed: random.next())
      try await site(of: bench.activity)
      await bench.live(hours: 4)
      try await requests(of: bench.activity, alias: alias, variants: variants, decisions: try await bench.decisions())
    }
    let placed = try await LoopBench(
      store: store,
      provider: TraceProvider(try hourly((0..<96).map { _ in 400 }, from: PlacedBench.start - .hours(48))),
      start: PlacedBench.start, model: try PlacedBench.model(), seed: random.next(),
      places: [
        "SE": PlaceSource(
          provider: TraceProvider(
            try hourly((0..<96).map { $0 % 24 < 12 ? 50 : 800 }, from: PlacedBench.start - .hours(48), region: "SE")),
          pue: 1.1)
      ])
    try await site(of: placed.activity)
    await placed.live(hours: 4)
    try await requests(
      of: placed.activity, alias: "digits", variants: placed.model.variants, decisions: try await placed.decisions())
    for charged in [nil, 2_000_000] as [Int64?] {
      let probed = try await ProbeBench(
        store, model: try .sample(alias: "digits"),
        right: charged == nil ? ["small": 6, "middle": 8] : ["small": 6, "middle": 8, "large": 9], charged: charged,
        seed: random.next())
      await probed.tell([300])
    }
  }

  /// What a serve or demo keeps of its site, as far as it is known.
  private mutating func site(of activity: ActivityID) async throws {
    var figures: [FigureRecord] = []
    if !once(in: 3) {
      let pue = DeclaredValue.figure("PUE, as stated in the configuration", Ratio(number(1...2)))
      figures.append(FigureRecord(activity, .pue, pue))
    }
    if !once(in: 3) {
      let machine = Machine(threads: 8, parts: .init(cpus: 1, memory: .bytes(64e9), gpus: 1), isGuest: once(in: 2))
      let account = try MachineCarbon(tables).account(of: machine)
      figures.append(FigureRecord(activity, .embodiedPerSecond, RequestCarbon.embodiedPerSecond(of: account)))
    }
    try await store.commit(LedgerEntry(figures: figures))
  }

  /// One variant stated by an operator, one that a demonstration measured at two sizes, one by real requests, one learned
  /// while serving, one with a quality that was found by probes.
  private mutating func calibrations(_ alias: String) throws -> [VariantRecord] {
    let source = SourceDescription(
      component: .cpu, name: "RAPL package-0", origin: .measured, method: "rapl-counter@1",
      reason: "the processor's own counter", relative: -0.02...0.02)
    let windows = { (scale: Double, random: inout Seeded) in
      (0..<4).map { _ in scale * Double.random(in: 0.9...1.1, using: &random) }
    }
    var records: [VariantRecord] = []
    let points = TwoPointCalibration(
      of: "two-point", small: .init(units: 16, joules: windows(2, &random)),
      large: .init(units: 64, joules: windows(7, &random)), unit: "image", source: source, note: "played")
    let mean = MeanRequestCalibration(
      .init(of: "mean", joules: windows(3, &random), source: source), noun: "summary", note: "played")
    var settings = VariantSettings(name: "stated", url: "http://127.0.0.1:9")
    (settings.quality, settings.energyPerUnit, settings.energyPerRequest) = (60, .joules(number(0.1...2)), .joules(1))
    var configuration = Configuration()
    configuration.models = [ModelSettings(alias: alias, floor: 50, variants: [settings])]
    records += try Calibrations.models(of: configuration, kept: [], identifiers: identifiers, now: at("2021-01-01"))
      .declared
    for (name, receipt, joules, quality) in [
      ("two-point", points.receipt, points.perUnit, 75.0), ("mean", mean.receipt, mean.perRequest, 85.0),
    ] {
      var receipt = receipt
      let id: VariantID = identifiers.next()
      receipt.id = id.description
      let value = joules.value.joules
      records.append(
        VariantRecord(
          id: id, alias: alias, name: name, calibrated: at("2021-01-01"), quality: quality, qualityLow: quality - 1,
          samples: 500, perUnit: (value, max(0, joules.low.joules), joules.high.joules), perRequest: (0, 0, 0),
          receipt: receipt))
    }
    var learner = VariantLearner(
      .sample("learned", alias: alias, quality: 90, perUnit: 6, at: at("2021-01-01"), id: identifiers.next()))
    for _ in 0..<60 {
      let units = Double(Int.random(in: 1...40, using: &random))
      learner.learn(RequestSize(units: units), .joules(2 + 6 * units * number(0.99...1.01)))
    }
    if let learned = learner.due(at: at("2021-01-02"), id: { identifiers.next() }, meter: .measured) {
      records.append(learned)
    }
    return records
  }

  /// Requests that were reported, charged by a calibration, written with another value, by an earlier version, to a
  /// variant that nobody calibrated, cancelled and failed.
  private mutating func requests(
    of activity: ActivityID, alias: String, variants: [VariantRecord], decisions: [DecisionRecord]
  ) async throws {
    var rows: [RequestRecord] = []
    for index in 0..<40 {
      guard let variant = variants.randomElement(using: &random) else { return }
      let units = once(in: 8) ? nil : Int64.random(in: 1...50, using: &random)
      let decision = once(in: 6) ? nil : decisions.randomElement(using: &random)
      let work = RequestWork(units: units, uncachedTokensIn: 100, tokensOut: 20)
      var energy = RequestEnergy.estimate(variant, work)
      let cases = Int.random(in: 0..<6, using: &random)
      if cases == 0 { energy = .exact(.joules(3), origin: .measured, method: "reported-energy@1") }
      if cases == 1 { energy = nil }
      if cases == 2 { energy = energy?.stated(by: "request-energy@1", origin: .modelled) }
      if cases == 3 { energy = energy.map { $0 * 1.5 } }
      var row = RequestRecord(
        id: identifiers.next(.request), activity: activity, alias: alias,
        variant: once(in: 10) ? "unheard-of" : variant.name, decisionID: decision?.id,
        received: at("2026-01-01") + .seconds(Double(index)), grid: decision?.grid ?? start,
        durationMicroseconds: Int64.random(in: 1...9_000_000, using: &random),
        status: once(in: 8) ? 499 : once(in: 8) ? 503 : 200, protocolName: "openai-chat", units: units, energy: energy,
        carbon: once(in: 2) ? nil : .grams(number(1e-6...1e-2)), tokensIn: once(in: 3) ? nil : 120,
        tokensOut: once(in: 3) ? nil : 20, why: "price")
      if energy == nil || once(in: 2) { row.tokensInCached = 20 }
      if once(in: 5) { (row.energyOrigin, row.energyMethod) = (nil, nil) }
      rows.append(row)
    }
    try await store.append(rows)
  }
}
