import NIOCore
import NIOHTTP1
import Quantities

/// What a request asks for, and where it may go.
extension Exchange {
  /// Decides by the endpoint: prepares an answer of its own, gathers the body, or begins to pass it on.
  func open() throws(Refusal) {
    switch endpoint {
    case .completion:
      try invite()
      body = .gathered
    case .model(let name, _, let question, _):
      route = try Route(name: name, in: loop.plant.routes, wish: question == .infer ? wish : nil)
      if question == .infer {
        try invite()
        body = .passing
        units = UnitScan(limit: jsonLength ?? UnitScan.maximumBytes)
      }
      plan()
      nextAttempt()
    case .serverMetadata: ownAnswer = .success(Self.serverMetadata)
    case .live: ownAnswer = .success("{\"live\":true}")
    case .ready:
      if loop.isDraining { throw .unreachable("the gateway is shutting down") }
      ownAnswer = .success("{\"ready\":true}")
    case .modelList:
      let cards = loop.plant.routes.names.map(card).joined(separator: ",")
      ownAnswer = .success("{\"object\":\"list\",\"data\":[\(cards)]}")
    case .modelCard(let name):
      let routes = loop.plant.routes
      guard routes.entry(named: name) != nil else { throw .unknownModel(name, near: routes.names(near: name)) }
      ownAnswer = .success(card(name))
    case .wrongMethod(_, let allowed): throw .wrongMethod(head.method.rawValue, allowed: allowed)
    case .realtime: throw .realtime
    case .unknown: throw .unknownPath(head.method.rawValue, head.uri)
    }
  }

  private static let serverMetadata =
    "{\"name\":\"dimmer\",\"version\":\"1\",\"extensions\":[\"binary_tensor_data\"]}"

  private func card(_ name: String) -> String {
    let seconds = loop.plant.started.milliseconds / 1000
    return "{\"id\":\(JSONText.quoted(name)),\"object\":\"model\",\"created\":\(seconds),\"owned_by\":\"dimmer\"}"
  }

  /// With the binary extension only so many bytes are JSON; raw tensors follow.
  private var jsonLength: Int? { head.headers.first(name: "inference-header-content-length").flatMap { Int($0) } }

  /// The whole OpenAI body is here: finds the model and sets out.
  func routeGathered() {
    do throws(Refusal) {
      guard completion.isWhole else { throw .notJSON }
      switch completion.model {
      case .missing: throw .modelMissing
      case .notText: throw .modelNotText
      case .name(let name, _): route = try Route(name: name, in: loop.plant.routes, wish: wish)
      }
    } catch {
      return refuse(error)
    }
    plan()
    nextAttempt()
  }

  /// The order of tries, by what is in flight now.
  private func plan() {
    guard let route else { return }
    loop.retryBudget.requestCame()
    let backends = route.variants.map { variant in variant.slots.map { loop.pools[$0].state(at: began) } }
    attempts = AttemptPlan.order(
      chosen: route.chosen, backends: backends, limit: 1 + configuration.retries)
  }
}
