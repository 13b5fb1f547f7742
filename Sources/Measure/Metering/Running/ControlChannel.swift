import CMetering

#if canImport(Glibc)
  import Glibc
#endif

/// Lines over the socket between a run and its meter. One side's death is the other side's end of file.
final class ControlChannel {
  enum Event: Hashable {
    case line(String)
    case closed
  }

  let descriptor: Int32
  private var inbound: [UInt8] = []
  private(set) var isClosed = false

  /// A channel over a connected socket, which it closes in the end.
  init(descriptor: Int32) { self.descriptor = descriptor }

  deinit { close(descriptor) }

  /// Two connected ends; neither is inherited by a child.
  static func pair() -> (Int32, Int32)? {
    var ends: [Int32] = [-1, -1]
    let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { return nil }
    return (ends[0], ends[1])
  }

  /// Lets the other side know that nothing follows, whoever still holds this.
  func hangUp() {
    isClosed = true
    shutdown(descriptor, Int32(SHUT_RDWR))
  }

  /// Sends a line, and a descriptor with it when one is given.
  @discardableResult
  func send(_ line: String, descriptor handed: Int32 = -1) -> Bool {
    guard !isClosed else { return false }
    let bytes = Array((line + "\n").utf8)
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes {
        unix_send(descriptor, $0.baseAddress! + sent, $0.count - sent, sent == 0 ? handed : -1)
      }
      if count > 0 {
        sent += count
        continue
      }
      if errno == EINTR { continue }
      guard errno == EAGAIN || errno == EWOULDBLOCK else { return false }
      var poll = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
      guard Glibc.poll(&poll, 1, 5000) > 0 else { return false }
    }
    return true
  }

  /// What has come, without waiting.
  func receive() -> [Event] {
    guard !isClosed else { return [] }
    var events: [Event] = []
    var chunk = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = recv(descriptor, &chunk, chunk.count, Int32(MSG_DONTWAIT))
      if count > 0 {
        inbound += chunk[0..<count]
        continue
      }
      if count < 0, errno == EINTR { continue }
      if count == 0 || (errno != EAGAIN && errno != EWOULDBLOCK) { isClosed = true }
      break
    }
    while let end = inbound.firstIndex(of: UInt8(ascii: "\n")) {
      events.append(.line(String(decoding: inbound[..<end], as: UTF8.self)))
      inbound.removeSubrange(...end)
    }
    if isClosed { events.append(.closed) }
    return events
  }
}

/// Waiting on several descriptors.
enum Descriptors {
  /// Waits until one is readable or the time is over. Negative descriptors are passed over.
  ///
  /// - Parameter milliseconds: how long; nothing means for ever.
  /// - Returns: for each descriptor whether it can be read or is at its end.
  static func wait(_ descriptors: [Int32], milliseconds: Int?) -> [Bool] {
    var polls = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    let limit = milliseconds.map { Int32(clamping: max($0, 0)) } ?? -1
    let count = poll(&polls, nfds_t(polls.count), limit)
    guard count > 0 else { return descriptors.map { _ in false } }
    return polls.map { $0.revents != 0 }
  }
}
