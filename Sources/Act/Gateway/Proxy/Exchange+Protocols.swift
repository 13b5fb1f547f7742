import NIOCore
import NIOHTTP1

/// What the protocols add to the way back: the counts in Ollama's lines, the ids of stored objects, and the alias in
/// answers where the operator asked for it.
extension Exchange {
  /// Chooses what looks at an answer, by its head.
  func chooseProtocolTaps(_ answer: HTTPResponseHead, isStream: Bool) {
    let encoding = answer.headers.first(name: "content-encoding")
    guard encoding == nil || encoding == "identity" else { return }
    if keepsObjects, (200..<300).contains(answer.status.code) { idScan = StoredIDScan(isStream: isStream) }
    guard case .completion(let spoken) = endpoint, route != nil else { return }
    if spoken.isOllama {
      plainScan = nil
      lineTap = ObjectLineTap()
    }
    let type = answer.headers.first(name: "content-type")
    let isText =
      isStream || HeaderRules.isMediaType(type, "application/json")
      || HeaderRules.isMediaType(type, "application/x-ndjson")
    guard configuration.answersWithAlias, isText, let alias = route?.alias else { return }
    aliasRestore = AliasRestore(alias: alias, shape: isStream ? .events : spoken.isOllama ? .lines : .json)
  }

  /// What to say of an answer that began well and carried an error; nil when it carried none.
  var carriedError: String? {
    if eventTap?.hasError == true { return "the stream carried an error" }
    return lineTap?.hasError == true || plainScan?.hasError == true ? "the answer carried an error" : nil
  }

  /// Whether the answer may name objects that this backend keeps.
  private var keepsObjects: Bool {
    switch endpoint {
    case .completion(.response), .collection, .batchCreation, .stored: true
    default: false
    }
  }

  /// Looks at the next bytes of an answer as the backend sent them.
  func watchProtocol(_ bytes: ByteBuffer) {
    if lineTap != nil { bytes.withUnsafeReadableBytes { lineTap?.watch($0) } }
    guard idScan != nil, let slot = loop.pools.firstIndex(where: { $0 === pool }) else { return }
    let known = idScan?.ids.count ?? 0
    bytes.withUnsafeReadableBytes { idScan?.feed($0) }
    for id in (idScan?.ids ?? []).dropFirst(known) { loop.plant.stored.learn(id, slot: slot) }
  }

  /// The bytes as the caller gets them.
  func restoringAlias(_ bytes: ByteBuffer) -> ByteBuffer {
    guard aliasRestore != nil else { return bytes }
    var restored = ByteBufferAllocator().buffer(capacity: bytes.readableBytes + 64)
    bytes.withUnsafeReadableBytes { aliasRestore?.filter($0, into: &restored) }
    return restored
  }

  /// The answer has ended: what was held back of it goes on.
  func finishProtocol() {
    guard aliasRestore != nil else { return }
    var rest = ByteBuffer()
    aliasRestore?.finish(into: &rest)
    aliasRestore = nil
    guard rest.readableBytes > 0 else { return }
    responseBytes += rest.readableBytes
    caller.send(.body(.byteBuffer(rest)))
  }
}
