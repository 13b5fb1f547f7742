import Grid
import Logging
import Quantities
import ServiceLifecycle
import Synchronization

/// Looks at each alias once when the server starts, off the way of requests, logs what there is to say and keeps it for
/// the API.
final class AdviceService: Service {
  private let models: [ServingModel]
  private let pue: Double
  private let past: @Sendable () async -> GridPast
  private let grids: [String: SignalKind]
  private let kind: SignalKind?
  private let logger: Logger
  private let found = Mutex<[String: AliasReview]>([:])

  /// - Parameters:
  ///   - past: the grid values at hand.
  ///   - grids: what those who know the grids of other places tell, by place.
  ///   - kind: what the values of the site's own grid count.
  init(
    models: [ServingModel], pue: Double, past: @escaping @Sendable () async -> GridPast, grids: [String: SignalKind],
    kind: SignalKind?, logger: Logger
  ) {
    self.grids = grids
    self.kind = kind
    self.models = models
    self.pue = pue
    self.past = past
    self.logger = logger
  }

  /// What was found about an alias; nothing before it was looked at.
  func review(of alias: String) -> AliasReview? { found.withLock { $0[alias] } }

  func run() async throws {
    await cancelWhenGracefulShutdown { [self] in
      let past = await past()
      for model in models where !Task.isCancelled {
        let review = AliasReview(of: model, on: past, pue: pue, grids: grids, kind: kind)
        found.withLock { $0[model.alias] = review }
        for sentence in review.sentences {
          logger.notice("review", metadata: ["alias": "\(model.alias)", "says": "\(sentence)"])
        }
      }
      // It stays, because a service that ends ends the server.
      while !Task.isCancelled { try? await Task.sleep(for: .seconds(86_400)) }
    }
  }
}
