import NIOCore
import NIOHTTP1
import Quantities

/// What a request asks for, and where it may go.
extension Exchange {
  /// Decides by the endpoint: prepares an answer of its own, gathers the body, or begins to pass it on.
  func open() throws(Refusal) {
    switch endpoint {
    case .completion(let spoken): try gather(form: !spoken.isOllama)
    case .show, .batchCreation: try gather(form: false)
    case .stored(let id):
      try relay(to: { main in Relay(owner: stored.owner(of: id), default: main, count: loop.pools.count) })
    case .collection, .backendState: try relay(to: { main in Relay(to: main) })
    case .elsewhere:
      guard configuration.unknownPaths == .forwarded else { throw .unknownPath(head.method.rawValue, head.uri) }
      try relay(to: { main in Relay(to: main) })
    case .tags:
      let tags = loop.plant.routes.names.map(tag).joined(separator: ",")
      ownAnswer = .success("{\"models\":[\(tags)]}")
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

  private var stored: StoredObjects { loop.plant.stored }

  private func gather(form: Bool) throws(Refusal) {
    let type = head.headers.first(name: "content-type")
    if form, HeaderRules.isMediaType(type, "multipart/form-data") {
      guard let boundary = FormScan.boundary(ofContentType: type) else { throw .formMalformed }
      formBoundary = boundary
    }
    try invite()
    body = .gathered
  }

  /// Sends what is about no model of ours on as it comes.
  private func relay(to choice: (Int) -> Relay) throws(Refusal) {
    guard let main = loop.plant.defaultSlot else { throw .unreachable("none is configured") }
    let length = head.headers.first(name: "content-length").flatMap { Int($0) } ?? 0
    if length > 0 || head.headers.contains(name: "transfer-encoding") {
      try invite()
      body = .passing
    }
    relay = choice(main)
    nextAttempt()
  }

  private static let serverMetadata =
    "{\"name\":\"dimmer\",\"version\":\"1\",\"extensions\":[\"binary_tensor_data\"]}"

  private func card(_ name: String) -> String {
    let seconds = loop.plant.started.milliseconds / 1000
    return "{\"id\":\(JSONText.quoted(name)),\"object\":\"model\",\"created\":\(seconds),\"owned_by\":\"dimmer\"}"
  }

  /// What Ollama says of a model, as far as it is known here: sizes and digests are the backends' own.
  private func tag(_ name: String) -> String {
    let (name, since) = (JSONText.quoted(name), JSONText.quoted(loop.plant.started.description))
    return "{\"name\":\(name),\"model\":\(name),\"modified_at\":\(since),\"details\":{}}"
  }

  /// With the binary extension only so many bytes are JSON; raw tensors follow.
  private var jsonLength: Int? { head.headers.first(name: "inference-header-content-length").flatMap { Int($0) } }

  /// The whole body is here: finds the model and sets out.
  func routeGathered() {
    do throws(Refusal) {
      if let name = try askedModel() {
        route = try Route(name: name, in: loop.plant.routes, wish: endpoint == .show ? nil : wish)
        plan()
        if endpoint == .completion(.image), let count = completion.answerCount { units = UnitScan(known: count) }
      } else {
        // No model is named, and none need be: the default backend has a model of its own for it.
        guard let main = loop.plant.defaultSlot else { throw .unreachable("none is configured") }
        relay = Relay(to: completion.buildsOn.flatMap { stored.owner(of: $0) } ?? main)
      }
    } catch {
      return refuse(error)
    }
    nextAttempt()
  }

  /// The model that the body names; nil when it names none and need not.
  private func askedModel() throws(Refusal) -> String? {
    if let formBoundary {
      let scan = kept.withUnsafeReadableBytes { FormScan($0, boundary: formBoundary) }
      form = scan
      guard scan.isWhole else { throw .formMalformed }
      if let model = scan.model { return model.name }
      guard mayOmitModel else { throw .modelMissing }
      return nil
    }
    guard completion.isWhole else { throw .notJSON }
    switch completion.model {
    case .missing:
      guard mayOmitModel else { throw .modelMissing }
      return nil
    case .notText: throw .modelNotText
    case .name(let name, _): return known(name)
    }
  }

  private var mayOmitModel: Bool {
    switch endpoint {
    case .completion(let spoken): spoken.mayOmitModel
    case .batchCreation: true
    default: false
    }
  }

  /// Ollama's clients write `name:latest` for a name without a tag.
  private func known(_ name: String) -> String {
    guard endpoint.family == .ollama, name.hasSuffix(":latest"), loop.plant.routes.entry(named: name) == nil else {
      return name
    }
    return String(name.dropLast(":latest".count))
  }

  /// Whether an answer will be a stream.
  var asksForStream: Bool {
    guard case .completion(let spoken) = endpoint else { return false }
    return form?.isStreamed ?? completion.stream ?? spoken.streamsUnasked
  }

  /// The order of tries, by what is in flight now.
  private func plan() {
    guard let route else { return }
    loop.retryBudget.requestCame()
    let backends = route.variants.map { variant in variant.slots.map { loop.pools[$0].state(at: began) } }
    attempts = AttemptPlan.order(
      chosen: route.chosen, backends: backends, limit: 1 + configuration.retries)
    stayWithOwner(route, backends)
  }

  /// A request that builds on a stored response goes to the backend that keeps it: no other knows the conversation.
  private func stayWithOwner(_ route: Route, _ backends: [[BackendState]]) {
    guard let owner = completion.buildsOn.flatMap({ stored.owner(of: $0) }) else { return }
    let all = AttemptPlan.order(chosen: route.chosen, backends: backends, limit: .max)
    let there = all.filter { route.variants[$0.variant].slots[$0.backend] == owner }
    if let first = there.first { attempts = [first] }
  }
}
