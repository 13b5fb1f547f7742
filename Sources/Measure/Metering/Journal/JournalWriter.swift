import CMetering

#if canImport(Glibc)
  import Glibc
#endif

/// Appends records to a journal; holds its lock for as long as it lives.
public final class JournalWriter {
  private let path: String
  private let descriptor: Int32
  private var sequence: UInt64
  private var length: Int
  private var waiting: [JournalRecord] = []
  private var text = ByteText()
  private var isFailing = false
  private var isUnsynced = false

  /// Opens a new journal, whose folder is made if it is not there.
  ///
  /// - Throws: ``MeteringError`` when it is there already, or cannot be written.
  public static func create(_ path: String) throws(MeteringError) -> JournalWriter {
    JournalWriter(path, try make(path), sequence: 0, length: 0)
  }

  /// Makes the file of a journal and locks it.
  static func make(_ path: String) throws(MeteringError) -> Int32 {
    try makeFolder(of: path)
    let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw MeteringError("the journal \(path) cannot be made: \(errorText(errno))") }
    do throws(MeteringError) {
      try lock(descriptor, path)
    } catch {
      close(descriptor)
      throw error
    }
    // The file's name is safe only when its folder is.
    let folder = open(path.lastIndex(of: "/").map { String(path[...$0]) } ?? ".", O_RDONLY | O_CLOEXEC)
    if folder >= 0 {
      fsync(folder)
      close(folder)
    }
    return descriptor
  }

  /// Opens a journal whose meter is dead, cuts off what is not whole, and goes on behind it.
  ///
  /// - Throws: ``MeteringError`` when another meter holds it, or it cannot be read or written.
  public static func reopen(_ path: String) throws(MeteringError) -> (writer: JournalWriter, journal: Journal) {
    let descriptor = open(path, O_WRONLY | O_APPEND | O_CLOEXEC)
    guard descriptor >= 0 else { throw MeteringError("the journal \(path) cannot be written: \(errorText(errno))") }
    let writer = JournalWriter(path, descriptor, sequence: 0, length: 0)
    try lock(descriptor, path)
    let journal = try Journal(path: path)
    writer.sequence = journal.records
    writer.length = journal.wholeBytes
    guard ftruncate(descriptor, off_t(journal.wholeBytes)) == 0 else {
      throw MeteringError("the journal \(path) cannot be cut to its whole records: \(errorText(errno))")
    }
    return (writer, journal)
  }

  /// Goes on with a file that somebody else has made, opened and locked; the descriptor is the writer's from here on.
  ///
  /// - Parameters:
  ///   - owner: who must own the file.
  ///   - isForeign: whether the file belongs to another user than this process. A foreign file must lie on a local
  ///     disk: one on a network may keep a writer waiting, and with it everybody who is measured.
  ///   - resumes: whether it holds a journal to go on with; else it must be empty.
  /// - Throws: ``MeteringError`` when the file is not fit.
  static func adopt(
    _ descriptor: Int32, owner: UInt32, isForeign: Bool, resumes: Bool
  ) throws(MeteringError) -> (writer: JournalWriter, journal: Journal) {
    let writer = JournalWriter("handed over", descriptor, sequence: 0, length: 0)
    var status = stat()
    let flags = journal_flags(descriptor)
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw MeteringError("the journal handed over is no file")
    }
    guard flags >= 0, flags & O_ACCMODE == O_RDWR, flags & O_APPEND != 0 else {
      throw MeteringError("the journal handed over is not open for reading and appending")
    }
    guard status.st_uid == owner else { throw MeteringError("the journal handed over is somebody else's file") }
    guard !isForeign || journal_is_local(descriptor) != 0 else {
      throw MeteringError(
        "the journal lies on a network or user file system, which may stop the meter for everybody; set DIMMER_DATA_DIR to a folder on a local disk"
      )
    }
    // The owner's own lock is this one, too: both came from one opening of the file.
    try lock(descriptor, "handed over")
    guard resumes else {
      guard status.st_size == 0 else { throw MeteringError("the journal handed over is not empty") }
      return (writer, Journal(parsing: []))
    }
    let journal = Journal(parsing: try Journal.bytes(of: descriptor, named: "handed over"))
    writer.sequence = journal.records
    writer.length = journal.wholeBytes
    guard ftruncate(descriptor, off_t(journal.wholeBytes)) == 0 else {
      throw MeteringError("the journal cannot be cut to its whole records: \(errorText(errno))")
    }
    return (writer, journal)
  }

  private init(_ path: String, _ descriptor: Int32, sequence: UInt64, length: Int) {
    self.path = path
    self.descriptor = descriptor
    self.sequence = sequence
    self.length = length
  }

  deinit { close(descriptor) }

  /// Takes a record to be written by the next ``sync()``.
  public func append(_ record: JournalRecord) {
    // Samples are cumulative: while the disk takes nothing, the newest one says all that older ones did.
    if isFailing, case .sample = record, let last = waiting.last, case .sample = last { waiting.removeLast() }
    waiting.append(record)
  }

  /// Writes what waits and forces it to the disk. What could not be written waits for the next time.
  ///
  /// - Throws: ``MeteringError`` with the reason; the journal stays whole up to its last record.
  public func sync() throws(MeteringError) {
    guard !waiting.isEmpty || isUnsynced else { return }
    isFailing = true
    try writeWaiting()
    guard fdatasync(descriptor) == 0 else {
      throw MeteringError("the journal \(path) is not safe on the disk: \(errorText(errno))")
    }
    isUnsynced = false
    isFailing = false
  }

  private func writeWaiting() throws(MeteringError) {
    guard !waiting.isEmpty else { return }
    // Half a record, left by a failure, would hide all that follow it.
    var status = stat()
    if fstat(descriptor, &status) == 0, Int(status.st_size) != length, ftruncate(descriptor, off_t(length)) != 0 {
      throw MeteringError("the journal \(path) cannot be cut to its whole records: \(errorText(errno))")
    }
    text.clear()
    var next = sequence
    for record in waiting {
      record.append(to: &text, sequence: next)
      next += 1
    }
    var done = 0
    while done < text.bytes.count {
      let count = text.bytes.withUnsafeBytes { write(descriptor, $0.baseAddress! + done, $0.count - done) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        let reason = errno
        _ = ftruncate(descriptor, off_t(length))
        throw MeteringError("the journal \(path) cannot be written: \(errorText(reason))")
      }
      done += count
    }
    length += text.bytes.count
    sequence = next
    waiting.removeAll(keepingCapacity: true)
    isUnsynced = true
  }

  /// Removes a journal in which nothing was recorded.
  public func discard() {
    if length == 0 { unlink(path) }
  }

  private static func lock(_ descriptor: Int32, _ path: String) throws(MeteringError) {
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      throw MeteringError(
        errno == EWOULDBLOCK
          ? "the journal \(path) is being written by another meter"
          : "the journal \(path) cannot be locked: \(errorText(errno))")
    }
  }

  private static func makeFolder(of path: String) throws(MeteringError) {
    var end = path.startIndex
    while let slash = path[end...].firstIndex(of: "/") {
      end = path.index(after: slash)
      let folder = String(path[..<slash])
      guard !folder.isEmpty, mkdir(folder, 0o700) != 0, errno != EEXIST else { continue }
      guard Folder.exists(folder) else {
        throw MeteringError("the folder \(folder) cannot be made: \(errorText(errno))")
      }
    }
  }
}
