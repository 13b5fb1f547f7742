import CMetering

#if canImport(Glibc)
  import Glibc
#endif

/// Where the meter of this machine is to be found.
public enum MeterAddress {
  /// The machine's own meter.
  public static let ofMachine = "/run/dimmer/meter.sock"

  /// Sockets to try, in order: `DIMMER_METER_SOCKET` alone when it is set (empty: none), else the machine's meter, else
  /// the user's.
  public static func candidates(environment: [String: String]) -> [String] {
    if let told = environment["DIMMER_METER_SOCKET"] { return told.isEmpty ? [] : [told] }
    return [ofMachine, ofUser(environment: environment)].compactMap { $0 }
  }

  /// The socket of a user's own meter; `nil` without `XDG_RUNTIME_DIR`.
  public static func ofUser(environment: [String: String]) -> String? {
    environment["XDG_RUNTIME_DIR"].flatMap { $0.isEmpty ? nil : "\($0)/dimmer/meter.sock" }
  }
}

/// A socket file that a meter listens at, with a lock beside it, so that two never serve at one place.
public final class MeterSocket {
  /// Why there is no socket, and the status to end with.
  public struct Failure: Error, Hashable, Sendable {
    /// 69 when another meter serves there, 77 when it may not be made, 74 for anything else.
    public let status: Int32
    /// One line with what to do.
    public let description: String
  }

  /// The listening descriptor.
  public let descriptor: Int32
  private let path: String
  private let lock: Int32

  /// Listens at `path`, whose folder is made if it is not there.
  ///
  /// - Parameter isForAll: whether every user may connect; each is told apart by the kernel.
  public init(path: String, isForAll: Bool) throws(Failure) {
    let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    if mkdir(folder, isForAll ? 0o755 : 0o700) != 0, errno != EEXIST { throw Self.failure(folder, errno) }
    let lock = open("\(path).lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard lock >= 0 else { throw Self.failure(folder, errno) }
    guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
      close(lock)
      throw Failure(status: 69, description: "another meter serves at \(path); stop it, or choose another --socket")
    }
    // Whoever had the lock is dead, and so is his socket.
    unlink(path)
    let descriptor = unix_listen(path, 64)
    guard descriptor >= 0 else {
      let reason = errno
      close(lock)
      throw reason == ENAMETOOLONG
        ? Failure(status: 64, description: "the path \(path) is too long for a socket (107 bytes)")
        : Self.failure(path, reason)
    }
    chmod(path, isForAll ? 0o666 : 0o600)
    self.descriptor = descriptor
    self.path = path
    self.lock = lock
  }

  deinit {
    unlink(path)
    close(descriptor)
    close(lock)
  }

  private static func failure(_ path: String, _ reason: Int32) -> Failure {
    let isForbidden = reason == EACCES || reason == EPERM || reason == EROFS
    return Failure(
      status: isForbidden ? 77 : 74,
      description: isForbidden
        ? "\(path) cannot be written: \(errorText(reason)); run as root, or choose --socket in a folder of yours"
        : "\(path): \(errorText(reason))")
  }
}
