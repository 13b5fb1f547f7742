public import Quantities

/// Which activities to list, newest first.
public struct ActivityQuery: Hashable, Sendable {
  /// Only these kinds; all when empty.
  public var kinds: Set<ActivityKind>
  /// Only parts of that activity.
  public var parent: ActivityID?
  /// Only those that began then or later, by the wall clock.
  public var since: Timestamp?
  /// Only those that come after that one in the list: the next page.
  public var after: ActivityID?
  /// How many at most.
  public var limit: Int

  /// A query.
  public init(
    kinds: Set<ActivityKind> = [], parent: ActivityID? = nil, since: Timestamp? = nil, after: ActivityID? = nil,
    limit: Int = 100
  ) {
    self.kinds = kinds
    self.parent = parent
    self.since = since
    self.after = after
    self.limit = limit
  }
}

/// Which grid values to look up, as somebody knew them at a moment.
public struct SignalQuery: Hashable, Sendable {
  /// The region.
  public var region: String
  /// Which signal.
  public var kind: String
  /// Values that hold at some moment of this range.
  public var range: Range<Timestamp>
  /// Only what had been issued by then. There is no default: a query never sees the future by accident.
  public var issuedBy: Timestamp
  /// Only that provider's; any when `nil`.
  public var provider: String?

  /// A query.
  public init(
    region: String, kind: String, range: Range<Timestamp>, issuedBy: Timestamp, provider: String? = nil
  ) {
    self.region = region
    self.kind = kind
    self.range = range
    self.issuedBy = issuedBy
    self.provider = provider
  }
}

/// Which decisions to list, in the order of grid time.
public struct DecisionQuery: Hashable, Sendable {
  /// Only of that serve or demo.
  public var activity: ActivityID?
  /// Only about that alias.
  public var alias: String?
  /// Only those made for a grid time in this range.
  public var range: Range<Timestamp>?
  /// The latest ones, newest first, instead of the earliest, oldest first.
  public var newestFirst: Bool
  /// How many at most.
  public var limit: Int

  /// A query.
  public init(
    activity: ActivityID? = nil, alias: String? = nil, range: Range<Timestamp>? = nil, newestFirst: Bool = false,
    limit: Int = 10_000
  ) {
    self.activity = activity
    self.alias = alias
    self.range = range
    self.newestFirst = newestFirst
    self.limit = limit
  }
}

/// Which requests to list, newest first by the wall clock, in pages.
public struct RequestQuery: Hashable, Sendable {
  /// Where a page ended.
  public struct Cursor: Hashable, Sendable, Codable {
    /// When the page's last request came.
    public var received: Timestamp
    /// The page's last request.
    public var id: ActivityID
    /// A cursor.
    public init(received: Timestamp, id: ActivityID) {
      self.received = received
      self.id = id
    }
  }

  /// Only of that serve or demo.
  public var activity: ActivityID?
  /// Only for that alias.
  public var alias: String?
  /// Only those received in this range of wall time.
  public var received: Range<Timestamp>?
  /// Only those received in this range of grid time.
  public var grid: Range<Timestamp>?
  /// The next page of an earlier answer.
  public var after: Cursor?
  /// How many on a page at most.
  public var limit: Int

  /// A query.
  public init(
    activity: ActivityID? = nil, alias: String? = nil, received: Range<Timestamp>? = nil,
    grid: Range<Timestamp>? = nil, after: Cursor? = nil, limit: Int = 100
  ) {
    self.activity = activity
    self.alias = alias
    self.received = received
    self.grid = grid
    self.after = after
    self.limit = limit
  }
}

/// A page of requests.
public struct RequestPage: Hashable, Sendable, Codable {
  /// The requests.
  public var requests: [RequestRecord]
  /// Where the next page begins; `nil` on the last one.
  public var next: RequestQuery.Cursor?
  /// A page.
  public init(requests: [RequestRecord], next: RequestQuery.Cursor?) {
    self.requests = requests
    self.next = next
  }
}

/// Which hours to sum or list.
public struct RollupQuery: Hashable, Sendable {
  /// Only of that serve or demo.
  public var activity: ActivityID?
  /// Only for that alias.
  public var alias: String?
  /// Only hours that begin in this range of grid time.
  public var range: Range<Timestamp>?

  /// A query.
  public init(activity: ActivityID? = nil, alias: String? = nil, range: Range<Timestamp>? = nil) {
    self.activity = activity
    self.alias = alias
    self.range = range
  }
}
