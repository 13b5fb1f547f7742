#if canImport(Glibc)
  import Glibc
#endif

/// One buffer for all small kernel files, so that reading hundreds of them a second allocates nothing.
final class FileBuffer {
  private var storage: UnsafeMutableRawBufferPointer

  init(capacity: Int = 4096) {
    storage = .allocate(byteCount: capacity, alignment: 16)
  }

  deinit { storage.deallocate() }

  /// What one look at the file behind `descriptor` gives from its beginning, valid until the next read; `nil` when it
  /// cannot be read, with the reason in `errno`.
  ///
  /// For files that are one record, as `stat` or a counter: the kernel gives those whole. Tables come by the page.
  func contents(of descriptor: Int32) -> UnsafeRawBufferPointer? { read(descriptor, untilEnd: false) }

  /// The whole file at `path`, however many pages the kernel gives it in, valid until the next read; `nil` when it cannot
  /// be read, with the reason in `errno`.
  func contents(ofFileAt path: String) -> UnsafeRawBufferPointer? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      // On a replayed machine it may have been there and closed.
      if errno == ENOENT, let refusal = RecordedRefusal(at: path) { errno = refusal.number }
      return nil
    }
    let bytes = read(descriptor, untilEnd: true)
    let reason = errno
    close(descriptor)
    errno = reason
    return bytes
  }

  private func read(_ descriptor: Int32, untilEnd: Bool) -> UnsafeRawBufferPointer? {
    var length = 0
    while true {
      let count = pread(descriptor, storage.baseAddress! + length, storage.count - length, off_t(length))
      if count < 0 {
        if errno == EINTR { continue }
        return nil
      }
      length += count
      if count == 0 || (!untilEnd && length < storage.count) {
        return UnsafeRawBufferPointer(rebasing: storage[0..<length])
      }
      if length == storage.count { grow() }
    }
  }

  /// A copy of the file at `path`, for readers that do not keep the buffer; `nil` with the reason in `errno`.
  func copy(ofFileAt path: String) -> [UInt8]? { contents(ofFileAt: path).map { Array($0) } }

  /// The file at `path` as text without space around it.
  func text(at path: String) -> String? {
    guard let bytes = contents(ofFileAt: path) else { return nil }
    return String(decoding: bytes, as: UTF8.self).trimmed
  }

  /// The one whole number in the file at `path`; `nil` with the reason in `errno`, which is 0 when the file can be read
  /// and holds anything else.
  func number(at path: String) -> UInt64? {
    guard let bytes = contents(ofFileAt: path) else { return nil }
    let number = KernelText.number(bytes)
    if number == nil { errno = 0 }
    return number
  }

  private func grow() {
    let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: storage.count * 2, alignment: 16)
    larger.copyMemory(from: UnsafeRawBufferPointer(storage))
    storage.deallocate()
    storage = larger
  }
}

/// A file that stays open, because it is read every period.
final class KeptFile {
  let descriptor: Int32

  init(_ path: String) { descriptor = open(path, O_RDONLY | O_CLOEXEC) }
  deinit { if descriptor >= 0 { close(descriptor) } }
}

/// What is in a folder, or why it cannot be said.
enum Folder {
  /// The names in the folder at `path`, sorted; `nil` when it cannot be listed, with the reason in `errno`.
  static func names(at path: String) -> [String]? {
    guard let folder = opendir(path) else { return nil }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
        tuple.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// Whether there is something at `path`.
  static func exists(_ path: String) -> Bool {
    access(path, F_OK) == 0 || RecordedRefusal(at: path) != nil
  }

  /// The permission bits of the file at `path` as people write them, for example `0400`.
  static func mode(of path: String) -> String? {
    var status = stat()
    guard stat(path, &status) == 0 else { return RecordedRefusal(at: path).map { RecordedFile.octal($0.mode) } }
    return RecordedFile.octal(UInt16(truncatingIfNeeded: status.st_mode))
  }
}

/// The text of an error number.
func errorText(_ number: Int32) -> String { String(cString: strerror(number)) }
