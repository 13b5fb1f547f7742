import Grid
public import Ledger
public import Quantities
public import Reporting
import Switching

/// Makes savings statements of what was served, from the record alone.
public struct SavingsReader: Sendable {
  /// An alias's statement with the pictures of the same hours.
  public struct Account: Sendable {
    /// The terms, day by day.
    public let statement: SavingsStatement
    /// What was served, judged.
    public let review: ServedReview

    /// The pictures.
    public var charts: OutcomeCharts { OutcomeCharts(review.result, of: review.replay, name: "as served") }
  }

  /// The most days that are told at once.
  public static let longest = 31

  private let store: any LedgerStore

  /// A reader of that record.
  public init(store: any LedgerStore) { self.store = store }

  /// The accounts of the newest activity that served, and of those before it that it went on from: a server on the wall
  /// clock that was started again in the same region. A replay or a demo stands for itself.
  ///
  /// - Parameter time: only the hours of grid time that hold a moment of it; all where it is `nil`.
  /// - Throws: ``LedgerError``, or an error of a decision that cannot be read.
  public func newest(in time: Range<Timestamp>? = nil) async throws -> [Account] {
    let activities = try await store.activities(ActivityQuery(kinds: [.serve, .demo], limit: 64))
    for activity in activities {
      let decisions = try await store.decisions(DecisionQuery(activity: activity.id, newestFirst: true, limit: 1))
      guard !decisions.isEmpty else { continue }
      let others = activities.filter {
        $0.id != activity.id && $0.kind == .serve && $0.clock == "wall" && $0.region == activity.region
      }
      return try await accounts(
        of: [activity] + (activity.kind == .serve && activity.clock == "wall" ? others : []), in: time)
    }
    return []
  }

  /// The accounts of one activity, by alias.
  public func accounts(of activity: ActivityID, in time: Range<Timestamp>? = nil) async throws -> [Account] {
    guard let activity = try await store.activity(activity) else { return [] }
    return try await accounts(of: [activity], in: time)
  }

  /// The accounts of activities that are one service, the newest first.
  private func accounts(of activities: [Activity], in time: Range<Timestamp>?) async throws -> [Account] {
    var latest: [String: DecisionRecord] = [:]
    for activity in activities {
      // Aliases decide about equally often, so the last few hundred decisions hold each of them.
      let newest = try await store.decisions(DecisionQuery(activity: activity.id, newestFirst: true, limit: 256))
      for decision in newest {
        if let known = latest[decision.alias], known.grid >= decision.grid { continue }
        latest[decision.alias] = decision
      }
    }
    var accounts: [Account] = []
    for decision in latest.values.sorted(by: { $0.alias < $1.alias }) {
      guard let range = try await range(of: activities, until: decision, in: time) else { continue }
      accounts.append(try await account(of: activities, decision: decision, range: range))
    }
    return accounts
  }

  /// The hours to tell: those of the time, or of the last days up to the newest decision.
  private func range(
    of activities: [Activity], until decision: DecisionRecord, in time: Range<Timestamp>?
  ) async throws -> Range<Timestamp>? {
    var begin = decision.grid.startOfHour
    for activity in activities {
      let first = try await store.decisions(
        DecisionQuery(activity: activity.id, alias: decision.alias, limit: 1)
      ).first
      if let first { begin = min(begin, first.grid.startOfHour) }
    }
    var end = decision.grid.startOfHour + .hours(1)
    begin = max(begin, decision.grid.startOfDay - .hours(Double(24 * (Self.longest - 1))))
    if let time {
      begin = max(begin, time.lowerBound.startOfHour)
      let last = time.upperBound.startOfHour
      end = min(end, last < time.upperBound ? last + .hours(1) : last)
    }
    return begin < end ? begin..<end : nil
  }

  private func account(
    of activities: [Activity], decision: DecisionRecord, range: Range<Timestamp>
  ) async throws -> Account {
    let signal = try await kind(of: decision)
    let contract = try ServedContract(decision)
    let review = try await ServedReview(
      store: store, activities: activities.map(\.id), contract: contract, policy: nil,
      region: activities.first?.region, signalKind: signal, range: range)
    let beside = ServedAside(review.hours, on: contract.ladder)
    let aside = beside.energies
    let kept = try await store.variants(alias: contract.alias)
    let newest = contract.ladder.variants.compactMap { kept.inForce($0.name, at: decision.made) }
    let directives = Set(newest.filter { $0.directiveOf != nil }.map(\.name))
    let split = SavingsLedger(review.result, of: review.replay, directives: directives, aside: aside)
    let ledger = try credited(split, review, contract.floor)
    let deciding = Calibrations.deciding(newest, kept: kept, at: decision.made)
    let energies = Self.energies(of: contract.ladder, by: deciding)
    let spread =
      energies.isEmpty
      ? nil
      : try SavingsSpread(
        review.result, of: review.replay, energies: energies, directives: directives, aside: aside)
    let sums = review.hours.reduce(RequestSums()) { $0 + $1.sums }
    let isWhole = sums.withoutCarbon <= sums.failed
    var statement = SavingsStatement(
      name: decision.alias, floor: contract.floor, ledger: ledger, spread: spread,
      id: activities.first?.id.description, servedUntil: range.upperBound, recorded: isWhole ? sums.carbon : nil,
      uncounted: beside.uncounted)
    statement.probes = try await Self.probes(of: decision.alias, under: activities, range: range, in: store)
    return Account(statement: statement, review: review)
  }

  /// The ledger with qualities as they were in force, where those changed.
  private func credited(_ ledger: SavingsLedger, _ review: ServedReview, _ floor: Double) throws -> SavingsLedger {
    let qualities = try QualitiesInForce(review.decisions)
    guard !qualities.areOne else { return ledger }
    let days = Dictionary(grouping: review.hours, by: \.key.hour.startOfDay)
    return ledger.credited(floor: floor) { start in days[start.startOfDay].flatMap(qualities.mean(over:)) }
  }

  private func kind(of decision: DecisionRecord) async throws(LedgerError) -> String {
    let usual = SignalKind.averageLifecycle.rawValue
    let elsewhere = decision.grids?.sorted { $0.key < $1.key }.lazy.compactMap(\.value.signalID).first
    guard let id = decision.signalID ?? elsewhere else { return usual }
    return try await store.signal(id)?.kind ?? usual
  }

  /// The interval of each variant's energy by unit, after its calibration; variants that are known exactly are left out.
  private static func energies(of ladder: Ladder, by calibrations: [VariantRecord]) -> [String: ClosedRange<Energy>] {
    var energies: [String: ClosedRange<Energy>] = [:]
    for variant in ladder.variants {
      guard let known = calibrations.first(where: { $0.name == variant.name }), known.joulesPerUnit > 0,
        known.joulesPerUnitLow < known.joulesPerUnitHigh
      else { continue }
      let low = variant.energy * max(0, known.joulesPerUnitLow / known.joulesPerUnit)
      let high = variant.energy * (known.joulesPerUnitHigh / known.joulesPerUnit)
      energies[variant.name] = min(low, variant.energy)...max(high, variant.energy)
    }
    return energies
  }
}
