/// What every place that keeps the record owes its callers.
///
/// **Durability.** When a writing call returns, what it wrote survives the end of the process by any signal and a power
/// cut. When it throws, nothing of it was written, and the store can be used on: a full disk is an error, not an end.
///
/// **Atomicity and order.** Each writing call is one transaction. Calls of one process take effect in the order in which
/// they return; several processes may write at once and each transaction is whole. A reading call sees one moment of
/// the ledger, and everything that was acknowledged before it began.
///
/// **Idempotence.** Every writing call can be made again with the same arguments and leaves the same ledger, so that a
/// caller who does not know whether a call arrived makes it again.
///
/// **Cancellation.** A call that has begun finishes; it is never half done. The last batch of a program that is
/// shutting down is thus written like any other.
///
/// **Units.** As the records state; times are whole milliseconds UTC, energies whole microjoules, carbon of requests
/// whole nanograms. What is stored is read back equal, unknowns with their reasons included.
///
/// Backends implement these primitives; conveniences are in extensions. Each must pass the suite in LedgerConformance.
public protocol LedgerStore: Sendable {
  /// Writes an entry, all of it or nothing.
  ///
  /// An activity replaces the row of its id unless that row knows more (``ActivityStatus/knowledge``). Components,
  /// conservation and figures replace those of the same key; others of the activity stay. Signals, variants and
  /// decisions are facts: one whose id is there already stays as it was. A journal replaces the row of its path.
  ///
  /// - Throws: ``LedgerError/invalid(_:)`` for an entry that ``LedgerEntry/validate()`` refuses or whose parts belong to
  ///   an activity that is neither in it nor in the ledger; the storage errors.
  @discardableResult
  func commit(_ entry: LedgerEntry) async throws(LedgerError) -> CommitOutcome

  /// Appends requests and adds them to their hours in the same transaction; those whose id is there already are left
  /// out.
  ///
  /// - Returns: how many were new.
  /// - Throws: ``LedgerError/invalid(_:)`` when an activity is not in the ledger; then none of the batch was written.
  @discardableResult
  func append(_ requests: [RequestRecord]) async throws(LedgerError) -> Int

  /// Records how good answers were, in the requests and in their hours; a later verdict replaces an earlier one of either
  /// kind.
  ///
  /// - Returns: the ids that are not in the ledger, for example because they are still on their way.
  /// - Throws: ``LedgerError/invalid(_:)`` for points that are negative or not finite; then none was recorded.
  @discardableResult
  func judge(_ verdicts: [ActivityID: Verdict]) async throws(LedgerError) -> [ActivityID]

  /// The activity with its components, conservation and figures, or `nil`.
  func account(of id: ActivityID) async throws(LedgerError) -> ActivityAccount?

  /// Activities, newest first.
  func activities(_ query: ActivityQuery) async throws(LedgerError) -> [Activity]

  /// The figure, or `nil`.
  func figure(_ id: FigureID) async throws(LedgerError) -> FigureRecord?

  /// The grid value, or `nil`.
  func signal(_ id: SignalID) async throws(LedgerError) -> SignalRecord?

  /// Grid values as issued by a moment: of each stretch of validity the latest issue, in the order of validity. The
  /// latest issue is the one with the greatest moment of issue, and of several the one with the greatest id.
  func signals(_ query: SignalQuery) async throws(LedgerError) -> [SignalRecord]

  /// The variant's calibration, or `nil`.
  func variant(_ id: VariantID) async throws(LedgerError) -> VariantRecord?

  /// All calibrations under an alias, or under all of them, oldest first.
  func variants(alias: String?) async throws(LedgerError) -> [VariantRecord]

  /// The decision, or `nil`.
  func decision(_ id: DecisionID) async throws(LedgerError) -> DecisionRecord?

  /// Decisions in the order of grid time, those of one moment in the order they were made.
  func decisions(_ query: DecisionQuery) async throws(LedgerError) -> [DecisionRecord]

  /// The request, or `nil`.
  func request(_ id: ActivityID) async throws(LedgerError) -> RequestRecord?

  /// A page of requests, newest first.
  func requests(_ query: RequestQuery) async throws(LedgerError) -> RequestPage

  /// Hours by hour, activity, alias and variant.
  func rollups(_ query: RollupQuery) async throws(LedgerError) -> [HourRollup]

  /// The sums of those hours.
  func totals(_ query: RollupQuery) async throws(LedgerError) -> RequestSums

  /// The journal that was taken in from that path, or `nil`.
  func journal(at path: String) async throws(LedgerError) -> JournalRecord?

  /// All journals that were taken in, by path.
  func journals() async throws(LedgerError) -> [JournalRecord]

  /// Ids of activities, requests, signals, variants and decisions that begin with `beginning`, in order.
  ///
  /// - Parameter beginning: a kind, an underscore and any number of characters in lower case, as ids are written.
  func identifiers(beginningWith beginning: String, limit: Int) async throws(LedgerError) -> [String]

  /// The newest ids of the kind with these letters, newest first.
  func newestIdentifiers(ofPrefix prefix: String, limit: Int) async throws(LedgerError) -> [String]
}
