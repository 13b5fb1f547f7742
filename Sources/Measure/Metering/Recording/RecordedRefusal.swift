#if canImport(Glibc)
  import Glibc
#endif

/// A file of a replayed machine that could not be read where it was recorded.
///
/// Whoever replays may be root, so permission bits alone would not keep the file closed. It is a link to nowhere whose
/// target says why: `dimmer-refused:13:0400`. Readers look for one only after a file was not found.
struct RecordedRefusal: Hashable {
  static let prefix = "dimmer-refused:"

  /// The kernel's error number.
  let number: Int32
  /// The file's permission bits.
  let mode: UInt16

  init(number: Int32, mode: UInt16) {
    self.number = number
    self.mode = mode
  }

  /// The refusal at `path`; `nil` when there is none. `errno` is left as it was.
  init?(at path: String) {
    let reason = errno
    defer { errno = reason }
    let capacity = 64
    let target = withUnsafeTemporaryAllocation(of: CChar.self, capacity: capacity) { buffer -> String? in
      let count = readlink(path, buffer.baseAddress!, capacity)
      guard count > 0, count < capacity else { return nil }
      return String(decoding: buffer[0..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
    guard let target, target.hasPrefix(Self.prefix) else { return nil }
    let words = target.dropFirst(Self.prefix.count).split(separator: ":", omittingEmptySubsequences: false)
    guard words.count == 2, let number = Int32(words[0]), number > 0, let mode = UInt16(words[1], radix: 8) else {
      return nil
    }
    self.init(number: number, mode: mode)
  }

  /// Where the link goes.
  var target: String { "\(Self.prefix)\(number):\(RecordedFile.octal(mode))" }
}
