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
  private var isFailing = false
  private var isUnsynced = false

  /// Opens a new journal, whose folder is made if it is not there.
  ///
  /// - Throws: ``MeteringError`` when it is there already, or cannot be written.
  public static func create(_ path: String) throws(MeteringError) -> JournalWriter {
    try makeFolder(of: path)
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw MeteringError("the journal \(path) cannot be made: \(errorText(errno))") }
    let writer = JournalWriter(path, descriptor, sequence: 0, length: 0)
    try writer.lock()
    // The file's name is safe only when its folder is.
    let folder = open(path.lastIndex(of: "/").map { String(path[...$0]) } ?? ".", O_RDONLY | O_CLOEXEC)
    if folder >= 0 {
      fsync(folder)
      close(folder)
    }
    return writer
  }

  /// Opens a journal whose meter is dead, cuts off what is not whole, and goes on behind it.
  ///
  /// - Throws: ``MeteringError`` when another meter holds it, or it cannot be read or written.
  public static func reopen(_ path: String) throws(MeteringError) -> (writer: JournalWriter, journal: Journal) {
    let descriptor = open(path, O_WRONLY | O_APPEND | O_CLOEXEC)
    guard descriptor >= 0 else { throw MeteringError("the journal \(path) cannot be written: \(errorText(errno))") }
    let writer = JournalWriter(path, descriptor, sequence: 0, length: 0)
    try writer.lock()
    let journal = try Journal(path: path)
    writer.sequence = journal.records
    writer.length = journal.wholeBytes
    guard ftruncate(descriptor, off_t(journal.wholeBytes)) == 0 else {
      throw MeteringError("the journal \(path) cannot be cut to its whole records: \(errorText(errno))")
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
    var bytes: [UInt8] = []
    var next = sequence
    for record in waiting {
      bytes += record.line.bytes(sequence: next)
      next += 1
    }
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress! + done, $0.count - done) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        let reason = errno
        _ = ftruncate(descriptor, off_t(length))
        throw MeteringError("the journal \(path) cannot be written: \(errorText(reason))")
      }
      done += count
    }
    length += bytes.count
    sequence = next
    waiting.removeAll(keepingCapacity: true)
    isUnsynced = true
  }

  /// Removes a journal in which nothing was recorded.
  public func discard() {
    if length == 0 { unlink(path) }
  }

  private func lock() throws(MeteringError) {
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
