import Ledger
import Quantities

extension LedgerLaw {
  static let requests: [LedgerLaw] = [
    LedgerLaw("hours and totals are the sums of the requests, whatever is appended, repeated and judged") { bench in
      let store = try await bench.open()
      let samples = Samples(seed: 11)
      var numbers = RepeatableNumbers(seed: 12)
      let serves = [samples.activity(.serve), samples.activity(.demo)]
      for serve in serves { try await store.commit(LedgerEntry(activity: serve)) }
      var kept: [ActivityID: RequestRecord] = [:]
      for _ in 0..<15 {
        var batch = (0..<Int.random(in: 0..<40, using: &numbers)).map { _ in
          random(samples, serves.map(\.id), &numbers)
        }
        // Some come twice, in this batch or from an earlier one.
        batch += Array((batch + kept.values.sorted { $0.id < $1.id }).shuffled(using: &numbers).prefix(5))
        let new = Set(batch.map(\.id)).subtracting(kept.keys)
        try require(try await store.append(batch), is: new.count, "how many were new")
        for request in batch where kept[request.id] == nil { kept[request.id] = request }

        var verdicts: [ActivityID: Verdict] = [:]
        for id in kept.keys.sorted().shuffled(using: &numbers).prefix(8) {
          let units = kept[id]?.units ?? 1
          let verdict: Verdict =
            Bool.random(using: &numbers)
            ? .correct(.random(in: 0...units, using: &numbers))
            : .points(.random(in: 0...(100 * Double(units)), using: &numbers))
          verdicts[id] = verdict
          kept[id] = kept[id]?.judged(verdict)
        }
        let stranger = samples.ids.next(.request)
        verdicts[stranger] = .correct(1)
        try require(try await store.judge(verdicts), is: [stranger], "the ids that are not there")
        try await store.judge(verdicts)
      }
      try await requireSums(store, Array(kept.values), RollupQuery())
      let range = Samples.moment(-7200)..<Samples.moment(3600)
      let narrow = RollupQuery(activity: serves[0].id, alias: "digits", range: range)
      try await requireSums(
        store,
        kept.values.filter {
          $0.activity == serves[0].id && $0.alias == "digits" && range.contains($0.grid.startOfHour)
        }, narrow)
      for request in kept.values {
        try require(try await store.request(request.id), is: request, "a request")
      }
    },

    LedgerLaw("points stand where nothing is right or wrong; a later verdict replaces one of either kind") {
      bench in
      let store = try await bench.open()
      let samples = Samples()
      let serve = samples.activity(.serve)
      try await store.commit(LedgerEntry(activity: serve))
      var request = samples.request(serve.id)
      request.units = 1
      try await store.append([request])
      try await store.judge([request.id: .points(27.25)])
      var sums = try await store.totals(RollupQuery())
      try require(sums.quality, is: 0.2725, "the quality of 27.25 points")
      try require(try await store.request(request.id)?.correct == nil, "points are no right answers")
      try await store.judge([request.id: .correct(1)])
      sums = try await store.totals(RollupQuery())
      let isReplaced = sums.points == 0 && sums.quality == 1 && sums.judged == 1
      try require(isReplaced, "the second verdict did not replace the first")
      for bad in [-1, Double.nan, .infinity] {
        _ = try await requireError("\(bad) points") { try await store.judge([request.id: .points(bad)]) }
      }
      try require(try await store.totals(RollupQuery()), is: sums, "the totals after verdicts that are none")
    },

    LedgerLaw("a batch of requests is written whole or not at all") { bench in
      let store = try await bench.open()
      let samples = Samples()
      let serve = samples.activity(.serve)
      try await store.commit(LedgerEntry(activity: serve))
      let good = samples.request(serve.id)
      let orphan = samples.request(samples.ids.next(.serve))
      let error = try await requireError("a request of nobody") { try await store.append([good, orphan]) }
      guard case .invalid = error else { throw LawBroken("expected 'invalid', found \(error)") }
      try require(try await store.request(good.id) == nil, "half a batch stayed")
      try require(try await store.totals(RollupQuery()), is: RequestSums(), "the totals")
      var misnamed = good
      misnamed.id = samples.ids.next(.run)
      _ = try await requireError("a request with the id of a run") { try await store.append([misnamed]) }
      try require(try await store.append([good]), is: 1, "how many were new")
    },

    LedgerLaw("requests are listed newest first, each on one page, by activity, alias and time") { bench in
      let store = try await bench.open()
      let samples = Samples()
      let serves = [samples.activity(.serve), samples.activity(.serve)]
      for serve in serves { try await store.commit(LedgerEntry(activity: serve)) }
      // Three come in each millisecond, so that the order needs the id.
      var all: [RequestRecord] = []
      for index in 0..<60 {
        var request = samples.request(
          serves[index % 2].id, alias: index < 40 ? "digits" : "words", at: Double(index / 3) / 1000)
        request.grid = Samples.moment(Double(index) * 600)
        all.append(request)
      }
      try await store.append(all)
      let newestFirst = all.sorted { ($1.received, $1.id) < ($0.received, $0.id) }
      for (query, expected) in [
        (RequestQuery(limit: 7), newestFirst),
        (RequestQuery(activity: serves[1].id, limit: 10), newestFirst.filter { $0.activity == serves[1].id }),
        (RequestQuery(alias: "words", limit: 20), newestFirst.filter { $0.alias == "words" }),
        (
          RequestQuery(received: Samples.moment(0.002)..<Samples.moment(0.004), limit: 4),
          newestFirst.filter { (Samples.moment(0.002)..<Samples.moment(0.004)).contains($0.received) }
        ),
        (
          RequestQuery(grid: Samples.moment(3600)..<Samples.moment(7200), limit: 4),
          newestFirst.filter { (Samples.moment(3600)..<Samples.moment(7200)).contains($0.grid) }
        ),
      ] {
        var query = query
        var found: [RequestRecord] = []
        repeat {
          let page = try await store.requests(query)
          try require(page.requests.count <= query.limit, "a page is longer than asked for")
          found += page.requests
          query.after = page.next
        } while query.after != nil
        try require(found, is: expected, "all pages of \(query)")
      }
      try require(try await store.latestRequests(limit: 2), is: Array(newestFirst.prefix(2)), "the latest two")
    },
  ]

  private static func requireSums(
    _ store: any LedgerStore, _ requests: [RequestRecord], _ query: RollupQuery
  ) async throws {
    var hours: [HourKey: RequestSums] = [:]
    for request in requests { hours[HourKey(request), default: RequestSums()] += RequestSums(request) }
    let rollups = try await store.rollups(query)
    try require(rollups.count, is: hours.count, "the number of hours")
    for rollup in rollups { try require(rollup.sums, is: hours[rollup.key] ?? RequestSums(), "\(rollup.key)") }
    try require(rollups.map(\.key.hour), is: rollups.map(\.key.hour).sorted(), "the order of hours")
    let total = requests.map { RequestSums($0) }.reduce(RequestSums(), +)
    try require(try await store.totals(query), is: total, "the totals")
  }

  private static func random(
    _ samples: Samples, _ serves: [ActivityID], _ numbers: inout RepeatableNumbers
  ) -> RequestRecord {
    var request = samples.request(
      serves[Int.random(in: 0..<serves.count, using: &numbers)],
      alias: Bool.random(using: &numbers) ? "digits" : "words",
      variant: ["small", "large"][Int.random(in: 0...1, using: &numbers)],
      at: Double(Int.random(in: -10_000..<10_000, using: &numbers)),
      status: [200, 200, 200, 499, 503][Int.random(in: 0...4, using: &numbers)],
      correct: [nil, nil, 1, 0][Int.random(in: 0...3, using: &numbers)])
    request.microjoules = Bool.random(using: &numbers) ? nil : Microjoules(.random(in: 0..<1_000_000, using: &numbers))
    request.nanograms = Bool.random(using: &numbers) ? nil : .random(in: 0..<1_000_000, using: &numbers)
    request.units = Bool.random(using: &numbers) ? nil : .random(in: 0..<100, using: &numbers)
    if Bool.random(using: &numbers) { fillIn(&request, &numbers) }
    // Before 1970, hours must still be rounded down.
    if Int.random(in: 0..<20, using: &numbers) == 0 { request.grid = Timestamp(milliseconds: -1) }
    return request
  }

  /// What not every request has.
  private static func fillIn(_ request: inout RequestRecord, _ numbers: inout RepeatableNumbers) {
    request.energyOrigin = Origin.allCases[Int.random(in: 0..<Origin.allCases.count, using: &numbers)]
    request.energyMethod = "reported-energy@1"
    request.tokensInCached = .random(in: 0..<1000, using: &numbers)
    request.failedTries = .random(in: 0..<3, using: &numbers)
    request.wastedMicrojoules = Bool.random(using: &numbers) ? nil : Microjoules(.random(in: 0..<1000, using: &numbers))
    request.hedgedMicrojoules = Bool.random(using: &numbers) ? nil : Microjoules(.random(in: 0..<1000, using: &numbers))
    // A caller may leave with the status of a good answer already out.
    request.isCancelled = Bool.random(using: &numbers)
    request.firstByteMicroseconds = .random(in: 0..<1_000_000, using: &numbers)
    request.isStreamed = Bool.random(using: &numbers)
  }
}
