import Ledger
import Methods
import Quantities

extension LedgerLaw {
  static let entries: [LedgerLaw] = [
    LedgerLaw("what was committed is read back equal, unknowns with their reasons included") { bench in
      let store = try await bench.open()
      let samples = Samples()
      let signal = samples.signal()
      var variant = samples.variant()
      variant.perInputToken = EnergyCoefficient(0.1, low: 0.05, high: 0.15)
      variant.perOutputToken = EnergyCoefficient(5)
      var activity = samples.activity(.serve, status: .failed)
      activity.signalID = signal.id
      let decision = samples.decision(activity.id, signal: signal)
      activity.decisionID = decision.id
      var entry = samples.entry(activity, signal: signal)
      entry.variants = [variant]
      entry.decisions = [decision]
      try require(try await store.commit(entry), is: .recorded, "the outcome")

      let account = try await store.account(of: activity.id)
      try require(account?.activity, is: activity, "the activity")
      try require(account?.components, is: entry.components, "the components")
      try require(account?.conservation, is: entry.conservation, "the conservation")
      try require(account?.figures, is: entry.figures.sorted { $0.id < $1.id }, "the figures")
      try require(try await store.signal(signal.id), is: signal, "the grid value")
      try require(try await store.variant(variant.id), is: variant, "the variant")
      try require(try await store.variants(alias: "digits"), is: [variant], "the alias's variants")
      try require(try await store.decision(decision.id), is: decision, "the decision, its input byte for byte")
      try require(try await store.journals(), is: [entry.journal].compactMap { $0 }, "the journals")
      let unknown = try await store.figure(FigureID(activity.id, .water))
      try require(unknown?.value, is: nil, "the value of an unknown figure")
      try require(unknown?.reason, is: "no water factor for region DE", "its reason")
    },

    LedgerLaw("an activity with nothing but a beginning is read back equal") { bench in
      let store = try await bench.open()
      let samples = Samples()
      let activity = Activity(id: samples.ids.next(.job), name: "", started: Samples.start)
      try await store.commit(LedgerEntry(activity: activity))
      let account = try await store.account(of: activity.id)
      try require(account, is: ActivityAccount(activity: activity), "the account")
      try require(try await store.account(of: samples.ids.next(.job)) == nil, "an account of nothing")
    },

    LedgerLaw("an entry is written whole or not at all") { bench in
      let store = try await bench.open()
      let samples = Samples()
      var entry = samples.entry(samples.activity())
      // A decision of a serve that is not in the ledger: the last thing written, so all before it must go again.
      entry.decisions = [samples.decision(samples.ids.next(.serve))]
      let error = try await requireError("a decision of nobody") { try await store.commit(entry) }
      guard case .invalid = error else { throw LawBroken("expected 'invalid', found \(error)") }
      try require(try await store.activities(ActivityQuery()), is: [], "the activities")
      try require(try await store.signal(entry.signals[0].id) == nil, "a grid value of a refused entry stayed")
      try require(try await store.journals(), is: [], "the journals")

      entry.decisions = []
      try require(try await store.commit(entry), is: .recorded, "the outcome of the entry made good")
    },

    LedgerLaw("committing an entry again changes nothing") { bench in
      let store = try await bench.open()
      let samples = Samples()
      let activity = samples.activity(.serve)
      var entry = samples.entry(activity)
      entry.decisions = [samples.decision(activity.id)]
      entry.variants = [samples.variant()]
      try await store.commit(entry)
      let before = try await store.account(of: activity.id)
      try require(try await store.commit(entry), is: .recorded, "the outcome")
      try require(try await store.account(of: activity.id), is: before, "the account")
      try require(try await store.decisions(DecisionQuery()).count, is: 1, "the decisions")
      try require(try await store.variants(alias: nil).count, is: 1, "the variants")
    },

    LedgerLaw("a running activity becomes done under its id, and never runs again") { bench in
      let store = try await bench.open()
      let samples = Samples()
      var activity = samples.activity(status: .running)
      activity.ended = nil
      try await store.commit(LedgerEntry(activity: activity))
      let running = activity

      let last = Samples.moment(30)
      activity.status = .notObserved(after: last)
      activity.ended = last
      try require(try await store.commit(LedgerEntry(activity: activity)), is: .recorded, "not observed after running")
      try require(try await store.activity(activity.id), is: activity, "the activity")
      let unobserved = activity

      activity.status = .done
      activity.ended = Samples.moment(60)
      try await store.commit(samples.entry(activity))
      let known = try await store.account(of: activity.id)
      for late in [running, unobserved] {
        var entry = samples.entry(late)
        entry.conservation?.idle = .zero
        entry.figures[0].reason = nil
        entry.figures[0].value = 999
        entry.figures[0].high = 1000
        try require(try await store.commit(entry), is: .knewMore, "committing '\(late.status)' after 'done'")
        try require(try await store.account(of: activity.id), is: known, "the account")
      }
    },

    LedgerLaw("parts that a later commit does not name stay, those it names are replaced") { bench in
      let store = try await bench.open()
      let samples = Samples()
      let activity = samples.activity(.demo)
      try await store.commit(samples.entry(activity))
      let estimate = Estimate<Energy>.exact(.joules(7), origin: .measured, method: "meter-energy@1")
      let better = FigureRecord(activity.id, .energy, Figure("energy", estimate))
      try await store.commit(LedgerEntry(activity: activity, figures: [better]))
      let figures = try await store.figures(of: activity.id)
      try require(figures.map(\.id.name), is: [.carbon, .energy, .water], "the figures")
      try require(figures[1], is: better, "the figure named again")
      try require(try await store.components(of: activity.id).count, is: 2, "the components")
      try require(try await store.conservation(of: activity.id) != nil, "the conservation went away")
      // An entry without an activity adds to one that is there.
      let pue = FigureRecord(
        activity.id, .pue,
        Figure("PUE", Estimate<Ratio>.exact(Ratio(1.2), origin: .declared, method: "declared-value@1")))
      try await store.commit(LedgerEntry(figures: [pue]))
      try require(try await store.figure(pue.id), is: pue, "the figure added")
    },

    LedgerLaw("a fact whose id is there stays as it was") { bench in
      let store = try await bench.open()
      let samples = Samples()
      let signal = samples.signal()
      try await store.commit(LedgerEntry(signals: [signal]))
      var changed = signal
      changed.value = 1
      try await store.commit(LedgerEntry(signals: [changed]))
      try require(try await store.signal(signal.id), is: signal, "the grid value")
    },

    LedgerLaw("conservation is stored to the microjoule, also when it does not hold") { bench in
      let store = try await bench.open()
      let samples = Samples()
      let counts: [[Int64]] = [
        [9_007_199_254_740_993, 9_007_199_254_740_991, 1, 1, 0], [10, 3, 3, 3, 0], [.max, .max, 0, 0, 0],
      ]
      for (counts, isExact) in zip(counts, [true, false, true]) {
        let activity = samples.activity()
        let terms = counts.map { Microjoules($0) }
        let conservation = Conservation(
          activity: activity.id, host: terms[0], attributed: terms[1], idle: terms[2], own: terms[3],
          unattributed: terms[4])
        try await store.commit(LedgerEntry(activity: activity, conservation: conservation))
        let kept = try await store.conservation(of: activity.id)
        try require(kept, is: conservation, "the conservation")
        try require(kept?.isExact, is: isExact, "whether \(counts) is exact")
      }
    },

    LedgerLaw("records that contradict themselves are refused") { bench in
      let store = try await bench.open()
      let samples = Samples()
      let id = samples.activity().id
      var silent = FigureRecord(id, .water, of: Water.self, label: "water", unknownBecause: "x")
      silent.reason = nil
      var infinite = samples.energy(id)
      infinite.high = .infinity
      var upsideDown = samples.energy(id)
      upsideDown.low = 1e9
      var unobserved = samples.activity(status: .notObserved(after: Samples.start))
      unobserved.ended = Samples.moment(1)
      var ownParent = samples.activity()
      ownParent.parent = ownParent.id
      var endless = samples.signal()
      endless.validTo = endless.validFrom
      let entries = [
        LedgerEntry(figures: [silent]), LedgerEntry(figures: [infinite]), LedgerEntry(figures: [upsideDown]),
        LedgerEntry(activity: unobserved), LedgerEntry(activity: ownParent), LedgerEntry(signals: [endless]),
        LedgerEntry(components: [Component(activity: id, name: "gpu", unknownBecause: "")]),
        LedgerEntry(activity: samples.activity(), figures: [samples.energy(id)]),
        LedgerEntry(activity: samples.activity(.request)), LedgerEntry(figures: [samples.energy(id)]),
      ]
      for (index, entry) in entries.enumerated() {
        let error = try await requireError("contradiction \(index)") { try await store.commit(entry) }
        guard case .invalid = error else {
          throw LawBroken("contradiction \(index): expected 'invalid', found \(error)")
        }
      }
      try require(try await store.activities(ActivityQuery()), is: [], "the activities")
    },
  ]
}
