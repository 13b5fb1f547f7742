import Ledger

extension LedgerLaw {
  static let concurrency: [LedgerLaw] = [
    LedgerLaw("several writers at once lose nothing") { bench in
      let samples = Samples()
      let serve = samples.activity(.serve)
      let first = try await bench.open()
      let second = try await bench.open()
      try await first.commit(LedgerEntry(activity: serve))
      try await withThrowingTaskGroup(of: Void.self) { group in
        for store in [first, second] {
          for _ in 0..<20 {
            group.addTask {
              try await store.commit(samples.entry(samples.activity()))
              try await store.append((0..<5).map { _ in samples.request(serve.id) })
            }
          }
        }
        try await group.waitForAll()
      }
      try require(try await first.latest(.run, limit: 100).count, is: 40, "the runs")
      try require(try await second.totals(RollupQuery()).requests, is: 200, "the requests in the hours")
      let page = try await second.requests(RequestQuery(limit: 1000))
      try require(page.requests.count, is: 200, "the requests")
    },

    LedgerLaw("what one process was told is written is seen by the next question of another") { bench in
      let samples = Samples()
      let writer = try await bench.open()
      let reader = try await bench.open()
      for _ in 0..<5 {
        let activity = samples.activity()
        try await writer.commit(samples.entry(activity))
        try require(try await reader.activity(activity.id), is: activity, "the activity")
      }
    },

    LedgerLaw("a call of a task that is cancelled finishes") { bench in
      let samples = Samples()
      let store = try await bench.open()
      let entry = samples.entry(samples.activity())
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          withUnsafeCurrentTask { $0?.cancel() }
          try await store.commit(entry)
        }
        try await group.waitForAll()
      }
      try require(try await store.activities(ActivityQuery()).count, is: 1, "the activities")
    },
  ]
}
