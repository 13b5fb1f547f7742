public import Quantities

extension WindowIndex {
  /// The best plan for a job: in one piece, or in several when it may pause.
  ///
  /// The plan is exact: no other start, and no other choice of pieces, has a lower mean (pauses' cost counted) beyond
  /// rounding. Ties go to the earliest. Pieces begin and end on borders of intervals, except for one end that makes
  /// the duration come out.
  ///
  /// - Throws: ``WindowError`` when the question makes no sense, nothing is known or there is no room.
  public func plan(_ query: WindowQuery) throws(WindowError) -> WindowPlan {
    try query.check()
    if let rule = query.pauses { return plan(for: try paused(query, rule), of: query) }
    return plan(for: try contiguous(query), of: query)
  }

  /// What the given pieces meet: the plan of somebody else, or one made on a forecast, in this index' values.
  ///
  /// - Returns: nothing when nothing is known about any of it.
  public func evaluate(_ pieces: [Range<Timestamp>], of query: WindowQuery) -> WindowPlan? {
    let runs = pieces.filter { !$0.isEmpty }.map { ($0.lowerBound.milliseconds, $0.upperBound.milliseconds) } as [Run]
    let plan = plan(for: runs, of: query)
    return plan.slots.isEmpty ? nil : plan
  }

  private func contiguous(_ query: WindowQuery) throws(WindowError) -> [Run] {
    let length = query.duration.milliseconds
    var best: CostedStart?
    var lowest = Double.infinity
    for (from, to) in AllowedTime(query).stretches {
      let found: CostedStart? =
        switch query.gaps {
        case .refuse: bestStart(of: length, from: from, to: to)
        case .allow(let coverage): bestStart(of: length, from: from, to: to, coverage: coverage)
        }
      guard let found else { continue }
      let known = Double(covered(to: found.start + length) - covered(to: found.start))
      if found.cost / known < lowest - resolution / known {
        lowest = found.cost / known
        best = found
      }
    }
    guard let best else { throw noRoom(for: query) }
    return [(best.start, best.start + length)]
  }

  private func paused(_ query: WindowQuery, _ rule: PauseRule) throws(WindowError) -> [Run] {
    let pieces = pieces(of: query)
    let length = query.duration.milliseconds
    guard pieces.reduce(0, { $0 + $1.length }) >= length else { throw noRoom(for: query) }
    if rule.isFree { return CheapestPieces(pieces, length: length).runs }
    let contiguous = try? contiguous(query)
    let problem = PausedProblem(
      pieces: pieces, length: length, resumeCost: rule.resumeCost * 3_600_000, maximumSegments: rule.maximumSegments,
      minimumRun: min(max(rule.minimumRun.milliseconds, 0), length))
    guard let runs = try problem.best(startingFrom: contiguous) else { throw noRoom(for: query) }
    return runs
  }

  private func noRoom(for query: WindowQuery) -> WindowError {
    let from = query.window.lowerBound.milliseconds
    let to = query.window.upperBound.milliseconds
    guard covered(to: to) > covered(to: from) else { return .nothingKnown(query.window) }
    var longest: Int64 = 0
    var run: Int64 = 0
    var total: Int64 = 0
    for piece in pieces(of: query) {
      run = piece.joins ? run + piece.length : piece.length
      total += piece.length
      longest = max(longest, run)
    }
    let most = query.pauses == nil ? longest : total
    return .noRoom(
      duration: query.duration, longest: .seconds(Double(most) / 1000), isForbiddenPart: !query.forbidden.isEmpty)
  }

  /// The plan that runs in `runs`.
  private func plan(for runs: [Run], of query: WindowQuery) -> WindowPlan {
    let pieces = runs.merged.map { Timestamp(milliseconds: $0.start)..<Timestamp(milliseconds: $0.end) }
    let slots = pieces.flatMap { self.slots(over: $0) }
    let known = slots.reduce(0) { $0 + $1.validity.milliseconds }
    let asked = pieces.reduce(0) { $0 + $1.milliseconds }
    let mean = { (value: (PlannedSlot) -> Double) in
      slots.reduce(0) { $0 + value($1) * Double($1.validity.milliseconds) } / Double(max(known, 1))
    }
    let now = query.window.lowerBound..<(query.window.lowerBound + query.duration)
    return WindowPlan(
      query: query, region: series.region, kind: series.kind, unit: series.unit, provider: series.provider,
      knownBy: knownBy, pieces: pieces, slots: slots, mean: mean(\.value), low: mean { $0.low ?? $0.value },
      high: mean { $0.high ?? $0.value }, coverage: asked > 0 ? Double(known) / Double(asked) : 0,
      estimatedShare: mean { $0.isEstimated ? 1 : 0 }, nowSlots: self.slots(over: now), nowMean: wholeMean(over: now),
      pauseCost: Double(max(0, pieces.count - 1)) * (query.pauses?.resumeCost ?? 0))
  }
}

extension WindowQuery {
  /// Passes when the question makes sense.
  func check() throws(WindowError) {
    guard duration.milliseconds > 0, duration.seconds.isFinite else { throw .badDuration(duration) }
    guard window.milliseconds >= duration.milliseconds else {
      throw .jobLongerThanWindow(duration, window: window.span)
    }
    if case .allow(let coverage) = gaps, !(coverage > 0 && coverage <= 1) {
      throw .badRule("the least coverage is above 0 and up to 1, not \(coverage)")
    }
    guard let pauses else { return }
    guard pauses.resumeCost >= 0, pauses.resumeCost.isFinite else {
      throw .badRule("a pause costs nothing or something, not \(pauses.resumeCost)")
    }
    if let most = pauses.maximumSegments, most < 1 { throw .badRule("a job runs in at least one piece, not \(most)") }
    guard pauses.minimumRun.seconds.isFinite, pauses.minimumRun >= .zero else {
      throw .badRule("the shortest piece has a length that is not negative")
    }
  }
}
