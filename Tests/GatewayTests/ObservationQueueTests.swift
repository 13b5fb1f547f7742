import Quantities
import Testing

@testable import Gateway

@Suite("The observation queue")
struct ObservationQueueTests {
  static func observation(_ id: Int) -> RequestObservation {
    RequestObservation(
      id: "req_\(id)", alias: "chat", variant: "small", decisionID: nil, requestProtocol: .chat, isStreamed: false,
      received: Timestamp(milliseconds: 0), duration: .seconds(1), timeToFirstByte: nil, status: 200, units: 1,
      tokens: nil, requestBytes: 0, responseBytes: 0, why: .price, attempts: 1, failedVariants: [], isCancelled: false,
      failure: nil)
  }

  @Test("gives what it took, in order, and ends when it is finished")
  func order() async {
    let queue = ObservationQueue(capacity: 10)
    for id in 0..<3 { #expect(queue.offer(Self.observation(id))) }
    queue.finish()
    var seen: [String] = []
    for await batch in queue.batches { seen += batch.map(\.id) }
    #expect(seen == ["req_0", "req_1", "req_2"])
    #expect(await queue.nextBatch() == nil)
  }

  @Test("drops and counts what is too much, and what comes after the end")
  func drops() {
    let queue = ObservationQueue(capacity: 2)
    #expect((0..<5).map { queue.offer(Self.observation($0)) } == [true, true, false, false, false])
    queue.finish()
    #expect(!queue.offer(Self.observation(9)))
    #expect(queue.accepted == 2)
    #expect(queue.dropped == 4)
    #expect(queue.count == 2)
  }

  @Test("wakes a consumer that waits")
  func wakes() async {
    let queue = ObservationQueue()
    async let batch = queue.nextBatch()
    queue.offer(Self.observation(1))
    #expect(await batch?.map(\.id) == ["req_1"])
  }

  @Test("lets a consumer go that is cancelled, at whatever moment")
  func cancelled() async {
    for _ in 0..<200 {
      let queue = ObservationQueue()
      await withTaskGroup(of: [RequestObservation]?.self) { tasks in
        tasks.addTask { await queue.nextBatch() }
        tasks.cancelAll()
        for await batch in tasks { #expect(batch == nil) }
      }
    }
  }

  @Test("loses nothing and doubles nothing between many producers and one consumer")
  func concurrent() async {
    let queue = ObservationQueue(capacity: 100_000)
    let seen = await withTaskGroup(of: [String].self) { tasks in
      tasks.addTask {
        var seen: [String] = []
        for await batch in queue.batches { seen += batch.map(\.id) }
        return seen
      }
      await withTaskGroup(of: Void.self) { producers in
        for producer in 0..<4 {
          producers.addTask { for id in 0..<500 { queue.offer(Self.observation(producer * 500 + id)) } }
        }
      }
      queue.finish()
      return await tasks.next() ?? []
    }
    #expect(seen.count == 2000)
    #expect(Set(seen).count == 2000)
    #expect(queue.dropped == 0)
  }
}
