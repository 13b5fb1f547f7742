import NIOHTTP1

/// What a request line asks for.
enum Endpoint: Equatable {
  /// The families of errors and answers.
  enum Family { case kserve, openAI, ollama }
  enum ModelQuestion: String { case metadata = "", ready = "/ready", infer = "/infer" }

  /// `GET /v2`
  case serverMetadata
  /// `GET /v2/health/live`
  case live
  /// `GET /v2/health/ready`
  case ready
  /// `/v2/models/{name}[/versions/{version}]` and what follows; `query` begins with `?` or is empty.
  case model(name: String, version: String?, question: ModelQuestion, query: String)
  /// A request whose body names a model that is to work: `POST /v1/chat/completions`, `/api/chat` and their siblings.
  case completion(RequestProtocol)
  /// `GET /v1/models`
  case modelList
  /// `GET /v1/models/{name}`
  case modelCard(name: String)
  /// A response, file or batch that a backend keeps: `/v1/responses/{id}` and what follows.
  case stored(id: String)
  /// The files or batches of a backend: `/v1/files`, `GET /v1/batches`.
  case collection
  /// `POST /v1/batches`: its body names a file that a backend keeps.
  case batchCreation
  /// `GET /api/tags`
  case tags
  /// `POST /api/show`: a question about the model that its body names.
  case show
  /// `GET /api/version` and `/api/ps`, which the default backend answers.
  case backendState
  /// A known path asked with the wrong method.
  case wrongMethod(Family, allowed: String)
  /// WebSockets are not spoken here.
  case realtime
  /// A path below `/v1/` or `/api/` that means nothing here, but may to a backend.
  case elsewhere(Family)
  case unknown(Family)

  /// Whose shape the error bodies have.
  var family: Family {
    switch self {
    case .serverMetadata, .live, .ready, .model: .kserve
    case .completion(let spoken): spoken.isOllama ? .ollama : .openAI
    case .modelList, .modelCard, .realtime, .stored, .collection, .batchCreation: .openAI
    case .tags, .show, .backendState: .ollama
    case .wrongMethod(let family, _), .unknown(let family), .elsewhere(let family): family
    }
  }

  /// Reads the method and the target of a request line.
  init(method: HTTPMethod, target: String) {
    // The busiest paths, without taking the target apart.
    if method == .POST {
      switch target {
      case "/v1/chat/completions": self = .completion(.chat)
      case "/v1/completions": self = .completion(.completion)
      case "/v1/embeddings": self = .completion(.embedding)
      case "/v1/responses": self = .completion(.response)
      default: self = Self.parsed(method, target)
      }
    } else {
      self = Self.parsed(method, target)
    }
  }

  private static func parsed(_ method: HTTPMethod, _ target: String) -> Endpoint {
    let queryStart = target.utf8.firstIndex(of: UInt8(ascii: "?")) ?? target.endIndex
    let query = String(target[queryStart...])
    var segments = target[..<queryStart].split(separator: "/", omittingEmptySubsequences: false)
    guard segments.count >= 2, segments.removeFirst().isEmpty else { return .unknown(.openAI) }
    if segments.last?.isEmpty == true { segments.removeLast() }
    switch segments.first {
    case "v2": return kserve(method, segments.dropFirst(), query)
    case "v1": return openAI(method, Array(segments.dropFirst()))
    case "api": return ollama(method, Array(segments.dropFirst()))
    default: return .unknown(.openAI)
    }
  }

  private static func kserve(_ method: HTTPMethod, _ rest: ArraySlice<Substring>, _ query: String) -> Endpoint {
    let path = Array(rest)
    let reading = { (endpoint: Endpoint) in method == .GET ? endpoint : .wrongMethod(.kserve, allowed: "GET") }
    switch path {
    case []: return reading(.serverMetadata)
    case ["health", "live"]: return reading(.live)
    case ["health", "ready"]: return reading(.ready)
    default: break
    }
    guard path.count >= 2, path[0] == "models", !path[1].isEmpty else { return .unknown(.kserve) }
    let name = PercentCoding.decoded(path[1])
    var tail = path.dropFirst(2)
    var version: String?
    if tail.first == "versions", tail.count >= 2 {
      version = PercentCoding.decoded(tail[tail.startIndex + 1])
      tail = tail.dropFirst(2)
    }
    switch Array(tail) {
    case []: return reading(.model(name: name, version: version, question: .metadata, query: query))
    case ["ready"]: return reading(.model(name: name, version: version, question: .ready, query: query))
    case ["infer"]:
      return method == .POST
        ? .model(name: name, version: version, question: .infer, query: query) : .wrongMethod(.kserve, allowed: "POST")
    default: return .unknown(.kserve)
    }
  }

  private static func openAI(_ method: HTTPMethod, _ path: [Substring]) -> Endpoint {
    let reading = { (endpoint: Endpoint) in method == .GET ? endpoint : .wrongMethod(.openAI, allowed: "GET") }
    let posting = { (endpoint: Endpoint) in method == .POST ? endpoint : .wrongMethod(.openAI, allowed: "POST") }
    switch path {
    case ["chat", "completions"]: return posting(.completion(.chat))
    case ["completions"]: return posting(.completion(.completion))
    case ["embeddings"]: return posting(.completion(.embedding))
    case ["responses"]: return posting(.completion(.response))
    case ["images", "generations"], ["images", "edits"], ["images", "variations"]: return posting(.completion(.image))
    case ["moderations"]: return posting(.completion(.moderation))
    case ["audio", "speech"]: return posting(.completion(.speech))
    case ["audio", "transcriptions"]: return posting(.completion(.transcription))
    case ["audio", "translations"]: return posting(.completion(.translation))
    case ["models"]: return reading(.modelList)
    case ["realtime"]: return .realtime
    default: break
    }
    // Model names may hold slashes, and clients do not always encode them.
    if path.first == "models", path.count >= 2 {
      return reading(.modelCard(name: PercentCoding.decoded(path.dropFirst().joined(separator: "/"))))
    }
    return stored(method, path)
  }

  /// What a backend keeps for callers: which methods each path takes is the published description's.
  private static func stored(_ method: HTTPMethod, _ path: [Substring]) -> Endpoint {
    let isKept = ["responses", "files", "batches"].contains(path.first)
    guard isKept, path.count <= 3, !path.contains("") else { return .elsewhere(.openAI) }
    if path.count == 1 {
      switch method {
      case .GET: return .collection
      case .POST: return path == ["batches"] ? .batchCreation : .collection
      default: return .wrongMethod(.openAI, allowed: "GET, POST")
      }
    }
    let allowed: [HTTPMethod]
    switch (path[0], path.count == 3 ? path[2] : "") {
    case ("responses", ""), ("files", ""): allowed = [.GET, .DELETE]
    case ("batches", ""), ("responses", "input_items"), ("files", "content"): allowed = [.GET]
    case ("responses", "cancel"), ("batches", "cancel"): allowed = [.POST]
    default: return .elsewhere(.openAI)
    }
    guard allowed.contains(method) else {
      return .wrongMethod(.openAI, allowed: allowed.map(\.rawValue).joined(separator: ", "))
    }
    return .stored(id: PercentCoding.decoded(path[1]))
  }

  private static func ollama(_ method: HTTPMethod, _ path: [Substring]) -> Endpoint {
    let reading = { (endpoint: Endpoint) in method == .GET ? endpoint : .wrongMethod(.ollama, allowed: "GET") }
    let posting = { (endpoint: Endpoint) in method == .POST ? endpoint : .wrongMethod(.ollama, allowed: "POST") }
    switch path {
    case ["chat"]: return posting(.completion(.ollamaChat))
    case ["generate"]: return posting(.completion(.ollamaGenerate))
    case ["embed"], ["embeddings"]: return posting(.completion(.ollamaEmbedding))
    case ["tags"]: return reading(.tags)
    case ["show"]: return posting(.show)
    case ["version"], ["ps"]: return reading(.backendState)
    default: return path.isEmpty ? .unknown(.ollama) : .elsewhere(.ollama)
    }
  }
}

extension RequestProtocol {
  /// Whether it is one of Ollama's own, whose answers are JSON objects a line and whose errors are one string.
  var isOllama: Bool {
    switch self {
    case .ollamaChat, .ollamaGenerate, .ollamaEmbedding: true
    default: false
    }
  }

  /// Whether an answer is text, whose tokens cost.
  var writesTokens: Bool {
    switch self {
    case .chat, .completion, .response, .ollamaChat, .ollamaGenerate: true
    case .kserveInfer, .embedding, .image, .moderation, .speech, .transcription, .translation, .ollamaEmbedding: false
    }
  }

  /// Whether `stream_options` can ask for the usage of a stream.
  var takesStreamOptions: Bool { self == .chat || self == .completion }

  /// Whether the published description lets a caller leave `model` out.
  var mayOmitModel: Bool { self == .moderation || self == .image || self == .response }

  /// Whether an answer is a stream when the request does not say.
  var streamsUnasked: Bool { self == .ollamaChat || self == .ollamaGenerate }
}
