public import Quantities

extension LedgerStore {
  /// The activity of exactly that id, or `nil`.
  public func activity(_ id: ActivityID) async throws(LedgerError) -> Activity? { try await account(of: id)?.activity }

  /// The activity's figures, by name; none when it is not there.
  public func figures(of id: ActivityID) async throws(LedgerError) -> [FigureRecord] {
    try await account(of: id)?.figures ?? []
  }

  /// The activity's components, by name; none when it is not there.
  public func components(of id: ActivityID) async throws(LedgerError) -> [Component] {
    try await account(of: id)?.components ?? []
  }

  /// Where the energy of the activity's interval went; `nil` when no meter read the machine.
  public func conservation(of id: ActivityID) async throws(LedgerError) -> Conservation? {
    try await account(of: id)?.conservation
  }

  /// The parts of an activity, newest first.
  public func children(of id: ActivityID, limit: Int = 1000) async throws(LedgerError) -> [Activity] {
    try await activities(ActivityQuery(parent: id, limit: limit))
  }

  /// The latest activities of a kind, newest first.
  public func latest(
    _ kind: ActivityKind, limit: Int = 20, since: Timestamp? = nil
  ) async throws(LedgerError) -> [Activity] {
    try await activities(ActivityQuery(kinds: [kind], since: since, limit: limit))
  }

  /// The grid value that holds at a moment as somebody knew it at another: of all that hold then, the latest issue.
  public func signal(
    region: String, kind: String, at moment: Timestamp, issuedBy: Timestamp
  ) async throws(LedgerError) -> SignalRecord? {
    let instant = moment..<Timestamp(milliseconds: moment.milliseconds + 1)
    let known = try await signals(SignalQuery(region: region, kind: kind, range: instant, issuedBy: issuedBy))
    return known.max { ($0.issued, $0.validFrom, $0.id) < ($1.issued, $1.validFrom, $1.id) }
  }

  /// The last `limit` requests, newest first.
  public func latestRequests(
    activity: ActivityID? = nil, limit: Int = 20
  ) async throws(LedgerError) -> [RequestRecord] {
    try await requests(RequestQuery(activity: activity, limit: limit)).requests
  }

  /// Writes one request.
  public func append(_ request: RequestRecord) async throws(LedgerError) { try await append([request]) }
}
