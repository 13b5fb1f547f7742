import Ledger
import Quantities

extension LedgerLaw {
  static let lookup: [LedgerLaw] = [
    LedgerLaw("a unique beginning of an id finds it, in either case") { bench in
      let store = try await bench.open()
      let samples = Samples()
      let early = samples.activity(at: 0)
      let request = samples.request(early.id)
      let signal = samples.signal()
      try await store.commit(samples.entry(early, signal: signal))
      try await store.append([request])
      let text = early.id.description
      for beginning in ["run_", String(text.prefix(12)), text, text.uppercased()] {
        try require(try await store.resolve(beginning), is: .activity(early.id), "what '\(beginning)' names")
      }
      try require(try await store.activity(matching: String(text.dropLast())), is: early, "the activity")
      try require(try await store.resolve("req_"), is: .request(request.id), "what 'req_' names")
      try require(try await store.resolve("sig_"), is: .signal(signal.id), "what 'sig_' names")
      let carbon = FigureID(early.id, .carbon)
      for beginning in ["run_.carb", "\(text).carbon", "\(text.uppercased()).CARBON"] {
        try require(try await store.resolve(beginning), is: .figure(carbon), "what '\(beginning)' names")
      }
      try require(
        try await store.resolve("req_.inten"), is: .figure(FigureID(request.id, .intensity)), "a request's figure")
    },

    LedgerLaw("a beginning of several ids is refused and names them") { bench in
      let store = try await bench.open()
      let samples = Samples()
      let activities = [samples.activity(), samples.activity()]
      for activity in activities { try await store.commit(LedgerEntry(activity: activity)) }
      let error = try await requireError("'run_'") { try await store.resolve("run_") }
      let names = activities.map(\.id.description).sorted()
      try require(error, is: .ambiguous("run_", matches: names), "the error")
    },

    LedgerLaw("an id that is not there is refused and names what is like it") { bench in
      let store = try await bench.open()
      let samples = Samples()
      let activity = samples.activity()
      try await store.commit(samples.entry(activity))
      let text = activity.id.description
      let slip = text.dropLast(2) + (text.hasSuffix("00") ? "11" : "00")
      let error = try await requireError("a slip of the pen") { try await store.resolve(String(slip)) }
      try require(error, is: .notFound(String(slip), near: [text]), "the error")
      let figure = try await requireError("a figure that is not there") { try await store.resolve("\(text).carbn") }
      try require(figure, is: .notFound("\(text).carbn", near: ["\(text).carbon"]), "the error of a figure")
      for text in ["", "run", "run_iluo!", "xyz_01", "dec_", String(repeating: "run_0", count: 9)] {
        let error = try await requireError("'\(text)'") { try await store.resolve(text) }
        switch error {
        case .notAnID, .notFound: break
        default: throw LawBroken("'\(text)': expected 'not an id' or 'not found', found \(error)")
        }
      }
    },

    LedgerLaw("activities are listed newest first, by kind, parent and beginning, in pages") { bench in
      let store = try await bench.open()
      let samples = Samples()
      let job = samples.activity(.job, at: 0)
      try await store.commit(LedgerEntry(activity: job))
      var runs: [Activity] = []
      for index in 1...7 {
        // Two begin at the same millisecond: the order is still one.
        let run = samples.activity(parent: index.isMultiple(of: 2) ? job.id : nil, at: Double(index / 2))
        runs.append(run)
        try await store.commit(LedgerEntry(activity: run))
      }
      let newestFirst = runs.sorted { ($1.started, $1.id) < ($0.started, $0.id) }
      try require(try await store.latest(.run, limit: 3), is: Array(newestFirst.prefix(3)), "the latest three runs")
      try require(try await store.children(of: job.id), is: newestFirst.filter { $0.parent == job.id }, "the children")
      let since = Samples.moment(2)
      try require(
        try await store.latest(.run, since: since), is: newestFirst.filter { $0.started >= since }, "those since then")
      var pages: [Activity] = []
      var after: ActivityID?
      repeat {
        let page = try await store.activities(ActivityQuery(kinds: [.run, .job], after: after, limit: 3))
        pages += page
        after = page.last?.id
      } while after != nil
      try require(pages, is: newestFirst + [job], "all pages")
      try require(try await store.activities(ActivityQuery(limit: 0)), is: [], "a list of nothing")
    },

    LedgerLaw("decisions are listed in grid time, by activity, alias and range, oldest or newest first") { bench in
      let store = try await bench.open()
      let samples = Samples()
      let serves = [samples.activity(.serve), samples.activity(.demo)]
      for serve in serves { try await store.commit(LedgerEntry(activity: serve)) }
      var decisions: [DecisionRecord] = []
      for hour in 0..<6 {
        let decision = samples.decision(
          serves[hour % 2].id, alias: hour < 3 ? "digits" : "words", at: Double(5 - hour) * 3600)
        decisions.append(decision)
        try await store.commit(LedgerEntry(decisions: [decision]))
      }
      let inOrder = Array(decisions.reversed())
      try require(try await store.decisions(DecisionQuery()), is: inOrder, "all")
      let ofOne = try await store.decisions(DecisionQuery(activity: serves[0].id, alias: "digits"))
      try require(ofOne, is: inOrder.filter { $0.activity == serves[0].id && $0.alias == "digits" }, "one serve's")
      let range = Samples.moment(3600)..<Samples.moment(3 * 3600)
      try require(try await store.decisions(DecisionQuery(range: range)), is: Array(inOrder[1..<3]), "those of a range")
      let newest = try await store.decisions(DecisionQuery(newestFirst: true, limit: 2))
      try require(newest, is: Array(decisions.prefix(2)), "the newest two")
    },
  ]
}
