import Grid
import Ledger
import LedgerSQLite
import Quantities
import Switching
import Testing

@testable import Service

@Suite("A serve that is started again")
struct ResumeTests {
  private let day = at("2021-03-20")

  /// A loop over `store` that lives some hours from `start`, with its requests written to the ledger.
  private func serve(
    _ store: any LedgerStore, from start: Timestamp, hours: Int, seed: UInt64, floor: Double = 82,
    variant: (Int) -> String = { $0 % 2 == 0 ? "small" : "large" }
  ) async throws -> LoopBench {
    let bench = try await LoopBench(
      store: store, provider: nil, start: start, model: .sample(floor: floor), seed: seed, resumes: true)
    await bench.loop.resume()
    for hour in 0..<hours {
      await bench.loop.decide(at: bench.clock.now)
      for index in 0..<6 {
        let moment = bench.clock.now + .seconds(Double(index))
        try await store.append([
          .served(by: variant(hour + index), units: 10, at: moment, activity: bench.activity, alias: "digits")
        ])
        bench.loop.served(units: 10, by: variant(hour + index), at: moment)
      }
      bench.clock.advance(by: .hours(1))
    }
    return bench
  }

  private func nextInput(_ bench: LoopBench) async throws -> PolicyInput {
    await bench.loop.decide(at: bench.clock.now)
    let decision = try #require(try await bench.decisions().last)
    return try DecisionCoding.value(PolicyInput.self, from: decision.input)
  }

  @Test("the account of the day, the demand and the policy's memory go on as if it had never stopped")
  func goesOn() async throws {
    let folder = try TemporaryFolder()
    let store = try folder.ledger("stopped")
    _ = try await serve(store, from: day + .hours(3), hours: 4, seed: 1)
    let again = try await serve(store, from: day + .hours(7), hours: 0, seed: 2)
    let whole = try await serve(try folder.ledger("whole"), from: day + .hours(3), hours: 4, seed: 3)
    let (resumed, straight) = (try await nextInput(again), try await nextInput(whole))
    #expect(resumed.served.requests == 240)
    #expect(resumed.served == straight.served)
    #expect(resumed.expectedRequests == straight.expectedRequests)
    #expect(resumed == straight)
  }

  @Test("what was served before a new calibration goes on with the bound of its own hours")
  func recalibrated() async throws {
    let folder = try TemporaryFolder()
    let store = try folder.ledger()
    let first = try await serve(store, from: day + .hours(3), hours: 2, seed: 1) { _ in "small" }
    let renewed = VariantRecord.sample("small", quality: 50, low: 40, perUnit: 1)
    await first.loop.recalibrated([renewed], edition: 1)
    await first.loop.decide(at: first.clock.now)
    let again = try await serve(store, from: day + .hours(6), hours: 0, seed: 2)
    let input = try await nextInput(again)
    #expect(input.served == PolicyInput.Served(requests: 120, points: 120 * 60))
  }

  @Test("what yesterday fell short by is owed today, also after a night without a serve")
  func debt() async throws {
    let folder = try TemporaryFolder()
    let store = try folder.ledger()
    _ = try await serve(store, from: day + .hours(20), hours: 2, seed: 1) { _ in "small" }
    let again = try await serve(store, from: day + .hours(31), hours: 0, seed: 2)
    let input = try await nextInput(again)
    #expect(input.carriedDebt == 120 * (82 - 60))
    #expect(input.served == .init())
  }

  @Test("a ledger without decisions of the alias, or that cannot be read, lets the account begin anew")
  func nothing() async throws {
    let folder = try TemporaryFolder()
    let bench = try await serve(try folder.ledger(), from: day, hours: 0, seed: 1)
    #expect(try await nextInput(bench).served == .init())
    let account = try await ResumedAccount.read(
      of: .sample(alias: "others"), from: bench.store, at: day + .hours(5), beside: bench.activity)
    #expect(account == nil)
  }

  @Test("what the serve served itself before the account was read counts once")
  func once() async throws {
    let folder = try TemporaryFolder()
    let store = try folder.ledger()
    _ = try await serve(store, from: day, hours: 1, seed: 1)
    let bench = try await LoopBench(
      store: store, provider: nil, start: day + .hours(1), model: .sample(), seed: 2, resumes: true)
    let moment = day + .hours(1)
    try await store.append([
      .served(by: "large", units: 10, at: moment, activity: bench.activity, alias: "digits")
    ])
    bench.loop.served(units: 10, by: "large", at: moment)
    await bench.loop.resume()
    bench.clock.advance(by: .hours(1))
    #expect(try await nextInput(bench).served.requests == 70)
  }
}

extension RequestRecord {
  /// An answered request at a grid time.
  static func served(
    by variant: String, units: Int64, at moment: Timestamp, activity: ActivityID, alias: String
  ) -> RequestRecord {
    RequestRecord(
      id: IdentifierSource().next(.request), activity: activity, alias: alias, variant: variant, received: moment,
      grid: moment, durationMicroseconds: 1000, status: 200, protocolName: "kserve-infer", units: units, why: "price")
  }
}
