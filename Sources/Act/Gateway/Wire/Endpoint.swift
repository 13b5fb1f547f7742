import NIOHTTP1

/// What a request line asks for.
enum Endpoint: Equatable {
  /// The two families of errors and answers.
  enum Family { case kserve, openAI }
  enum ModelQuestion: String { case metadata = "", ready = "/ready", infer = "/infer" }

  /// `GET /v2`
  case serverMetadata
  /// `GET /v2/health/live`
  case live
  /// `GET /v2/health/ready`
  case ready
  /// `/v2/models/{name}[/versions/{version}]` and what follows; `query` begins with `?` or is empty.
  case model(name: String, version: String?, question: ModelQuestion, query: String)
  /// `POST /v1/chat/completions` and its siblings; both may be streamed but for embeddings.
  case completion(RequestProtocol)
  /// `GET /v1/models`
  case modelList
  /// `GET /v1/models/{name}`
  case modelCard(name: String)
  /// `GET /dimmer/…` or `/.well-known/…`: one of the gateway's own documents.
  case document(path: String)
  /// A known path asked with the wrong method.
  case wrongMethod(Family, allowed: String)
  /// WebSockets are not spoken here.
  case realtime
  case unknown(Family)

  /// Whether the error bodies are KServe's or OpenAI's.
  var family: Family {
    switch self {
    case .serverMetadata, .live, .ready, .model: .kserve
    case .completion, .modelList, .modelCard, .realtime, .document: .openAI
    case .wrongMethod(let family, _), .unknown(let family): family
    }
  }

  /// Reads the method and the target of a request line.
  init(method: HTTPMethod, target: String) {
    // The three busiest paths, without taking the target apart.
    if method == .POST {
      switch target {
      case "/v1/chat/completions": self = .completion(.chat)
      case "/v1/completions": self = .completion(.completion)
      case "/v1/embeddings": self = .completion(.embedding)
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
    case "v1": return openAI(method, segments.dropFirst())
    case "dimmer", ".well-known":
      return method == .GET
        ? .document(path: String(target[..<queryStart])) : .wrongMethod(.openAI, allowed: "GET")
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

  private static func openAI(_ method: HTTPMethod, _ rest: ArraySlice<Substring>) -> Endpoint {
    let path = Array(rest)
    let reading = { (endpoint: Endpoint) in method == .GET ? endpoint : .wrongMethod(.openAI, allowed: "GET") }
    let posting = { (endpoint: Endpoint) in method == .POST ? endpoint : .wrongMethod(.openAI, allowed: "POST") }
    switch path {
    case ["chat", "completions"]: return posting(.completion(.chat))
    case ["completions"]: return posting(.completion(.completion))
    case ["embeddings"]: return posting(.completion(.embedding))
    case ["models"]: return reading(.modelList)
    case ["realtime"]: return .realtime
    default: break
    }
    guard path.first == "models", path.count >= 2 else { return .unknown(.openAI) }
    // Model names may hold slashes, and clients do not always encode them.
    return reading(.modelCard(name: PercentCoding.decoded(path.dropFirst().joined(separator: "/"))))
  }
}
