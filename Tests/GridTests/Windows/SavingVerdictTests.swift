import Foundation
import Grid
import Methods
import Quantities
import Testing

@Suite("The verdict on waiting") struct SavingVerdictTests {
  static let start = at("2021-03-01")

  /// A plan on a forecast of four hours with the same half interval everywhere.
  func plan(_ values: [Double], half: Double?, estimated: Bool = true, hours: Double = 1) throws -> WindowPlan {
    let slots = values.enumerated().map { index, value in
      Slot(
        hour(Self.start + .hours(Double(index))), value: value, low: half.map { value - $0 },
        high: half.map { value + $0 }, issuedAt: Self.start, isEstimated: estimated)
    }
    let series = try Series(
      region: Region("DE"), kind: .averageLifecycle, provider: "test", source: Source("test"), slots: slots)
    return try WindowIndex(series.asIssued(by: Self.start)).plan(
      WindowQuery(from: Self.start, within: .hours(Double(values.count)), duration: .hours(hours)))
  }

  @Test("is to wait when the saving is beyond two standard errors, with its interval")
  func wait() throws {
    // Half intervals of 19.6 are standard errors of 10; of a difference of two, 14.14.
    let verdict = SavingVerdict(on: try plan([200, 150, 180, 190], half: 19.6))
    #expect(verdict.advice == .wait)
    #expect(isClose(verdict.standardError, 200.0.squareRoot()))
    #expect(isClose(verdict.savedPercent, 25))
    #expect(isClose(verdict.lowPercent, 25 - 1.96 * 200.0.squareRoot() / 2))
    #expect(isClose(verdict.highPercent, 25 + 1.96 * 200.0.squareRoot() / 2))
    #expect(verdict.reason.hasPrefix("wait until 2021-03-01T01:00:00Z: expected to save 25 %"))
  }

  @Test("is to start now when it is not: the same saving under twice the error")
  func startNow() throws {
    let verdict = SavingVerdict(on: try plan([200, 150, 180, 190], half: 39.2))
    #expect(verdict.advice == .startNow)
    #expect(verdict.reason.hasPrefix("no benefit here, start now"))
    #expect(isClose(verdict.savedPercent, 25))
    // The border itself: 2 standard errors are enough.
    #expect(SavingVerdict.isWorthWaiting(saved: 20, standardError: 10))
    #expect(!SavingVerdict.isWorthWaiting(saved: 19.99, standardError: 10))
    #expect(!SavingVerdict.isWorthWaiting(saved: 0, standardError: 0))
  }

  @Test("knows nothing better than now when now is best")
  func nowIsBest() throws {
    let verdict = SavingVerdict(on: try plan([100, 150, 180], half: 10))
    #expect(verdict.advice == .startNow && verdict.saved == 0)
    #expect(verdict.reason == "start now: no later start in this window is better")
  }

  @Test("cancels the time that both runs share: an hour's shift of a long job rests on two hours, not on all")
  func sharedTime() throws {
    let long = try plan([200, 100, 100, 100, 150], half: 19.6, hours: 4)
    #expect(long.start == Self.start + .hours(1))
    // One hour of each differs, of four: a quarter of the error of a single hour's difference.
    #expect(isClose(SavingVerdict(on: long).standardError, 200.0.squareRoot() / 4))
  }

  @Test("reads intervals of another level")
  func levels() throws {
    let eighty = SavingVerdict(on: try plan([200, 150], half: 12.816), error: .intervals(deviations: 1.2816))
    #expect(isClose(eighty.standardError, 200.0.squareRoot()))
  }

  @Test("rests on how past plans turned out, promising too much included")
  func residuals() throws {
    let promised = try plan([200, 150], half: nil)
    #expect(SavingVerdict(on: promised, error: .residuals([10, -10, 10, -10, 10])).advice == .wait)
    #expect(SavingVerdict(on: promised, error: .residuals([-30, -30, -30, -30, -30])).advice == .startNow)
    #expect(
      isClose(SavingVerdict(on: promised, error: .residuals([3, 4, 3, 4, 3, 4])).standardError, 12.5.squareRoot()))
    // Too few tell nothing.
    #expect(SavingVerdict(on: promised, error: .residuals([1, 1])).advice == .unproven)
  }

  @Test("is unproven when nobody knows the forecast's error, and certain of observations")
  func unknownError() throws {
    let unproven = SavingVerdict(on: try plan([200, 150], half: nil))
    #expect(unproven.advice == .unproven && unproven.standardError == nil && unproven.lowPercent == nil)
    #expect(unproven.reason.contains("is not known"))
    let observed = SavingVerdict(on: try plan([200, 199], half: nil, estimated: false))
    #expect(observed.advice == .wait && observed.standardError == 0)
  }

  @Test("claims no saving when what now meets is not known")
  func unknownNow() throws {
    let index = WindowIndex(hindsight: try hourly([nil, 100, 50], from: Self.start))
    let plan = try index.plan(WindowQuery(from: Self.start, within: .hours(3), duration: .hours(1)))
    let verdict = SavingVerdict(on: plan)
    #expect(verdict.advice == .startNow && verdict.saved == nil && verdict.savedPercent == nil)
  }
}
