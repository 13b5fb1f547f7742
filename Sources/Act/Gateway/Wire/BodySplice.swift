import NIOCore

/// The few places of a request body that change on its way: the model's name, a wish for usage on streams, and a
/// directive.
///
/// Everything else goes on byte for byte, so numbers keep their digits and unknown fields their place.
struct BodySplice: Equatable {
  struct Edit: Equatable {
    let range: Range<Int>
    let replacement: String
  }

  /// Edits in the order of their place; they never overlap.
  private(set) var edits: [Edit] = []
  /// Whether the caller did not ask for the usage event that will come, so that it must be withheld.
  private(set) var injectsUsage = false

  /// No edit: the body goes as it came.
  static let none = BodySplice()
  private init() {}

  /// The edits that send a scanned body to `model`; when `wantsUsage`, a streamed answer is asked to end with its
  /// usage.
  init(_ scan: CompletionScan, model: String, wantsUsage: Bool) {
    if case .name(let asked, let range) = scan.model, asked != model {
      edits.append(Edit(range: range, replacement: JSONText.quoted(model)))
    }
    guard wantsUsage, scan.isStreamed, let edit = Self.usageEdit(scan) else { return }
    injectsUsage = true
    edits.append(edit)
    edits.sort { $0.range.lowerBound < $1.range.lowerBound }
  }

  /// The edits that send a multipart form to `model`.
  init(_ form: FormScan, model: String) {
    if let (asked, range) = form.model, asked != model { edits.append(Edit(range: range, replacement: model)) }
  }

  /// Adds one more edit, which must not overlap the others. Of two at one place the added one comes first.
  mutating func add(_ edit: Edit) {
    let place = edits.firstIndex { $0.range.lowerBound >= edit.range.lowerBound } ?? edits.endIndex
    edits.insert(edit, at: place)
  }

  private static func usageEdit(_ scan: CompletionScan) -> Edit? {
    switch scan.streamOptions {
    case .absent:
      guard let start = scan.membersAt else { return nil }
      return Edit(range: start..<start, replacement: "\"stream_options\":{\"include_usage\":true},")
    case .null(let range): return Edit(range: range, replacement: "{\"include_usage\":true}")
    case .object(_, _, true, _), .other: return nil
    case .object(_, _, false, let place?): return Edit(range: place, replacement: "true")
    case .object(let start, let isEmpty, false, nil):
      return Edit(range: start..<start, replacement: "\"include_usage\":true" + (isEmpty ? "" : ","))
    }
  }

  /// The body in pieces: slices of the original (no copy) with the replacements between them.
  func pieces(of body: ByteBuffer) -> [ByteBuffer] {
    guard !edits.isEmpty else { return body.readableBytes > 0 ? [body] : [] }
    var pieces: [ByteBuffer] = []
    var start = 0
    let append = { (from: Int, to: Int) in
      if to > from, let slice = body.getSlice(at: body.readerIndex + from, length: to - from) { pieces.append(slice) }
    }
    for edit in edits {
      append(start, edit.range.lowerBound)
      pieces.append(ByteBuffer(string: edit.replacement))
      start = edit.range.upperBound
    }
    append(start, body.readableBytes)
    return pieces
  }
}
