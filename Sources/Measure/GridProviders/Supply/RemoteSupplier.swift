public import Grid
public import Quantities

/// A service on the network: asks by its codec, checks what comes, and keeps every believed value in the store.
public actor RemoteSupplier: SignalSupplier {
  public nonisolated let name: String
  public nonisolated let maximumAge: Span
  private nonisolated let codec: any SignalCodec
  private let fetcher: Fetcher
  private let store: (any SignalStore)?
  private nonisolated let clock: any GridClock
  private var token: (credential: Credential, until: Timestamp)?

  /// A service.
  ///
  /// - Parameter store: where every value goes with its issue time; nothing to keep none.
  public init(_ codec: any SignalCodec, fetcher: Fetcher, store: (any SignalStore)?, clock: any GridClock) {
    self.codec = codec
    self.fetcher = fetcher
    self.store = store
    self.clock = clock
    name = codec.name
    maximumAge = codec.maximumAge
  }

  public nonisolated func objection(to query: SignalQuery) -> ProviderError? { codec.objection(to: query) }

  public func deliver(_ query: SignalQuery, by deadline: Timestamp) async throws(ProviderError) -> Delivery {
    if let objection = codec.objection(to: query) { throw objection }
    let times = RealTime(grid: clock, real: fetcher.now)
    let answers: [CodecAnswer]
    do throws(ProviderError) {
      answers = try await self.answers(to: query, by: times.real(deadline))
    } catch { throw times.inGridTime(error) }
    let now = answers.map(\.receivedAt).max() ?? clock.now
    let delivery: Delivery
    do throws(ProviderError) {
      let signals = try codec.signals(in: answers, for: query)
      delivery = try DeliveryCheck(query: query, limits: codec.limits).delivery(of: signals, at: now)
    } catch {
      // What cannot be read must not be kept as the answer that the next request is compared with.
      for answer in answers { await fetcher.forget(answer.request) }
      throw error
    }
    await keep(delivery)
    return delivery
  }

  /// A store that fails does not take the values away from who asked: they are only not kept.
  private func keep(_ delivery: Delivery) async {
    let issues = delivery.signals.map { SignalIssue($0, fetchedAt: delivery.fetchedAt) }
    do { try await store?.append(issues) } catch { storeFailure = "\(error)" }
  }

  /// What the store said when it last failed to keep values; nothing when it did not.
  public private(set) var storeFailure: String?

  /// The answers to all requests of a query, pages included, by a deadline in real time.
  private func answers(to query: SignalQuery, by deadline: Timestamp) async throws(ProviderError) -> [CodecAnswer] {
    var answers: [CodecAnswer] = []
    for first in try codec.requests(for: query, at: clock.now) {
      var request: FetchRequest? = first
      var asked: Set<FetchRequest> = []
      while let current = request {
        // A page that leads back to itself would never end.
        guard asked.insert(current).inserted else { throw .malformed(place: "paging", problem: "it leads in a circle") }
        let answer = try await authorized(current, by: deadline)
        let received = RealTime(grid: clock, real: fetcher.now).grid(answer.receivedAt)
        let page = CodecAnswer(current, answer.response, receivedAt: received)
        answers.append(page)
        do throws(ProviderError) { request = try codec.next(after: page) } catch {
          await fetcher.forget(current)
          throw error
        }
      }
    }
    return answers
  }

  /// The answer to a request with a token, where the service wants one. A token that is refused is renewed once.
  private func authorized(_ request: FetchRequest, by deadline: Timestamp) async throws(ProviderError) -> Answer {
    guard let rule = codec.login else { return try await fetcher.answer(to: request, by: deadline) }
    let isNew = token.map { fetcher.now >= $0.until } ?? true
    if isNew { token = nil }
    do throws(ProviderError) {
      return try await send(request, rule, by: deadline)
    } catch {
      guard case .keyRefused = error, !isNew else { throw error }
      token = nil
      await fetcher.wake(request)
      return try await send(request, rule, by: deadline)
    }
  }

  private func send(
    _ request: FetchRequest, _ rule: LoginRule, by deadline: Timestamp
  ) async throws(ProviderError) -> Answer {
    let credential: Credential
    if let token {
      credential = token.credential
    } else {
      let answer = try await fetcher.answer(to: rule.request, by: deadline)
      credential = try rule.token(answer.response)
      await fetcher.forget(rule.request)
      token = (credential, answer.receivedAt + rule.lifetime)
    }
    var authorized = request
    rule.authorize(&authorized, credential)
    return try await fetcher.answer(to: authorized, by: deadline)
  }
}
