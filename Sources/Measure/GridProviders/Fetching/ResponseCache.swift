import Quantities

/// Sound answers that the server named (ETag) or dated, so that the next request need only ask whether they changed.
struct ResponseCache {
  struct Entry {
    let response: FetchResponse
    let receivedAt: Timestamp
    var freshUntil: Timestamp
    var used: Int
  }

  private var entries: [FetchRequest: Entry] = [:]
  private var uses = 0
  private var bytes = 0
  private static let entryLimit = 256
  private static let byteLimit = 32 * 1_048_576

  /// The answer kept for a request.
  mutating func entry(for request: FetchRequest) -> Entry? {
    uses += 1
    entries[request]?.used = uses
    return entries[request]
  }

  /// Keeps an answer, if it can be asked after or is fresh for a while; throws out what was used least lately.
  mutating func keep(_ response: FetchResponse, for request: FetchRequest, at now: Timestamp, _ policy: FetchPolicy) {
    forget(request)
    let control = response.header("cache-control")?.lowercased() ?? ""
    let fresh = ResponseCache.freshness(control, policy)
    let canBeAskedAfter = response.header("etag") != nil || response.header("last-modified") != nil
    guard !control.contains("no-store"), canBeAskedAfter || fresh > .zero,
      response.body.count <= ResponseCache.byteLimit / 4
    else { return }
    uses += 1
    entries[request] = Entry(response: response, receivedAt: now, freshUntil: now + fresh, used: uses)
    bytes += response.body.count
    while entries.count > ResponseCache.entryLimit || bytes > ResponseCache.byteLimit,
      let oldest = entries.min(by: { $0.value.used < $1.value.used })
    {
      forget(oldest.key)
    }
  }

  /// An answer that was confirmed may be fresh for a while again.
  mutating func confirm(_ request: FetchRequest, by response: FetchResponse, at now: Timestamp, _ policy: FetchPolicy) {
    let control = response.header("cache-control")?.lowercased() ?? ""
    entries[request]?.freshUntil = now + ResponseCache.freshness(control, policy)
  }

  mutating func forget(_ request: FetchRequest) {
    if let entry = entries.removeValue(forKey: request) { bytes -= entry.response.body.count }
  }

  private static func freshness(_ control: String, _ policy: FetchPolicy) -> Span {
    guard !control.contains("no-cache") else { return .zero }
    for part in control.split(separator: ",") {
      let words = part.split(separator: "=")
      guard words.count == 2, words[0].drop(while: { $0 == " " }) == "max-age", let seconds = UInt32(words[1]) else {
        continue
      }
      return min(.seconds(Double(seconds)), policy.longestFreshness)
    }
    return .zero
  }
}
