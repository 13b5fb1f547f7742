import CMetering

#if canImport(Glibc)
  import Glibc
#endif

/// One who talks with the meter. It never makes the meter wait: what it does not read is kept up to a limit.
final class WireConnection {
  /// Who it is, by the kernel's word at the time it connected.
  struct Peer: Hashable {
    let pid: Int32
    let uid: UInt32
  }

  private static let longestLine = 1 << 16
  private static let longestBacklog = 1 << 18

  let descriptor: Int32
  let peer: Peer
  private var inbound: [UInt8] = []
  private var outbound: [UInt8] = []
  private var line = ByteText()
  private var held: Int32 = -1
  private(set) var isClosed = false

  /// A connection over a connected socket, which it closes in the end; `nil` when the kernel does not say who is there.
  init?(descriptor: Int32) {
    var pid: pid_t = 0
    var uid: uid_t = 0
    var gid: gid_t = 0
    guard unix_peer(descriptor, &pid, &uid, &gid) == 0 else {
      close(descriptor)
      return nil
    }
    self.descriptor = descriptor
    peer = Peer(pid: pid, uid: uid)
  }

  /// A connection over a connected socket with one who is known already.
  init(descriptor: Int32, peer: Peer) {
    self.descriptor = descriptor
    self.peer = peer
  }

  deinit {
    close(descriptor)
    if held >= 0 { close(held) }
  }

  /// Whether something waits to be read by the other side.
  var hasBacklog: Bool { !outbound.isEmpty }

  /// Sends an answer. One that may be dropped is, when the other side does not read.
  func send(_ answer: MeterAnswer, mayDrop: Bool = false) {
    guard !isClosed, !(mayDrop && hasBacklog) else { return }
    line.clear()
    answer.append(to: &line)
    line.append("\n")
    outbound += line.bytes
    flush()
    if outbound.count > Self.longestBacklog { isClosed = true }
  }

  /// Sends what waits, as far as the other side reads.
  func flush() {
    while !outbound.isEmpty, !isClosed {
      let count = outbound.withUnsafeBytes { unix_send(descriptor, $0.baseAddress, $0.count, -1) }
      if count > 0 {
        outbound.removeFirst(count)
      } else if count < 0, errno == EAGAIN {
        return
      } else if count < 0, errno != EINTR {
        isClosed = true
      }
    }
  }

  /// Lines that have come, without waiting. A line without an end ends the connection, not the meter.
  func receive() -> [String] {
    var chunk = [UInt8](repeating: 0, count: 4096)
    while !isClosed {
      var descriptor: Int32 = -1
      let count = chunk.withUnsafeMutableBytes { unix_receive(self.descriptor, $0.baseAddress, $0.count, &descriptor) }
      if descriptor >= 0 {
        if held >= 0 { close(held) }
        held = descriptor
      }
      if count > 0 {
        inbound += chunk[0..<count]
        if inbound.count > Self.longestLine { break }
        continue
      }
      if count < 0, errno == EINTR { continue }
      if count < 0, errno == EAGAIN { break }
      isClosed = true
    }
    var lines: [String] = []
    while let end = inbound.firstIndex(of: UInt8(ascii: "\n")) {
      lines.append(String(decoding: inbound[..<end], as: UTF8.self))
      inbound.removeSubrange(...end)
    }
    if inbound.count > Self.longestLine { isClosed = true }
    return lines
  }

  /// The descriptor that came last; the caller closes it. -1 when none came.
  func takeDescriptor() -> Int32 {
    defer { held = -1 }
    return held
  }
}
