public import Grid
import Quantities

/// Sends requests by a policy: the one place that waits. It is shared by all providers, so that the ones that ask one
/// host share its budget.
public actor Fetcher {
  private let transport: any HTTPFetching
  private nonisolated let clock: any GridClock
  private var machine: FetchMachine
  private var generator: AnyGenerator

  /// A fetcher.
  ///
  /// - Parameters:
  ///   - clock: real time: servers, their `Retry-After` and their patience know no replay.
  ///   - generator: where the chance in the waits comes from; hand in a seeded one to repeat a run.
  public init(
    _ transport: any HTTPFetching, clock: any GridClock, policy: FetchPolicy = FetchPolicy(),
    generator: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()
  ) {
    self.transport = transport
    self.clock = clock
    self.generator = AnyGenerator(generator)
    machine = FetchMachine(policy)
  }

  /// Real time now, by the clock that this fetcher waits on. A replay's grid clock shows another time.
  nonisolated var now: Timestamp { clock.now }

  /// The answer to a request, by the deadline on the fetcher's own clock.
  func answer(to request: FetchRequest, by deadline: Timestamp) async throws(ProviderError) -> Answer {
    var exchange = Exchange(request, deadline: deadline)
    var step = machine.begin(&exchange, at: clock.now)
    while true {
      switch step {
      case .finish(let answer): return answer
      case .fail(let error): throw error
      case .wait(let moment):
        do { try await clock.wait(until: moment) } catch { throw .cancelled }
        step = machine.begin(&exchange, at: clock.now)
      case .send(let request, let limits):
        let outcome: Result<FetchResponse, FetchFailure>
        do throws(FetchFailure) {
          outcome = .success(try await transport.fetch(request, limits: limits))
        } catch {
          outcome = .failure(error)
        }
        step = machine.received(outcome, for: &exchange, at: clock.now, using: &generator)
      }
    }
  }

  /// Takes back what was kept for a request whose answer turned out to be no good.
  func forget(_ request: FetchRequest) { machine.forget(request) }

  /// Ends a rest that a refused token caused, because a new token is on its way.
  func wake(_ request: FetchRequest) { machine.wake(request) }
}

/// A generator whose type is not known here.
private struct AnyGenerator: RandomNumberGenerator, Sendable {
  private var base: any RandomNumberGenerator & Sendable
  init(_ base: any RandomNumberGenerator & Sendable) { self.base = base }
  mutating func next() -> UInt64 { base.next() }
}
