import Grid
import Methods
import Quantities
import Switching
import Testing

@testable import Service

@Suite("Whose forecast is planned with")
struct PlanForecastTests {
  private let now = at("2021-03-20T10:00:00Z")
  private var horizon: Range<Timestamp> { now..<at("2021-03-21") }

  private func history(days: Int = 20) throws -> IssuedSeries {
    let values = (0..<(24 * days + 1)).map { hour -> Double? in 300 - 100 * Double((hour + 10) % 24 < 8 ? 1 : 0) }
    return try hourly(values, from: now - .hours(Double(24 * days))).asIssued(by: now)
  }

  private func provided(hours: Int = 14, kind: SignalKind = .averageLifecycle) throws -> Series {
    let slots = (0..<hours).map { index -> Slot in
      let start = now + .hours(Double(index))
      return Slot(start..<(start + .hours(1)), value: 500 + Double(index), issuedAt: now - .hours(1), isEstimated: true)
    }
    return try Series(region: Region("DE"), kind: kind, provider: "somebody", source: .init("a test"), slots: slots)
  }

  private func plan(
    _ source: ForecastSource, _ history: IssuedSeries, provided: Series? = nil
  ) -> PlanForecast.Outcome {
    var forecast = PlanForecast(source: source)
    return forecast.plan(from: history, provided: provided, over: horizon, step: .hours(1))
  }

  @Test("a provider's own forecast is taken as issued, with the provider's name and its issue")
  func provider() throws {
    let outcome = plan(.provider, try history(), provided: try provided())
    #expect(outcome.values.map(\.gramsPerKilowattHour) == (0..<14).map { 500 + Double($0) })
    #expect(outcome.note == ForecastNote(method: "somebody", issued: now - .hours(1)))
  }

  @Test("where the provider's forecast ends the ensemble goes on")
  func short() throws {
    let outcome = plan(.provider, try history(), provided: try provided(hours: 4))
    #expect(outcome.values.count == 14)
    #expect(outcome.values[3] == .gramsPerKilowattHour(503) && outcome.values[4].gramsPerKilowattHour < 400)
  }

  @Test("without a provider's forecast, or with one of another kind, the ensemble stands in and it is said")
  func instead() throws {
    for (given, words) in [
      (nil, "the provider has no forecast"),
      (try provided(kind: .marginal), "the provider's forecast does not reach so far"),
    ] as [(Series?, String)] {
      let outcome = plan(.provider, try history(), provided: given)
      #expect(outcome.note?.method == "ensemble-forecast@1" && outcome.note?.instead == words)
      #expect(outcome.note?.issued == now)
    }
  }

  @Test("the ensemble and persistence each say who they are; wanted, they stand in for nobody")
  func methods() throws {
    for (source, method) in [
      (ForecastSource.ensemble, "ensemble-forecast@1"), (.persistence, "persistence-forecast@1"),
    ] {
      let note = try #require(plan(source, try history()).note)
      #expect(note.method.hasPrefix(method.prefix { $0 != "@" }) && note.instead == nil)
    }
  }

  @Test("an ensemble kept over the hours says what a fresh one does: nothing but what was issued is in it")
  func kept() throws {
    let all = try history()
    var kept = PlanForecast(source: .ensemble)
    for hour in (0..<5).reversed() {
      let moment = now - .hours(Double(hour))
      let seen = all.asIssued(by: moment)
      let outcome = kept.plan(from: seen, provided: nil, over: moment..<at("2021-03-21"), step: .hours(1))
      var fresh = PlanForecast(source: .ensemble)
      let again = fresh.plan(from: seen, provided: nil, over: moment..<at("2021-03-21"), step: .hours(1))
      #expect(outcome.values.count == again.values.count)
      for (left, right) in zip(outcome.values, again.values) {
        #expect(abs(left.gramsPerKilowattHour - right.gramsPerKilowattHour) < 1e-6)
      }
    }
  }

  @Test("before a whole day was seen nothing is owed to a forecast: there is none, as there was none before")
  func firstDay() throws {
    let values = (0..<13).map { 200 + 10 * Double($0) }
    let morning = try hourly(values, from: now - .hours(12)).asIssued(by: now)
    #expect(plan(.ensemble, morning).values.count <= 1)
    let whole = try hourly((0..<26).map { 200 + 10 * Double($0) }, from: now - .hours(25)).asIssued(by: now)
    let outcome = plan(.ensemble, whole)
    #expect(outcome.values.count == 14 && outcome.note?.method == "ensemble-forecast@1")
  }

  @Test("nothing known, nothing forecast, and nobody named")
  func nothing() throws {
    let empty = try hourly([], from: now).asIssued(by: now)
    let outcome = plan(.ensemble, empty)
    #expect(outcome.values.isEmpty && outcome.note == nil)
  }
}
