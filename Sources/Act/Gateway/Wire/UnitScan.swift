/// The number of items in a KServe v2 request: the first dimension of the first input's `shape`, 1 when none is found.
///
/// The tensor is passed over, not decoded. The scan ends when the shape is known or ``maximumBytes`` have been seen.
struct UnitScan {
  /// Where the search gives up: a shape behind more data than this is not looked for.
  static let maximumBytes = 16 << 20

  /// Items in the request.
  private(set) var units = 1
  /// Whether no more bytes are wanted.
  private(set) var isDone = false

  private enum Key { case inputs, shape, other }
  private var tokenizer = JSONTokenizer()
  private var key = Key.other
  private var isInInputs = false
  private var isInShape = false
  private var remaining: Int

  /// A scan of at most so many bytes: the JSON's length when raw tensors follow it.
  init(limit: Int = UnitScan.maximumBytes) {
    remaining = max(0, min(limit, Self.maximumBytes))
    isDone = remaining == 0
  }

  /// A count that is known already; 1 when it makes no sense.
  init(known count: Int) {
    units = (1...Int(Int32.max)).contains(count) ? count : 1
    remaining = 0
    isDone = true
  }

  /// Takes the next piece of the body.
  mutating func feed(_ bytes: UnsafeRawBufferPointer) {
    guard !isDone else { return }
    let piece = UnsafeRawBufferPointer(rebasing: bytes.prefix(remaining))
    remaining -= piece.count
    var index = 0
    while !isDone, let token = tokenizer.next(in: piece, from: &index) { take(token) }
    if remaining == 0 || tokenizer.isMalformed || tokenizer.isComplete { isDone = true }
  }

  private mutating func take(_ token: JSONTokenizer.Token) {
    switch (token, tokenizer.depth) {
    case (.beginObject, 1): break
    case (.key, 1): key = tokenizer.text(is: "inputs") ? .inputs : .other
    case (.beginArray, 2) where key == .inputs: isInInputs = true
    case (.beginObject, 3) where isInInputs: key = .other
    case (.key, 3): key = tokenizer.text(is: "shape") ? .shape : .other
    case (.beginArray, 4) where key == .shape: isInShape = true
    case (.literal, 4) where isInShape:
      if let first = tokenizer.wholeNumber, (1...Int(Int32.max)).contains(first) { units = first }
      isDone = true
    case (.beginObject, _), (.beginArray, _): tokenizer.skip()
    // The first input, or its shape, has ended without a number.
    case (.endObject, 2) where isInInputs, (.endArray, 3) where isInShape: isDone = true
    case (.endArray, 1): isInInputs = false
    default: break
    }
  }
}
