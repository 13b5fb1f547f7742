import Foundation

/// Reading and writing files with errors that name the file and the fix.
enum Files {
  /// The most that is read of one file: what never ends, such as `/dev/zero`, must not fill the memory.
  static let mostBytes = 1 << 30

  /// The bytes of the file at `path`, or of standard input for `-`. A pipe is read to its end: `<(command)`.
  static func read(_ path: String) throws(Failure) -> [UInt8] {
    guard path != "-" else { return try contents(of: 0, named: "standard input") }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure(path, "read", errno) }
    defer { close(descriptor) }
    return try contents(of: descriptor, named: path)
  }

  /// Writes `text` to `path` by way of a new file beside it, so that a reader never sees half of it.
  ///
  /// What is no plain file (a terminal, a pipe, a device) is written to as it is: a file in its place would take its
  /// name away from everybody. A link stays a link; what it leads to is replaced.
  static func write(_ text: String, to path: String) throws(Failure) {
    var facts = stat()
    let isThere = stat(path, &facts) == 0
    guard !isThere || facts.st_mode & S_IFMT == S_IFREG else {
      let descriptor = open(path, O_WRONLY | O_CLOEXEC)
      guard descriptor >= 0 else { throw failure(path, "written", errno) }
      return try fill(descriptor, with: text, named: path)
    }
    let target = isThere ? resolved(path) : path
    let new = "\(target).\(getpid()).new"
    let descriptor = open(new, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw failure(path, "written", errno) }
    do throws(Failure) {
      if isThere { fchmod(descriptor, facts.st_mode & 0o777) }
      try fill(descriptor, with: text, named: path)
      guard rename(new, target) == 0 else { throw failure(path, "written", errno) }
    } catch {
      unlink(new)
      throw error
    }
  }

  /// The file that a path leads to, through links.
  private static func resolved(_ path: String) -> String {
    guard let found = realpath(path, nil) else { return path }
    defer { free(found) }
    return String(cString: found)
  }

  private static func contents(of descriptor: Int32, named name: String) throws(Failure) -> [UInt8] {
    var bytes: [UInt8] = []
    while true {
      var (got, code) = (0, Int32(0))
      bytes += [UInt8](unsafeUninitializedCapacity: 1 << 18) { buffer, count in
        got = Foundation.read(descriptor, buffer.baseAddress, buffer.count)
        code = errno
        count = max(got, 0)
      }
      if got == 0 { return bytes }
      if got < 0, code != EINTR { throw failure(name, "read", code) }
      guard bytes.count <= mostBytes else {
        throw Failure(.data, "\(name): larger than 1 GB; give a part of it")
      }
    }
  }

  /// Writes all of a text and closes the file: on some file systems the end alone tells that there was no space.
  private static func fill(_ descriptor: Int32, with text: String, named name: String) throws(Failure) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let written = bytes.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if written < 0, errno == EINTR { continue }
      guard written > 0 else {
        let code = errno
        close(descriptor)
        throw failure(name, "written", code)
      }
      bytes = bytes.dropFirst(written)
    }
    guard close(descriptor) == 0 else { throw failure(name, "written", errno) }
  }

  private static func failure(_ name: String, _ done: String, _ code: Int32) -> Failure {
    Failure(
      Failure.status(errno: code), "\(name): can not be \(done): \(String(cString: strerror(code)).lowercased())")
  }
}
