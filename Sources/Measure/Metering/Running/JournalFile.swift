import CMetering

#if canImport(Glibc)
  import Glibc
#endif

/// The file of a journal as its owner makes it: empty, locked, to be handed to a meter.
final class JournalFile {
  let path: String
  let descriptor: Int32

  /// Makes the file at `path`, and its folder if it is not there.
  ///
  /// - Throws: ``MeteringError`` when it is there already, or cannot be made.
  init(making path: String) throws(MeteringError) {
    self.path = path
    descriptor = try JournalWriter.make(path)
  }

  deinit { close(descriptor) }

  /// Whether it holds something to go on from.
  var holdsSamples: Bool { (try? Journal(parsing: Journal.bytes(of: descriptor, named: path)))?.last != nil }

  /// Empties it, when nothing in it can be gone on from.
  func empty() { ftruncate(descriptor, 0) }

  /// Removes it when nothing was recorded.
  func discardIfEmpty() {
    var status = stat()
    if fstat(descriptor, &status) == 0, status.st_size == 0 { unlink(path) }
  }
}
