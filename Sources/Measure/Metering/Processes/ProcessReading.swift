/// A process for good: a number alone is given to another process later.
public struct ProcessIdentity: Hashable, Sendable {
  /// The process's number.
  public let pid: Int32
  /// When it started, in ticks since the machine did.
  public let startTicks: UInt64

  /// The process `pid` that started then.
  public init(pid: Int32, startTicks: UInt64) {
    self.pid = pid
    self.startTicks = startTicks
  }
}

/// One process as seen in one scan.
public struct ProcessReading: Hashable, Sendable {
  /// Which process.
  public var identity: ProcessIdentity
  /// The parent's number.
  public var parent: Int32
  /// CPU time of its own threads since it started, nanoseconds.
  public var ownNanoseconds: UInt64
  /// CPU time of the children it waited for, and of theirs, nanoseconds.
  public var childrenNanoseconds: UInt64
  /// Resident memory in bytes.
  public var residentBytes: UInt64

  /// A reading.
  public init(
    identity: ProcessIdentity, parent: Int32, ownNanoseconds: UInt64, childrenNanoseconds: UInt64 = 0,
    residentBytes: UInt64 = 0
  ) {
    self.identity = identity
    self.parent = parent
    self.ownNanoseconds = ownNanoseconds
    self.childrenNanoseconds = childrenNanoseconds
    self.residentBytes = residentBytes
  }
}
