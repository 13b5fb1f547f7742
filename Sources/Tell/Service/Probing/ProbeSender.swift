import Gateway
import Ledger

/// Sends one request to the gateway and gives what came back.
public typealias ProbeSender =
  @Sendable (_ url: String, _ headers: [(name: String, value: String)], _ body: [UInt8]) async throws -> ProbeAnswer

/// What came back for a probe.
public struct ProbeAnswer: Hashable, Sendable {
  /// The status.
  public var status: Int
  /// The value of `Dimmer-Request-Id`; `nil` when there was none.
  public var requestID: String?
  /// The whole body.
  public var body: [UInt8]

  /// An answer.
  public init(status: Int, requestID: String?, body: [UInt8]) {
    self.status = status
    self.requestID = requestID
    self.body = body
  }
}

/// What the gateway charged a probe. It is known when the answer has gone, which may be a moment after it came.
struct ProbeCharges: Sendable {
  let recent: RecentRequests
  let recorder: RequestRecorder

  private static let tries = 40
  private static let pause = Duration.milliseconds(25)

  /// The row of a request; `nil` when it did not come to its end within a second.
  func request(_ id: String) async -> RequestRecord? {
    for _ in 0..<Self.tries {
      if let observation = recent.request(id) {
        return recorder.accounting.record(observation, grid: recorder.grid(of: observation))
      }
      do { try await Task.sleep(for: Self.pause) } catch { return nil }
    }
    return nil
  }
}
