import Ledger
import Quantities

extension LedgerLaw {
  static let durability: [LedgerLaw] = [
    LedgerLaw("what was acknowledged survives a power cut at any moment between calls") { bench in
      let store = try await bench.open()
      let samples = Samples(seed: 3)
      let serve = samples.activity(.serve)
      try await store.commit(samples.entry(serve))
      var entries: [LedgerEntry] = []
      var requests: [RequestRecord] = []
      for round in 0..<12 {
        let entry = samples.entry(samples.activity(at: Double(round)))
        try await store.commit(entry)
        entries.append(entry)
        let batch = (0..<5).map { samples.request(serve.id, at: Double(round * 600 + $0)) }
        try await store.append(batch)
        requests += batch
        guard round % 4 == 3 else { continue }
        let survivor = try await bench.openAfterPowerCut()
        for entry in entries {
          guard let activity = entry.activity else { continue }
          let account = try await survivor.account(of: activity.id)
          try require(account?.activity, is: activity, "an acknowledged activity")
          try require(account?.figures.count, is: entry.figures.count, "its figures")
        }
        for request in requests {
          try require(try await survivor.request(request.id), is: request, "an acknowledged request")
        }
        try require(try await survivor.totals(RollupQuery()).requests, is: Int64(requests.count), "the total")
      }
    },

    LedgerLaw("what was acknowledged is there when the ledger is opened again") { bench in
      let samples = Samples()
      let entry = samples.entry(samples.activity())
      let first = try await bench.open()
      try await first.commit(entry)
      let second = try await bench.open()
      try require(
        try await second.activities(ActivityQuery()), is: [entry.activity].compactMap { $0 }, "the activities")
    },
  ]
}
