#if canImport(Glibc)
  import Glibc
#endif

/// One file as it was at one moment.
struct RecordedFile: Hashable, Sendable {
  enum Content: Hashable, Sendable {
    case bytes([UInt8])
    /// It is there and could not be read; the kernel's error number says why.
    case refused(Int32)
  }

  /// Its permission bits.
  var mode: UInt16
  var content: Content

  /// Nothing that a meter reads is longer.
  static let largest = 16 << 20

  /// The file at `path`; `nil` when there is none.
  init?(at path: String, _ buffer: FileBuffer, as change: (([UInt8]) -> [UInt8])? = nil) {
    if let bytes = buffer.copy(ofFileAt: path) {
      content = .bytes(change.map { $0(bytes) } ?? bytes)
      if case .bytes(let kept) = content, kept.count > Self.largest { content = .refused(EFBIG) }
    } else {
      let reason = errno
      // Nothing there, or gone while it was looked at.
      if reason == ENOENT || reason == ESRCH || reason == ENOTDIR { return nil }
      content = .refused(reason)
    }
    mode = Folder.mode(of: path).flatMap { UInt16($0, radix: 8) } ?? 0
  }

  init(mode: UInt16, content: Content) {
    self.mode = mode
    self.content = content
  }

  /// Permission bits as people write them: `0400`.
  static func octal(_ mode: UInt16) -> String {
    let digits = String(mode & 0o7777, radix: 8)
    return String(repeating: "0", count: 4 - min(digits.count, 4)) + digits
  }
}
