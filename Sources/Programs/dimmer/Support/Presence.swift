import Foundation
import Ledger
import Quantities

/// A lock that shows that a process is behind an activity that the ledger calls running.
///
/// The kernel gives the lock up however the process ends, so that the next command can close what a killed one left.
final class Presence: Sendable {
  private let descriptor: Int32
  private let path: String

  /// Takes the lock; before the activity is committed, so that nobody finds it running without.
  ///
  /// - Throws: a failure when the file can not be made.
  init(of activity: ActivityID, in directory: DataDirectory) throws(Failure) {
    let folder = Self.folder(directory)
    path = Self.file(activity, directory)
    try? FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0, flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      throw Failure(
        Failure.status(errno: errno),
        "\(path) can not be made: \(String(cString: strerror(errno)).lowercased()); set DIMMER_DATA_DIR to a folder of yours"
      )
    }
  }

  /// Gives the lock up, once the ledger knows how the activity ended.
  func end() {
    unlink(path)
    close(descriptor)
  }

  private static func folder(_ directory: DataDirectory) -> String { "\(directory.path)/running" }
  private static func file(_ activity: ActivityID, _ directory: DataDirectory) -> String {
    "\(folder(directory))/\(activity).lock"
  }

  /// Whether no process holds the activity's lock.
  private static func isAbandoned(_ activity: ActivityID, _ directory: DataDirectory) -> Bool {
    let descriptor = open(file(activity, directory), O_RDWR | O_CLOEXEC)
    guard descriptor >= 0 else { return errno == ENOENT }
    defer { close(descriptor) }
    return flock(descriptor, LOCK_EX | LOCK_NB) == 0
  }

  /// Closes the serves and calibrations whose process is gone without having said how they ended.
  ///
  /// - Returns: those closed now.
  static func closeAbandoned(in store: any LedgerStore, _ directory: DataDirectory) async throws(LedgerError)
    -> [Activity]
  {
    var closed: [Activity] = []
    let latest = try await store.activities(ActivityQuery(kinds: [.serve, .calibration], limit: 100))
    for var activity in latest where activity.status == .running && isAbandoned(activity.id, directory) {
      let request = try await store.requests(RequestQuery(activity: activity.id, limit: 1)).requests.first?.received
      let decision = try await store.decisions(
        DecisionQuery(activity: activity.id, newestFirst: true, limit: 1)
      ).first?.made
      let last = [activity.started, request, decision].compactMap { $0 }.max() ?? activity.started
      activity.status = .notObserved(after: last)
      activity.ended = last
      activity.reason = "its process ended without a word; what it recorded until \(last) stands"
      try await store.commit(LedgerEntry(activity: activity))
      unlink(file(activity.id, directory))
      closed.append(activity)
    }
    return closed
  }
}
