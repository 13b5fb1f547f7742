import NIOHTTP1

/// An answer of the gateway itself when it cannot pass a request on: status, and the words for both error shapes.
struct Refusal: Error, Equatable {
  let status: HTTPResponseStatus
  let message: String
  /// OpenAI's `type`.
  let type: String
  /// OpenAI's `param`: the field at fault.
  var param: String?
  /// OpenAI's `code`; a word, never a number.
  var code: String?
  /// Extra header fields, such as `Retry-After`.
  var headers: [(String, String)] = []

  static func == (left: Refusal, right: Refusal) -> Bool {
    left.status == right.status && left.message == right.message && left.type == right.type
      && left.param == right.param && left.code == right.code
  }

  /// The body: OpenAI's `{"error":{message,type,param,code}}` with all four keys, or KServe's and
  /// Ollama's `{"error":string}`.
  func body(_ family: Endpoint.Family) -> String {
    switch family {
    case .kserve, .ollama: return "{\"error\":\(JSONText.quoted(message))}"
    case .openAI:
      let word = { (text: String?) in text.map(JSONText.quoted) ?? "null" }
      return "{\"error\":{\"message\":\(JSONText.quoted(message)),\"type\":\(JSONText.quoted(type)),"
        + "\"param\":\(word(param)),\"code\":\(word(code))}}"
    }
  }
}

extension Refusal {
  private static func invalid(
    _ status: HTTPResponseStatus, _ message: String, param: String? = nil, code: String? = nil
  ) -> Refusal {
    Refusal(status: status, message: message, type: "invalid_request_error", param: param, code: code)
  }

  /// The name is neither an alias nor a variant.
  static func unknownModel(_ name: String, near: [String]) -> Refusal {
    let hint = near.isEmpty ? "" : " Did you mean \(near.joined(separator: ", "))?"
    return invalid(
      .notFound, "The model '\(name)' does not exist here.\(hint)", param: "model", code: "model_not_found")
  }
  static let notJSON = invalid(.badRequest, "The request body is not one whole JSON object.")
  static let modelMissing = invalid(.badRequest, "The field 'model' is missing.", param: "model")
  static let modelNotText = invalid(.badRequest, "The field 'model' must be a string.", param: "model")
  static let twoLengths = invalid(
    .badRequest, "A request may carry Content-Length or Transfer-Encoding, not both.")
  static let unknownCoding = invalid(.notImplemented, "The only transfer coding understood is 'chunked'.")
  static let formMalformed = invalid(
    .badRequest, "The request body is not multipart/form-data with the boundary that its Content-Type names.")
  /// A page in a browser that reached this address by a name of its own (DNS rebinding).
  static func foreignHost(_ host: String) -> Refusal {
    invalid(
      .forbidden,
      "The gateway is not known as '\(host)'; use 127.0.0.1 or localhost, or add the name to its host names."
    )
  }
  static func foreignOrigin(_ origin: String) -> Refusal {
    invalid(
      .forbidden, "Pages from '\(origin)' may not call the gateway; add their host to its host names to let them.")
  }
  static let hostMissing = invalid(.badRequest, "A request must carry exactly one Host field.")
  static let malformed = invalid(.badRequest, "The request is not valid HTTP/1.1.")
  static let headerTooLarge = invalid(.requestHeaderFieldsTooLarge, "The request header is too large.")
  static func bodyTooLarge(limit: Int) -> Refusal {
    invalid(.payloadTooLarge, "The request body is larger than \(limit) bytes.")
  }
  static let tooSlow = invalid(.requestTimeout, "The request did not arrive in time.")
  static let expectation = invalid(.expectationFailed, "Only 'Expect: 100-continue' is understood.")
  static func wrongMethod(_ method: String, allowed: String) -> Refusal {
    var refusal = invalid(.methodNotAllowed, "\(method) is not allowed here; use \(allowed).")
    refusal.headers = [("Allow", allowed)]
    return refusal
  }
  /// The query is left out: some callers put their key there.
  static func unknownPath(_ method: String, _ target: String) -> Refusal {
    invalid(.notFound, "There is nothing at \(method) \(target.prefix { $0 != "?" }).", code: "unknown_url")
  }
  static let realtime = invalid(.notImplemented, "WebSocket sessions are not served; use /v1/chat/completions.")

  /// No backend could be reached or gave an answer.
  static func unreachable(_ reason: String) -> Refusal {
    Refusal(
      status: .serviceUnavailable, message: "No model server answered: \(reason).", type: "server_error",
      code: "service_unavailable", headers: [("Retry-After", "1")])
  }
  /// The bodies being gathered have filled the memory meant for them.
  static let tooMuchAtOnce = Refusal(
    status: .serviceUnavailable, message: "Too many large requests are arriving at once.", type: "server_error",
    code: "service_unavailable", headers: [("Retry-After", "1")])
  /// The backend took the request and sent nothing in time.
  static let backendTimeout = Refusal(
    status: .gatewayTimeout, message: "The model server did not begin to answer in time.", type: "server_error",
    code: "timeout")
}
