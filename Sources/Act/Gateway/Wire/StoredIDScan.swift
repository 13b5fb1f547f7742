/// Finds the ids of stored objects in an answer: `id` of the outermost object (a response, a file, a batch), the files
/// that a batch has written, and in a stream of typed events the `id` of `response`.
///
/// Of a stream only the first event is read: it introduces the response.
struct StoredIDScan {
  /// Longest id that is kept.
  static let longestID = 256

  /// The ids so far.
  private(set) var ids: [String] = []

  private let isStream: Bool
  private var runs = EventRuns()
  private var tokenizer = JSONTokenizer()
  private var isIDNext = false
  private var isResponseNext = false
  private var isInResponse = false
  private var hasSeenData = false
  private var isDone = false

  /// A scan of a JSON body, or of a stream of events.
  init(isStream: Bool) { self.isStream = isStream }

  /// Takes the next bytes of the answer.
  mutating func feed(_ bytes: UnsafeRawBufferPointer) {
    guard !isDone else { return }
    guard isStream else { return scan(bytes) }
    var index = 0
    while !isDone, let run = runs.next(in: bytes, from: &index) {
      switch run {
      case .data(let range):
        hasSeenData = true
        scan(UnsafeRawBufferPointer(rebasing: bytes[range]))
      case .frame: break
      case .end: isDone = hasSeenData
      }
    }
  }

  private mutating func scan(_ bytes: UnsafeRawBufferPointer) {
    var index = 0
    while let token = tokenizer.next(in: bytes, from: &index) { take(token) }
    if tokenizer.isComplete || tokenizer.isMalformed { isDone = true }
  }

  private mutating func take(_ token: JSONTokenizer.Token) {
    switch (token, tokenizer.depth) {
    case (.key, 1):
      isIDNext =
        tokenizer.text(is: "id") || tokenizer.text(is: "output_file_id") || tokenizer.text(is: "error_file_id")
      isResponseNext = isStream && tokenizer.text(is: "response")
    case (.key, 2): isIDNext = isInResponse && tokenizer.text(is: "id")
    case (.beginObject, 1): break
    case (.beginObject, 2) where isResponseNext:
      isResponseNext = false
      isInResponse = true
    case (.beginObject, _), (.beginArray, _):
      isIDNext = false
      tokenizer.skip()
    case (.string, _) where isIDNext:
      isIDNext = false
      if !tokenizer.textIsCut, tokenizer.text.count <= Self.longestID, let id = JSONText.decoded(tokenizer.text) {
        ids.append(id)
      }
    case (.endObject, 1): isInResponse = false
    default: isIDNext = false
    }
  }
}
