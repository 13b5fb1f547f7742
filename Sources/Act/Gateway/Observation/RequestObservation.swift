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
  /// OpenAI response (the Responses interface).
  case response = "openai-response"
  /// OpenAI image: generation, edit or variation.
  case image = "openai-image"
  /// OpenAI moderation.
  case moderation = "openai-moderation"
  /// OpenAI speech from text.
  case speech = "openai-speech"
  /// OpenAI transcription of speech.
  case transcription = "openai-transcription"
  /// OpenAI translation of speech.
  case translation = "openai-translation"
  /// Ollama's own chat.
  case ollamaChat = "ollama-chat"
  /// Ollama's own completion.
  case ollamaGenerate = "ollama-generate"
  /// Ollama's own embedding.
  case ollamaEmbedding = "ollama-embedding"
}

/// One inference request as the gateway saw it, made after its answer has ended.
///
/// Requests refused before a model was found (malformed, too large, an unknown name) leave none.
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
  /// The status the caller saw. 499 when the caller left before the end; 502 when the backend broke off an answer that
  /// had begun, and 504 when it fell silent, although the caller had seen its first status.
  public var status: Int
  /// Items in the request: the first dimension of a KServe request's first input; the images wanted; 1 for others.
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
  /// Variants of the tries that failed, in order; their energy counts too. When all failed, the last is also `variant`.
  public var failedVariants: [String]
  /// Whether the caller left before the end.
  public var isCancelled: Bool
  /// What went wrong, in a few words; nil for a good answer.
  public var failure: String?
  /// The energy charged to the request; nil when it is not known, and ``chargeGap`` says why.
  public var charge: EnergyCharge?
  /// Why ``charge`` is nil, in a few words.
  public var chargeGap: String?
  /// Operational carbon of ``charge`` at the PUE and grid of the variant that answered, in grams; nil when the grid or
  /// the energy is unknown.
  public var carbonGrams: GramRange?
  /// The machine's embodied carbon over the request's time, in grams; nil when the machine is not known.
  public var embodiedGrams: GramRange?
  /// The energy of tries that failed, as far as it is known. Not in ``charge``.
  public var wasted: EnergyCharge?
  /// The energy of a second backend that was asked in vain. Not in ``charge``.
  public var hedged: EnergyCharge?
  /// The grid that ``carbonGrams`` rests on.
  public var grid: GridFact?
  /// Mean quality in points of the variant that answered, as published; nil when it is not known.
  public var quality: Double?
  /// The name of the caller's key; nil when callers need none.
  public var keyName: String?

  /// An observation with all its parts.
  public init(
    id: String, alias: String, variant: String?, decisionID: String?, requestProtocol: RequestProtocol,
    isStreamed: Bool = false, received: Timestamp, duration: Span, timeToFirstByte: Span? = nil, status: Int,
    units: Int = 1, tokens: TokenUsage? = nil, requestBytes: Int = 0, responseBytes: Int = 0, why: RoutingReason,
    attempts: Int = 1, failedVariants: [String] = [], isCancelled: Bool = false, failure: String? = nil,
    charge: EnergyCharge? = nil, chargeGap: String? = nil, carbonGrams: GramRange? = nil,
    embodiedGrams: GramRange? = nil, wasted: EnergyCharge? = nil, hedged: EnergyCharge? = nil, grid: GridFact? = nil,
    quality: Double? = nil, keyName: String? = nil
  ) {
    self.id = id
    self.alias = alias
    self.variant = variant
    self.decisionID = decisionID
    self.requestProtocol = requestProtocol
    self.isStreamed = isStreamed
    self.received = received
    self.duration = duration
    self.timeToFirstByte = timeToFirstByte
    self.status = status
    self.units = units
    self.tokens = tokens
    self.requestBytes = requestBytes
    self.responseBytes = responseBytes
    self.why = why
    self.attempts = attempts
    self.failedVariants = failedVariants
    self.isCancelled = isCancelled
    self.failure = failure
    self.charge = charge
    self.chargeGap = chargeGap
    self.carbonGrams = carbonGrams
    self.embodiedGrams = embodiedGrams
    self.wasted = wasted
    self.hedged = hedged
    self.grid = grid
    self.quality = quality
    self.keyName = keyName
  }
}
