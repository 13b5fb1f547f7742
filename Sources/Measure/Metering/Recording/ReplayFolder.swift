#if canImport(Glibc)
  import Glibc
#endif

/// A folder in which a recorded machine is laid out. It is new, so no link in it leads anywhere; it is gone with this.
final class ReplayFolder {
  let path: String

  /// Makes a folder of a new name in `parent`.
  init(in parent: String) throws(MeteringError) {
    var template = Array("\(parent)/dimmer-replay-XXXXXX".utf8CString)
    guard template.withUnsafeMutableBufferPointer({ mkdtemp($0.baseAddress!) }) != nil else {
      throw MeteringError("no folder can be made in \(parent): \(errorText(errno))")
    }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    for top in RecordedPath.tops { mkdir("\(path)/\(top)", 0o700) }
  }

  deinit { Self.removeAll(path) }

  /// Makes a change that was checked already.
  func apply(_ name: String, _ file: RecordedFile?) throws(MeteringError) {
    let place = "\(path)/\(name)"
    switch file?.content {
    case nil: remove(name)
    case .refused(let number)?:
      remove(name)
      RecordingFolder.makeFolders(of: place, below: path)
      let refusal = RecordedRefusal(number: number, mode: file?.mode ?? 0)
      guard symlink(refusal.target, place) == 0 else {
        throw MeteringError("\(place) cannot be made: \(errorText(errno))")
      }
    case .bytes(let bytes)?:
      RecordingFolder.makeFolders(of: place, below: path)
      if kind(of: place) == S_IFLNK { unlink(place) }
      // In place: whoever has the file open sees the new bytes, as with the kernel's files.
      let descriptor = openForWriting(place, O_CREAT)
      guard descriptor >= 0 else { throw MeteringError("\(place) cannot be written: \(errorText(errno))") }
      defer { close(descriptor) }
      try RecordingFolder.writeAll(bytes, descriptor, place)
      // Its owner reads it whatever it says: it was readable where it was recorded.
      fchmod(descriptor, mode_t(file?.mode ?? 0) & 0o777 | 0o400)
    }
  }

  /// Removes a file; whoever has it open sees it empty, as the kernel shows a process that is gone.
  private func remove(_ name: String) {
    let place = "\(path)/\(name)"
    if kind(of: place) == S_IFREG {
      let descriptor = openForWriting(place, 0)
      if descriptor >= 0 { close(descriptor) }
    }
    unlink(place)
    var folder = RecordedPath.folder(of: name)
    while folder.contains("/"), rmdir("\(path)/\(folder)") == 0 { folder = RecordedPath.folder(of: folder) }
  }

  /// The file at `place`, empty, for writing; -1 with the reason in `errno`.
  private func openForWriting(_ place: String, _ flags: Int32) -> Int32 {
    if kind(of: place) == S_IFREG { chmod(place, 0o600) }
    return open(place, O_WRONLY | O_TRUNC | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | flags, 0o600)
  }

  private func kind(of place: String) -> mode_t? {
    var status = stat()
    return lstat(place, &status) == 0 ? status.st_mode & S_IFMT : nil
  }

  private static func removeAll(_ path: String) {
    for name in Folder.names(at: path) ?? [] {
      let entry = "\(path)/\(name)"
      // A link is removed, never followed.
      if unlink(entry) != 0 { removeAll(entry) }
    }
    rmdir(path)
  }
}
