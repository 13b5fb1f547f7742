import Grid
import HTTPTypes
import Ledger
import Methods
import Quantities
import Reporting
import Switching
import Testing

@testable import Service

/// ``TinyExample`` with the decisions that its hours were served under, so that the record alone tells everything.
struct DecidedExample {
  let tiny: TinyExample
  /// When the first decision was made, by the wall clock.
  let made = at("2026-01-01")

  init(variants: [VariantRecord]? = nil) async throws {
    tiny = try await TinyExample()
    for hour in 0..<3 { try await decide(tiny.start + .hours(Double(hour))) }
  }

  func decide(_ moment: Timestamp, ladder: Ladder? = nil) async throws {
    let input = PolicyInput(
      now: moment, periodStart: moment.startOfDay, periodEnd: moment.startOfDay + .hours(24), signal: nil, forecast: [],
      expectedRequests: [], ladder: ladder ?? tiny.model.ladder, floor: 70, pue: 1, requestNoun: "images")
    let (after, decision) = tiny.model.policy.decide(input, state: PolicyState())
    let outcome = DecisionOutcome(before: PolicyState(), decision: decision, after: after)
    let record = DecisionRecord(
      id: IdentifierSource().next(), activity: tiny.activity, alias: "digits", grid: moment, made: made,
      policy: decision.policy, mode: decision.mode.rawValue, chosen: decision.main,
      shares: Dictionary(uniqueKeysWithValues: decision.shares.map { ($0.variant, $0.share) }),
      reason: decision.reason, input: try DecisionCoding.text(input), state: try DecisionCoding.text(outcome))
    try await tiny.store.commit(LedgerEntry(decisions: [record]))
  }

  /// An evaluation of an alias's variants, with energy within a tenth.
  func evaluate(of alias: String, joules: Double?, grams: Double?, hour: Double) async throws {
    var round = Activity(
      id: IdentifierSource().next(.calibration), parent: tiny.activity, name: ProbeRound.name(of: alias),
      status: .done, started: made)
    round.gridStarted = tiny.start + .hours(hour)
    let energy = joules.map { Energy.joules($0) }
    let figures = [
      energy.map { energy in
        FigureRecord(
          round.id, .energy,
          Figure(
            "energy of probes",
            Estimate(
              energy, relative: -0.1...0.1, origin: .modelled, method: ProbeTotal.id, source: "\(round.id)")))
      },
      grams.map {
        FigureRecord(
          round.id, .carbon,
          Figure("carbon of probes", .exact(Carbon.grams($0), origin: .modelled, method: ProbeTotal.id)))
      },
    ].compactMap(\.self)
    try await tiny.store.commit(LedgerEntry(activity: round, figures: figures))
  }

  /// A request whose caller left after `joules`.
  func cancel(after joules: Double, hour: Double, hedged: Double? = nil) async throws {
    var request = RequestRecord(
      id: IdentifierSource().next(.request), activity: tiny.activity, alias: "digits", variant: "small", received: made,
      grid: tiny.start + .hours(hour), durationMicroseconds: 1, status: 499, protocolName: "kserve-infer", units: nil,
      energy: Estimate.exact(Energy.joules(joules), origin: .modelled, method: RequestEnergy.id), why: "price")
    request.hedgedMicrojoules = hedged.map { Microjoules(Int64($0 * 1e6)) }
    try await tiny.store.append([request])
  }
}

@Suite("Savings statements of what was served")
struct SavingsReaderTests {
  private func near(_ value: Double?, _ expected: Double) -> Bool { value.map { abs($0 - expected) < 1e-9 } ?? false }

  @Test("from the record alone the terms are what they are by hand, and none is left over")
  func terms() async throws {
    let example = try await DecidedExample()
    let accounts = try await SavingsReader(store: example.tiny.store).newest()
    let account = try #require(accounts.first)
    #expect(accounts.count == 1 && account.statement.name == "digits" && account.statement.floor == 70)
    let terms = account.statement.ledger.total
    #expect(near(terms.alwaysBest.grams, 0.028) && near(terms.emitted.grams, 0.010))
    #expect(near(terms.sizing.grams, 0.014) && near(terms.timing.grams, 0.004) && near(terms.directive.grams, 0))
    #expect(near(terms.orphans?.grams, 0) && near(terms.hedging?.grams, 0), "watched, and none")
    #expect(near(account.statement.recorded?.grams, 0.010))
    #expect(account.statement.id == example.tiny.activity.description)
    #expect(account.statement.spread == nil, "the calibrations have no interval")
    let sentence = account.statement.sentence(account.statement.ledger.periods[0])
    #expect(sentence.hasPrefix("2021-03-20 so far: 10 mg emitted and 18 mg saved"), "\(sentence)")
    #expect(sentence.contains("the floor of 70 was met with 70 points"))
  }

  @Test("what a brevity directive saves is a term of its own, split from the same whole")
  func directives() async throws {
    let example = try await DecidedExample()
    var brief = VariantRecord.sample("small", quality: 60, perUnit: 2, at: at("2021-02-01"))
    brief.directiveOf = "large"
    try await example.tiny.store.commit(LedgerEntry(variants: [brief]))
    let terms = try #require(try await SavingsReader(store: example.tiny.store).newest().first).statement.ledger.total
    #expect(near(terms.sizing.grams, 0) && near(terms.directive.grams, 0.014) && near(terms.timing.grams, 0.004))
  }

  @Test("callers who left spared the rest of a mean request, second tries that lost cost theirs, at their hour's grid")
  func beside() async throws {
    let example = try await DecidedExample()
    // Hour 1 at 720 g/kWh: requests of two units on the small variant use 4 J.
    try await example.cancel(after: 1, hour: 1, hedged: 2)
    let terms = try #require(try await SavingsReader(store: example.tiny.store).newest().first).statement.ledger.total
    #expect(near(terms.orphans?.grams, 3 * 720 / 3.6e6))
    #expect(near(terms.hedging?.grams, -2 * 720 / 3.6e6))
  }

  @Test("what cancelled requests spared is unknown where no other request shows it, and is said to be")
  func unknownOrphans() async throws {
    let example = try await DecidedExample()
    var request = RequestRecord(
      id: IdentifierSource().next(.request), activity: example.tiny.activity, alias: "digits", variant: "small",
      received: example.made, grid: example.tiny.start, durationMicroseconds: 1, status: 499,
      protocolName: "kserve-infer", units: nil, why: "price")
    request.isCancelled = true
    try await example.tiny.store.append([request])
    let statement = try #require(try await SavingsReader(store: example.tiny.store).newest().first).statement
    #expect(statement.uncounted == 1)
    #expect(statement.unwatched?.contains("1 cancelled requests of unknown energy") == true)
  }

  @Test("a floor that was kept on what was known stays met when a variant is found to be worse later")
  func credited() async throws {
    let example = try await DecidedExample()
    let worse = try Ladder([
      Variant("small", quality: 40, qualityLow: 30, energy: .joules(2)),
      Variant("large", quality: 90, energy: .joules(8)),
    ])
    try await example.decide(example.tiny.start + .hours(3), ladder: worse)
    let statement = try #require(try await SavingsReader(store: example.tiny.store).newest().first).statement
    let day = try #require(statement.ledger.periods.first)
    #expect(near(day.quality, 70) && day.isFloorMet)
    #expect(statement.sentence(day).contains("the floor of 70 was met with 70 points"))
    // What is served from then on counts by what is known then.
    try await example.tiny.store.append([
      .served(
        by: "small", units: 30, at: example.tiny.start + .hours(3.5), activity: example.tiny.activity, alias: "digits")
    ])
    let after = try #require(try await SavingsReader(store: example.tiny.store).newest().first).statement
    let missed = try #require(after.ledger.periods.first)
    #expect(near(missed.quality, 55) && !missed.isFloorMet, "30 units of 70 and 30 of 40")
  }

  @Test("what probes cost is a line of its own and changes no term; what nobody charged makes it unknown")
  func probes() async throws {
    let example = try await DecidedExample()
    let reader = SavingsReader(store: example.tiny.store)
    let before = try #require(try await reader.newest().first).statement
    #expect(before.probes?.evaluations == 0 && before.probes?.energy?.value == .zero, "known to be none")
    #expect(!before.text(style: .plain).contains("Probes:"))
    try await example.evaluate(of: "digits", joules: 30, grams: 0.003, hour: 1)
    try await example.evaluate(of: "digits", joules: 10, grams: 0.001, hour: 2)
    try await example.evaluate(of: "others", joules: 500, grams: 1, hour: 2)
    try await example.evaluate(of: "digits", joules: 500, grams: 1, hour: 40)
    let after = try #require(try await reader.newest().first).statement
    let spent = try #require(after.probes)
    #expect(spent.evaluations == 2 && near(spent.energy?.value.joules, 40) && near(spent.carbon?.value.grams, 0.004))
    #expect(near(spent.energy?.low.joules, 36) && near(spent.energy?.high.joules, 44))
    #expect(after.ledger == before.ledger)
    let text = after.text(style: .plain)
    #expect(text.contains("Probes: 2 evaluations of the variants' quality took 40 J and emitted 4 mg"), "\(text)")
    #expect(after.json["probes"]?["joules"]?["value"] == .number(40))
    #expect(after.json["probes"]?["joules"]?["method"] == .string("probe-total@1"))
    #expect(after.html().contains("Probes: 2 evaluations"))
    try await example.evaluate(of: "digits", joules: nil, grams: nil, hour: 2)
    let unknown = try #require(try await reader.newest().first).statement
    #expect(unknown.probes?.energy == nil && unknown.probes?.evaluations == 3)
    #expect(unknown.json["probes"]?["carbon_grams"]?["value"] == .null)
    #expect(unknown.text(style: .plain).contains("took an unknown energy"))
  }

  @Test("a day is cut out; a day in which nothing was decided has no statement")
  func day() async throws {
    let example = try await DecidedExample()
    let reader = SavingsReader(store: example.tiny.store)
    #expect(try await reader.newest(in: at("2021-03-20T15:00Z").day).count == 1)
    #expect(try await reader.newest(in: at("2021-03-19").day).isEmpty)
    #expect(try await reader.accounts(of: example.tiny.activity, in: at("2021-03-20").day).count == 1)
    let whole = try await reader.newest()[0].review.hours.map(\.key.hour)
    let last = try #require(whole.max())
    // A moment in the last hour begins it; one at its start leaves it out.
    let kept = try await reader.newest(in: whole[0]..<last)[0].review.hours.map(\.key.hour)
    #expect(kept == whole.filter { $0 < last })
    #expect(try await reader.newest(in: whole[0]..<(last + .seconds(60)))[0].review.hours.count == whole.count)
  }

  @Test("an empty record has no statement")
  func empty() async throws {
    let folder = try TemporaryFolder()
    #expect(try await SavingsReader(store: try folder.ledger()).newest().isEmpty)
  }

  @Test("the API tells the same, every figure with its interval, origin and method; a wrong day is refused")
  func api() async throws {
    let example = try await DecidedExample()
    let control = ControlBench(example.tiny.store, serving: example.tiny.activity, now: example.tiny.start + .hours(3))
    let answer = try await control.get("/api/v1/savings")
    #expect(answer.status == .ok)
    for part in [
      "\"sizing_grams\"", "\"savings-split@2\"", "\"is_floor_met\": true", "\"id\": \"\(example.tiny.activity)\"",
    ] {
      #expect(answer.body.contains(part), "\(part)")
    }
    #expect(try await control.get("/api/v1/savings?day=2021-03-19").body.contains("\"aliases\": []"))
    #expect(try await control.get("/api/v1/savings?day=yesterday").status == .badRequest)
  }

  @Test("the first page shows the same pictures and terms as a replay's page")
  func page() async throws {
    let example = try await DecidedExample()
    let control = ControlBench(example.tiny.store, serving: example.tiny.activity, now: example.tiny.start + .hours(3))
    let page = try await control.get("/").body
    #expect(markupProblem(page) == nil)
    for part in ["What it came to", "Carbon so far", "Quality by day", "18 mg saved", "Savings by day, digits"] {
      #expect(page.contains(part), "\(part)")
    }
  }

  @Test("a server that was started again in the same region goes on with the day; a replay stands for itself")
  func startedAgain() async throws {
    let example = try await DecidedExample()
    let again = try await DecidedExample()
    var later = Activity(id: IdentifierSource().next(.serve), name: "digits", started: at("2026-01-02"))
    later.region = "DE"
    try await example.tiny.store.commit(LedgerEntry(activity: later))
    #expect(again.tiny.activity != example.tiny.activity)
    // The newest activity has decided nothing yet: the one before is told.
    let told = try #require(try await SavingsReader(store: example.tiny.store).newest().first)
    #expect(told.statement.id == example.tiny.activity.description)
    let earlier = try #require(
      try await example.tiny.store.decisions(
        DecisionQuery(activity: example.tiny.activity, newestFirst: true, limit: 1)
      )
      .first)
    var next = earlier
    next.id = IdentifierSource().next()
    next.activity = later.id
    next.grid = example.tiny.start + .hours(3)
    try await example.tiny.store.commit(LedgerEntry(decisions: [next]))
    let both = try #require(try await SavingsReader(store: example.tiny.store).newest().first)
    #expect(both.statement.id == later.id.description)
    #expect(near(both.statement.ledger.total.emitted.grams, 0.010), "the first server's hours are in it")
  }
}
