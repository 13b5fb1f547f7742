#if canImport(Glibc)
  import Glibc
#endif

/// A run's journal as far as it can be trusted: every whole record up to the first damage.
public struct Journal: Hashable, Sendable {
  /// How the bytes end.
  public enum Ending: Hashable, Sendable {
    /// With a whole line.
    case whole
    /// In the middle of a line: its writer was stopped there.
    case cut
    /// With a line that is not what was written, or not the next one.
    case damaged
  }

  /// What was measured; `nil` when not even that is whole.
  public private(set) var begin: JournalBegin?
  /// What was read, and how well.
  public private(set) var sources: [SourceDescription] = []
  /// Samples in order; the last one is the record.
  public private(set) var samples: [CumulativeSample] = []
  /// What a next meter needs to go on from the last sample.
  public private(set) var state: HostMeter.State?
  /// Stretches that were not looked at as they should.
  public private(set) var gaps: [Gap] = []
  /// What a reader should know.
  public private(set) var notes: [JournalNote] = []
  /// How the command ended.
  public private(set) var exit: JournalExit?
  /// Why the journal ends; `nil` when its meter was stopped before it could say.
  public private(set) var endReason: String?
  /// How the bytes end.
  public private(set) var ending: Ending = .whole
  /// How many bytes hold whole records.
  public private(set) var wholeBytes = 0
  /// How many whole records there are; the next one has this sequence number.
  public private(set) var records: UInt64 = 0

  /// Reads a journal from its bytes. Never fails: damage ends the journal where it is.
  public init(parsing bytes: [UInt8]) {
    var start = 0
    while start < bytes.count {
      guard let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) else {
        ending = .cut
        return
      }
      guard let (sequence, line) = JournalLine.parse(bytes[start..<end]), sequence == records else {
        ending = .damaged
        return
      }
      if let record = JournalRecord(line) {
        take(record)
      } else if JournalRecord.kinds.contains(line.kind) {
        ending = .damaged
        return
      }
      // Kinds of a later format are passed over.
      start = end + 1
      wholeBytes = start
      records += 1
    }
  }

  /// Reads the journal at `path`.
  ///
  /// - Throws: ``MeteringError`` when the file cannot be read.
  public init(path: String) throws(MeteringError) {
    self.init(parsing: try Self.bytes(ofFileAt: path))
  }

  /// The last sample: everything that is known.
  public var last: CumulativeSample? { samples.last }

  /// Whether nobody will write any more: it says so itself, or no meter holds it.
  public static func isAbandoned(path: String) -> Bool {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    guard flock(descriptor, LOCK_SH | LOCK_NB) == 0 else { return false }
    flock(descriptor, LOCK_UN)
    return true
  }

  static func bytes(ofFileAt path: String) throws(MeteringError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw MeteringError("the journal \(path) cannot be read: \(errorText(errno))") }
    defer { close(descriptor) }
    return try bytes(of: descriptor, named: path)
  }

  static func bytes(of descriptor: Int32, named path: String) throws(MeteringError) -> [UInt8] {
    var status = stat()
    fstat(descriptor, &status)
    var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
    var length = 0
    while length < bytes.count {
      let count = bytes.withUnsafeMutableBytes {
        pread(descriptor, $0.baseAddress! + length, $0.count - length, off_t(length))
      }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw MeteringError("the journal \(path) cannot be read: \(errorText(errno))") }
      if count == 0 { break }
      length += count
    }
    bytes.removeLast(bytes.count - length)
    return bytes
  }

  private mutating func take(_ record: JournalRecord) {
    switch record {
    case .begin(let value): begin = begin ?? value
    case .source(let value):
      // What a source says of itself in the end stands for what it said at the beginning.
      let index = sources.firstIndex { $0.component == value.component && $0.name == value.name }
      if let index, !samples.isEmpty { sources[index] = value } else { sources.append(value) }
    case .sample(let value, let state):
      samples.append(value)
      self.state = state
    case .gap(let value): gaps.append(value)
    case .note(let value): notes.append(value)
    case .exit(let value): exit = value
    case .end(let reason): endReason = reason
    }
  }
}
