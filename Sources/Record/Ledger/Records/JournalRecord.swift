public import Quantities

/// A meter's journal that has been taken in, so that no one takes it in twice.
public struct JournalRecord: Hashable, Sendable, Codable {
  /// The file.
  public var path: String
  /// The activity made from it.
  public var activity: ActivityID
  /// How many bytes of it were whole.
  public var bytes: Int64
  /// When it was closed, by the wall clock.
  public var closed: Timestamp

  /// A journal.
  public init(path: String, activity: ActivityID, bytes: Int64, closed: Timestamp) {
    self.path = path
    self.activity = activity
    self.bytes = bytes
    self.closed = closed
  }
}
