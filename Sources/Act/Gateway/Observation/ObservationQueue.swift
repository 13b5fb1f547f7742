import Synchronization

/// Takes observations from the data plane and keeps them until somebody drains it. Never waits: when full, it counts
/// and drops.
///
/// There is one consumer. It iterates ``batches`` until ``finish()``; what was taken before is still delivered.
public final class ObservationQueue: Sendable {
  private typealias Consumer = CheckedContinuation<[RequestObservation]?, Never>

  private struct State {
    var waiting: [RequestObservation] = []
    var accepted = 0
    var dropped = 0
    var isFinished = false
    var consumer: Consumer?
  }

  /// The most observations kept.
  public let capacity: Int
  private let state = Mutex(State())

  /// A queue of so many observations.
  public init(capacity: Int = 16_384) { self.capacity = max(1, capacity) }

  /// Observations taken since the start.
  public var accepted: Int { state.withLock { $0.accepted } }
  /// Observations dropped since the start because the queue was full or finished.
  public var dropped: Int { state.withLock { $0.dropped } }
  /// Observations waiting now.
  public var count: Int { state.withLock { $0.waiting.count } }

  /// Takes an observation; false when it was dropped. Safe on an event loop.
  @discardableResult
  public func offer(_ observation: RequestObservation) -> Bool {
    let (isTaken, consumer) = state.withLock { state -> (Bool, Consumer?) in
      guard !state.isFinished, state.waiting.count < capacity else {
        state.dropped += 1
        return (false, nil)
      }
      state.accepted += 1
      guard let consumer = state.consumer else {
        state.waiting.append(observation)
        return (true, nil)
      }
      // A consumer waits only while nothing else does, so it gets this one directly.
      state.consumer = nil
      return (true, consumer)
    }
    consumer?.resume(returning: [observation])
    return isTaken
  }

  /// Ends the sequence of batches once what is waiting has been delivered; later offers are dropped.
  public func finish() {
    let consumer = state.withLock { state in
      state.isFinished = true
      defer { state.consumer = nil }
      return state.consumer
    }
    consumer?.resume(returning: nil)
  }

  /// All that is waiting, as soon as there is something; nil at the end, or when the task is cancelled.
  public func nextBatch() async -> [RequestObservation]? {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let answer = state.withLock { state -> [RequestObservation]?? in
          if !state.waiting.isEmpty {
            // Swapped out whole: the event loop never waits for a copy.
            var batch: [RequestObservation] = []
            swap(&batch, &state.waiting)
            return .some(batch)
          }
          // Asked under the lock, so that a cancellation is seen either here or by the handler below.
          if state.isFinished || Task.isCancelled || state.consumer != nil { return .some(nil) }
          state.consumer = continuation
          return nil
        }
        if let answer { continuation.resume(returning: answer) }
      }
    } onCancel: {
      let consumer = state.withLock { state in
        defer { state.consumer = nil }
        return state.consumer
      }
      consumer?.resume(returning: nil)
    }
  }

  /// The observations in batches, until the queue is finished or the task is cancelled.
  public var batches: Batches { Batches(queue: self) }

  /// An asynchronous sequence of batches.
  public struct Batches: AsyncSequence, Sendable {
    fileprivate let queue: ObservationQueue
    /// An iterator over the queue's batches.
    public func makeAsyncIterator() -> Iterator { Iterator(queue: queue) }

    /// Waits for batches.
    public struct Iterator: AsyncIteratorProtocol {
      fileprivate let queue: ObservationQueue
      /// The next batch; nil at the end.
      public mutating func next() async -> [RequestObservation]? { await queue.nextBatch() }
    }
  }
}
