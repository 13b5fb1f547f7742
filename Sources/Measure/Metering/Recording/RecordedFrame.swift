/// What changed from one look at a machine to the next.
///
/// As bytes it is lines and what they announce, and every part of it is checked before any is believed:
///
///     file 0444 12 proc/42/stat
///     (12 bytes and a line end)
///     refused 0400 13 sys/class/powercap/intel-rapl:0/energy_uj
///     gone proc/41/stat
struct RecordedFrame: Hashable, Sendable {
  /// By path; `nil` for a file that is no more.
  var changes: [String: RecordedFile?] = [:]

  /// A frame that is longer is nothing that a recorder wrote.
  static let largest = 256 << 20

  init() {}

  /// What leads from one state to the next.
  init(from old: [String: RecordedFile], to new: [String: RecordedFile]) {
    for (path, file) in new where old[path] != file { changes[path] = .some(file) }
    for path in old.keys where new[path] == nil { changes[path] = .some(nil) }
  }

  /// The frame as it is kept.
  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    for (path, file) in changes.sorted(by: { $0.key < $1.key }) {
      let name = PercentText.encode(path)
      switch file?.content {
      case nil: bytes += "gone \(name)\n".utf8
      case .refused(let number)?: bytes += "refused \(RecordedFile.octal(file?.mode ?? 0)) \(number) \(name)\n".utf8
      case .bytes(let content)?:
        bytes += "file \(RecordedFile.octal(file?.mode ?? 0)) \(content.count) \(name)\n".utf8
        bytes += content
        bytes.append(0x0A)
      }
    }
    return bytes
  }

  /// Reads a frame whole.
  ///
  /// - Throws: which entry is none, or would leave the folder of the replay.
  init(parsing bytes: [UInt8]) throws(MeteringError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      guard let end = rest.firstIndex(of: 0x0A) else { throw MeteringError("the last line has no end") }
      let line = String(decoding: rest[..<end], as: UTF8.self)
      rest = rest[rest.index(after: end)...]
      let words = line.split(separator: " ", omittingEmptySubsequences: false)
      guard let name = words.last, let path = PercentText.decode(name.utf8), RecordedPath.isSafe(path) else {
        throw MeteringError("'\(line.prefix(80))' does not end in a path that a recording may have")
      }
      guard changes[path] == nil else { throw MeteringError("\(path) is told twice") }
      switch (words.first, words.count) {
      case ("gone", 2): changes[path] = .some(nil)
      case ("refused", 4):
        guard let mode = Self.mode(words[1]), let number = Int32(words[2]), (1...4095).contains(number) else {
          throw MeteringError("'\(line.prefix(80))' is no mode and error number")
        }
        changes[path] = RecordedFile(mode: mode, content: .refused(number))
      case ("file", 4):
        guard let mode = Self.mode(words[1]), let size = Int(words[2]), (0...RecordedFile.largest).contains(size),
          rest.count > size, rest[rest.startIndex + size] == 0x0A
        else { throw MeteringError("'\(line.prefix(80))' announces bytes that are not there") }
        changes[path] = RecordedFile(mode: mode, content: .bytes(Array(rest.prefix(size))))
        rest = rest.dropFirst(size + 1)
      default: throw MeteringError("'\(line.prefix(80))' is no entry")
      }
    }
  }

  /// Four octal digits.
  static func mode(_ word: Substring) -> UInt16? {
    guard word.utf8.count == 4, let mode = UInt16(word, radix: 8) else { return nil }
    return mode & 0o777
  }
}
