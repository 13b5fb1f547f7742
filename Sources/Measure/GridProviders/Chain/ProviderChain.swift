public import Factors
public import Grid
public import Quantities

/// Asks suppliers in order until one gives something to go by, within one time for all, and always answers.
///
/// A step down always has its reason. What nobody could tell is said to be unknown.
public struct ProviderChain: Sendable {
  private let suppliers: [any SignalSupplier]
  private let store: (any SignalStore)?
  private let regions: RegionTable?
  private let limits: SignalLimits
  private let clock: any GridClock

  /// A chain.
  ///
  /// - Parameters:
  ///   - suppliers: who is asked, best first.
  ///   - store: where earlier values are found when nobody answers.
  ///   - regions: the table of yearly means; without it there is no such last resort.
  ///   - limits: what values are believed; suppliers may have stricter ones of their own.
  public init(
    _ suppliers: [any SignalSupplier], store: (any SignalStore)?, regions: RegionTable?,
    limits: SignalLimits = SignalLimits(), clock: any GridClock
  ) {
    self.suppliers = suppliers
    self.store = store
    self.regions = regions
    self.limits = limits
    self.clock = clock
  }

  /// The answer to a query, within `patience`.
  ///
  /// - Parameter accepting: kinds that may stand in for the asked one, best first; an answer with one says so.
  public func answer(
    _ query: SignalQuery, accepting: [SignalKind] = [], within patience: Span = .seconds(10)
  ) async -> ChainAnswer {
    let began = clock.now
    // A tenth is kept for the store and the last resorts.
    let deadline = began + .seconds(patience.seconds * 0.9)
    var steps: [ChainStep] = []
    var rejected: [RejectedSignal] = []
    let kinds = [query.kind] + accepting.filter { $0 != query.kind }
    let offered = kinds.map { SignalQuery(query.region, $0, query.extent) }
    var able = suppliers.filter { supplier in offered.contains { supplier.objection(to: $0) == nil } }.count
    for supplier in suppliers {
      let start = clock.now
      guard let asked = offered.first(where: { supplier.objection(to: $0) == nil }) else {
        steps.append(ChainStep(supplier: supplier.name, failure: objection(of: supplier, to: offered), duration: .zero))
        continue
      }
      // Nobody may use up the time of those behind.
      let share = (deadline - start).seconds / Double(max(able, 1))
      able -= 1
      let limit = start + .seconds(max(share, 0))
      do throws(ProviderError) {
        let delivery = try await Deadline.race(clock, until: limit) { () async throws(ProviderError) in
          try await supplier.deliver(asked, by: limit)
        }
        rejected += delivery.rejected
        let believed = try check(delivery, asked, supplier, rejected: &rejected)
        steps.append(ChainStep(supplier: supplier.name, failure: nil, duration: clock.now - start))
        return answer(
          query, .provider, supplier.name, believed, rejected, steps, usualAge: supplier.maximumAge)
      } catch {
        if case .notBelieved(let value) = error, !rejected.contains(value) { rejected.append(value) }
        steps.append(ChainStep(supplier: supplier.name, failure: error, duration: clock.now - start))
      }
    }
    return await lastResort(query, accepting, steps, rejected, by: began + patience)
  }

  /// Why a supplier is not asked: of several reasons the one that says more than that it gives other kinds.
  private func objection(of supplier: any SignalSupplier, to queries: [SignalQuery]) -> ProviderError? {
    let objections = queries.compactMap { supplier.objection(to: $0) }
    return objections.first { if case .notOffered = $0 { false } else { true } } ?? objections.first
  }

  /// The chain's own look at a delivery: it trusts no supplier to have looked.
  private func check(
    _ delivery: Delivery, _ query: SignalQuery, _ supplier: any SignalSupplier, rejected: inout [RejectedSignal]
  ) throws(ProviderError) -> [Signal] {
    let now = clock.now
    let checked = try DeliveryCheck(query: query, limits: limits).delivery(of: delivery.signals, at: now)
    rejected += checked.rejected
    var signals = checked.signals.filter { query.covers($0.validity) && $0.issuedAt <= now }
    switch query.extent {
    case .latest:
      guard let newest = signals.last(where: { $0.validity.lowerBound <= now }) else {
        throw .noValues("holds now or held before")
      }
      let age = now - newest.validity.lowerBound
      guard newest.validity.contains(now) || age <= supplier.maximumAge else {
        throw .tooOld(began: newest.validity.lowerBound, age: age)
      }
      signals = [newest]
    case .forecast(let range):
      guard let first = signals.first else { throw .noValues("for the asked time") }
      // A forecast that begins later than what is asked for leaves out the hours that matter first.
      guard first.validity.lowerBound <= max(range.lowerBound, now) else {
        throw .noValues("before \(first.validity.lowerBound)")
      }
    case .history: break
    }
    guard !signals.isEmpty else { throw .noValues("for the asked time") }
    return signals
  }

  private func lastResort(
    _ query: SignalQuery, _ accepting: [SignalKind], _ steps: [ChainStep], _ rejected: [RejectedSignal],
    by deadline: Timestamp
  ) async -> ChainAnswer {
    let now = clock.now
    var steps = steps
    var yearly = try? regions?.intensity(of: query.region.name)
    let kinds = [query.kind] + accepting.filter { $0 != query.kind }
    for (index, kind) in kinds.enumerated() {
      let range = lookBack(query, at: now)
      var issues: [SignalIssue] = []
      if let store {
        let selection = SignalSelection(query.region, kind, over: range, knowledge: .issued(by: now))
        do throws(ProviderError) {
          issues = try await Deadline.race(clock, until: deadline) { () async throws(ProviderError) in
            do { return try await store.issues(selection) } catch { throw .unreadable(Redaction.excerpt("\(error)")) }
          }
        } catch {
          steps.append(ChainStep(supplier: "kept values", failure: error, duration: clock.now - now))
        }
      }
      // The yearly mean is the very last: kept values of any accepted kind come first.
      let isLast = index == kinds.count - 1
      let resort = LastResort(
        query: SignalQuery(query.region, kind, query.extent), now: now, limits: limits, maximumAge: .hours(2),
        yearly: isLast ? yearly : nil)
      if let found = resort.find(in: issues) {
        return answer(query, found.rung, found.supplier, found.signals, rejected, steps, usualAge: .hours(2))
      }
    }
    yearly = nil
    return ChainAnswer(
      query: query, rung: .unknown, supplier: nil, signals: [], rejected: rejected,
      flags: rejected.isEmpty ? [] : [.rejected(rejected.count)], steps: steps, answeredAt: clock.now)
  }

  /// What kept values are looked at: those asked for, and weeks of the past from which the days' shape can be told.
  private func lookBack(_ query: SignalQuery, at now: Timestamp) -> Range<Timestamp> {
    switch query.extent {
    case .history(let range): range
    case .latest: (now - .hours(24 * 60))..<(now + .hours(1))
    case .forecast(let range): (now - .hours(24 * 60))..<max(range.upperBound, now + .hours(1))
    }
  }

  private func answer(
    _ query: SignalQuery, _ rung: ChainRung, _ supplier: String, _ signals: [Signal], _ rejected: [RejectedSignal],
    _ steps: [ChainStep], usualAge: Span
  ) -> ChainAnswer {
    let now = clock.now
    var flags: [ChainFlag] = []
    if let got = signals.first?.kind, got != query.kind { flags.append(.otherKind(asked: query.kind, got: got)) }
    if signals.allSatisfy(\.isEstimated) { flags.append(.estimated) }
    if !rejected.isEmpty { flags.append(.rejected(rejected.count)) }
    if case .forecast(let range) = query.extent, let end = signals.last?.validity.upperBound, end < range.upperBound {
      flags.append(.endsEarly(end))
    }
    if case .latest = query.extent, rung == .provider || rung == .kept, let newest = signals.last,
      !newest.validity.contains(now)
    {
      flags.append(.old(now - newest.validity.lowerBound))
    }
    return ChainAnswer(
      query: query, rung: rung, supplier: supplier, signals: signals, rejected: rejected, flags: flags, steps: steps,
      answeredAt: now)
  }
}
