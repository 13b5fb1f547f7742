#if canImport(Glibc)
  import Glibc
#endif

/// The folder that a recording is kept in.
struct RecordingFolder {
  let path: String

  var index: String { "\(path)/recording.txt" }
  var listing: String { "\(path)/machine.txt" }
  var gpu: String { "\(path)/gpu.txt" }
  func machine(_ name: String) -> String { "\(path)/machine/\(name)" }
  func frame(_ number: Int) -> String {
    let digits = String(number)
    return "\(path)/frames/\(String(repeating: "0", count: max(0, 4 - digits.count)))\(digits)"
  }

  /// Makes the folder, which only its owner may look into; an empty one may be there.
  func make() throws(MeteringError) {
    if mkdir(path, 0o700) != 0 {
      guard errno == EEXIST, let names = Folder.names(at: path) else {
        throw MeteringError("the folder \(path) cannot be made: \(errorText(errno))")
      }
      guard names.isEmpty else {
        throw MeteringError("\(path) is not empty; name a folder that is not there yet")
      }
    }
    for name in ["machine", "frames"] where mkdir("\(path)/\(name)", 0o700) != 0 {
      throw MeteringError("the folder \(path)/\(name) cannot be made: \(errorText(errno))")
    }
  }

  /// Writes a new file, its folders made as needed.
  static func write(_ bytes: [UInt8], to file: String, below root: String) throws(MeteringError) {
    makeFolders(of: file, below: root)
    try put(bytes, file, flags: O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC)
  }

  /// Adds to a file.
  static func append(_ bytes: [UInt8], to file: String) throws(MeteringError) {
    try put(bytes, file, flags: O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC)
  }

  /// Makes the folders between `root`, which is there, and a file.
  static func makeFolders(of file: String, below root: String) {
    let parts = file.dropFirst(root.count).split(separator: "/").dropLast()
    var folder = root
    for part in parts {
      folder += "/\(part)"
      mkdir(folder, 0o700)
    }
  }

  private static func put(_ bytes: [UInt8], _ file: String, flags: Int32) throws(MeteringError) {
    let descriptor = open(file, flags, 0o600)
    guard descriptor >= 0 else { throw MeteringError("\(file) cannot be written: \(errorText(errno))") }
    defer { close(descriptor) }
    try writeAll(bytes, descriptor, file)
  }

  static func writeAll(_ bytes: [UInt8], _ descriptor: Int32, _ file: String) throws(MeteringError) {
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress! + written, $0.count - written) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw MeteringError("\(file) cannot be written: \(errorText(errno))") }
      written += count
    }
  }

  /// A plain file of at most so many bytes; recordings come from strangers, so nothing else is opened.
  static func read(_ file: String, atMost largest: Int) throws(MeteringError) -> [UInt8] {
    let descriptor = open(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { throw MeteringError("\(file) cannot be read: \(errorText(errno))") }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw MeteringError("\(file) is no plain file")
    }
    guard status.st_size <= largest else { throw MeteringError("\(file) is longer than a recording may have it") }
    var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
    var length = 0
    while length < bytes.count {
      let room = bytes.count - length
      let count = bytes.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress! + length, room) }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw MeteringError("\(file) cannot be read: \(errorText(errno))") }
      if count == 0 { break }
      length += count
    }
    return Array(bytes.prefix(length))
  }
}
