import Foundation
import Ledger

#if canImport(Glibc)
  import Glibc
#endif

/// Files and folders that only their owner can use, since commands and tags in the record can be private.
enum PrivateFile {
  /// Makes the folder with mode 0700 and the empty file with mode 0600, each only when it is not there; SQLite gives
  /// its log the mode of the file.
  static func prepare(_ path: String) throws(LedgerError) {
    let folder = (path as NSString).deletingLastPathComponent
    do {
      try FileManager.default.createDirectory(
        atPath: folder.isEmpty ? "." : folder, withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o700])
    } catch {
      throw .noPermission(path: path, reason: "its folder cannot be made: \(reason(of: error))")
    }
    // Only a file that this very call makes is closed here: closing another one would end SQLite's locks on it.
    let file = Glibc.open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
    if file >= 0 {
      Glibc.close(file)
      synchronize(folder: folder)
    } else if errno != EEXIST {
      throw failure(errno, path: path)
    }
  }

  /// What an error number of the system means to the caller.
  static func failure(_ code: Int32, path: String) -> LedgerError {
    let reason = String(cString: strerror(code))
    switch code {
    case ENOSPC, EDQUOT: return .diskFull(path: path)
    case EACCES, EPERM, EROFS, ENOTDIR, EISDIR, ENOENT: return .noPermission(path: path, reason: reason)
    default: return .failed(path: path, reason: reason)
    }
  }

  /// Makes the new name in the folder survive a power cut.
  private static func synchronize(folder: String) {
    let descriptor = Glibc.open(folder.isEmpty ? "." : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    Glibc.close(descriptor)
  }

  private static func reason(of error: any Error) -> String {
    // What the system said stands at the innermost; the errors around it speak of classes and not of fixes.
    var error = error as NSError
    while let inner = error.userInfo[NSUnderlyingErrorKey] as? NSError { error = inner }
    return error.domain == NSPOSIXErrorDomain
      ? String(cString: strerror(Int32(error.code))).lowercased() : error.localizedDescription
  }
}

/// A lock between processes, held while a ledger is opened.
struct FileLock {
  private let descriptor: Int32

  /// Waits for the lock on that file, which is made when it is not there.
  init(at path: String) throws(LedgerError) {
    descriptor = Glibc.open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw PrivateFile.failure(errno, path: path) }
    while flock(descriptor, LOCK_EX) != 0 {
      guard errno == EINTR else {
        let code = errno
        Glibc.close(descriptor)
        throw PrivateFile.failure(code, path: path)
      }
    }
  }

  /// Lets the next one in.
  func release() { Glibc.close(descriptor) }
}
