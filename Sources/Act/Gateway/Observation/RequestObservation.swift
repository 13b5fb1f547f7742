public import Quantities

/// How a request was spoken.
public enum RequestProtocol: String, Sendable, Hashable, CaseIterable {
  /// KServe v2 `infer`.
  case kserveInfer = "kserve-infer"
  /// OpenAI chat completion.
  case chat = "openai-chat"
  /// OpenAI completion.
  case completion = "openai-completion"
  /// OpenAI embedding.
  case embedding = "openai-embedding"
}

/// One request as the gateway saw it, made after its answer has ended.
public struct RequestObservation: Sendable, Hashable {
  /// The id the caller was told as `Dimmer-Request-Id`.
  public var id: String
  /// The name the caller asked for: an alias, or an exact variant.
  public var alias: String
  /// The variant that answered or was tried last; nil when the request never left the gateway.
  public var variant: String?
  /// The decision in force when the variant was chosen.
  public var decisionID: String?
  /// How it was spoken.
  public var requestProtocol: RequestProtocol
  /// Whether the answer was an event stream.
  public var isStreamed: Bool
  /// Wall time when its head had arrived.
  public var received: Timestamp
  /// From then to the end of the answer, on the monotonic clock of the event loop.
  public var duration: Span
  /// From then to the first byte of the answer; nil when none came.
  public var timeToFirstByte: Span?
  /// The status the caller saw. 499 when the caller left before the end; 502 when the backend broke off an answer that had
  /// begun, and 504 when it fell silent, although the caller had seen its first status.
  public var status: Int
  /// Items in the request: the first dimension of a KServe request's first input; 1 for OpenAI requests.
  public var units: Int
  /// Tokens, as far as known.
  public var tokens: TokenUsage?
  /// Body bytes that came from the caller.
  public var requestBytes: Int
  /// Body bytes that went to the caller.
  public var responseBytes: Int
  /// Why this variant.
  public var why: RoutingReason
  /// Connections on which the request was sent or tried.
  public var attempts: Int
  /// Variants of the tries that failed before the one named in `variant`; their energy counts too.
  public var failedVariants: [String]
  /// Whether the caller left before the end.
  public var isCancelled: Bool
  /// What went wrong, in a few words; nil for a good answer.
  public var failure: String?
}
