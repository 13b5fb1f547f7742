import NIOHTTP1

/// What the head alone decides: what is refused, and whether the body is wanted.
extension Exchange {
  func checkHead() throws(Refusal) {
    let codings = head.headers["transfer-encoding"]
    let length = head.headers.first(name: "content-length")
    if !codings.isEmpty {
      if length != nil { throw .twoLengths }
      // Before HTTP/1.1 there were no codings; who sends one wants to be misread.
      guard isModern else { throw .malformed }
      guard codings.count == 1, HeaderRules.same(codings[0], "chunked") else { throw .unknownCoding }
    }
    try checkHost()
    if let length = length.flatMap({ Int($0) }), length > configuration.maximumBodyBytes {
      throw .bodyTooLarge(limit: configuration.maximumBodyBytes)
    }
  }

  /// Refuses what a page of a stranger sends (see ``HostRule``).
  private func checkHost() throws(Refusal) {
    let hosts = head.headers["host"]
    guard hosts.count == 1 || (hosts.isEmpty && !isModern) else { throw .hostMissing }
    if let host = hosts.first, host != caller.checkedHost {
      guard loop.plant.hosts.allows(host: host) else { throw .foreignHost(host) }
      caller.checkedHost = host
    }
    for origin in head.headers["origin"] where !loop.plant.hosts.allows(origin: origin) {
      throw .foreignOrigin(origin)
    }
  }

  /// A small request that is refused is read to its end, so that the connection can serve the next; a large one is not.
  func refuseSoon(_ refusal: Refusal) {
    let length = head.headers.first(name: "content-length").flatMap { Int($0) } ?? 0
    // What two parsers could read in two ways ends the connection, whatever its body seems to be.
    let isClear = refusal != .twoLengths && refusal != .malformed && refusal != .hostMissing
    let isShort =
      length <= configuration.replayBytes && !head.headers.contains(name: "transfer-encoding")
      && !head.headers.contains(name: "expect")
    if isShort, isClear {
      body = .none
      ownAnswer = .failure(refusal)
    } else {
      refuse(refusal)
    }
  }

  /// Answers `Expect: 100-continue` once it is clear that the body is wanted.
  func invite() throws(Refusal) {
    guard let expected = head.headers.first(name: "expect"), isModern else { return }
    guard HeaderRules.same(expected, "100-continue") else { throw .expectation }
    caller.send(.head(HTTPResponseHead(version: .http1_1, status: .continue)))
    caller.flush()
  }
}
