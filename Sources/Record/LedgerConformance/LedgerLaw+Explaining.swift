import Ledger
import Methods
import Quantities

extension LedgerLaw {
  static let explaining: [LedgerLaw] = [
    LedgerLaw("explaining a run inside a job reaches the job, the grid value and its source") { bench in
      let store = try await bench.open()
      let samples = Samples()
      let signal = samples.signal(value: 312.5)
      var job = samples.activity(.job)
      let decision = samples.decision(job.id, signal: signal)
      job.decisionID = decision.id
      job.signalID = signal.id
      try await store.commit(LedgerEntry(activity: job, signals: [signal], decisions: [decision]))
      let run = samples.activity(parent: job.id)
      try await store.commit(samples.entry(run, signal: signal))

      let explanation = try await store.explain(String(run.id.description.dropLast(3)))
      try require(explanation.kind, is: "run", "the kind")
      try require(explanation.receipts.count, is: 3, "the receipts")
      let carbon = explanation.receipts.first { $0.id == "\(run.id).carbon" }
      let grid = carbon?.flattened.first { $0.id == signal.id.description }
      try require(grid?.value, is: 312.5, "the grid value in the receipt of carbon")
      try require(grid?.source, is: signal.source, "its source, which the receipt itself did not hold")
      let above = explanation.context.first { $0.id == job.id.description }
      try require(above?.title, is: job.name, "the job")
      try require(
        above?.context.contains { $0.id == decision.id.description && $0.title == decision.reason }, is: true,
        "the job's decision")
      try require(
        above?.allReceipts.contains { $0.id == signal.id.description && $0.source == signal.source }, is: true,
        "the grid value by way of the job")
    },

    LedgerLaw("explaining a figure gives its receipt and whose it is; an unknown one gives its reason") { bench in
      let store = try await bench.open()
      let samples = Samples()
      let run = samples.activity()
      let entry = samples.entry(run)
      try await store.commit(entry)
      let energy = try await store.explain("\(run.id).energy")
      try require(energy.receipts.first, is: entry.figures[0].receipt, "the receipt")
      try require(energy.context.first?.id, is: run.id.description, "whose it is")
      let water = try await store.explain("\(run.id).water")
      try require(water.receipts.first?.value, is: nil, "the unknown value")
      try require(water.receipts.first?.note, is: "no water factor for region DE", "the reason")
    },

    LedgerLaw("a request for a variant by its own name rests on the calibration of the one alias that offers it") {
      bench in
      let store = try await bench.open()
      let samples = Samples()
      let serve = samples.activity(.serve)
      let (offered, shared) = (samples.variant("small"), samples.variant("large"))
      let others = samples.variant("large", alias: "letters")
      try await store.commit(LedgerEntry(activity: serve, variants: [offered, shared, others]))
      let (known, unclear) = (
        samples.request(serve.id, alias: "small", variant: "small"),
        samples.request(serve.id, alias: "large", variant: "large")
      )
      _ = try await store.append([known, unclear])
      try require(try await store.explained(known).variant?.id, is: offered.id, "the calibration")
      try require(try await store.explained(unclear).variant?.id, is: nil, "whose it is cannot be told")
    },

    LedgerLaw("explaining a request builds energy and carbon from its row, calibration, decision and grid value") {
      bench in
      let store = try await bench.open()
      let samples = Samples()
      let (serve, signal, variant) = (samples.activity(.serve), samples.signal(value: 360), samples.variant())
      let decision = samples.decision(serve.id, signal: signal)
      let pue = FigureRecord(
        serve.id, .pue,
        Figure(
          "PUE", Estimate<Ratio>.exact(Ratio(1.5), origin: .declared, method: "declared-value@1"),
          source: Source("the operator")))
      let later = samples.variant(at: 60)
      try await store.commit(
        LedgerEntry(
          activity: serve, figures: [pue], signals: [signal], variants: [variant, later], decisions: [decision]))
      let request = samples.request(serve.id, decision: decision.id)
      try await store.append([request])

      let explanation = try await store.explain(request.id.description)
      let energy = explanation.receipts.first { $0.id == "\(request.id).energy" }
      // 0.5 J + 100 x 0.002 J = 0.7 J.
      try require(energy?.value.map { ($0 * 1e9).rounded() }, is: 700_000_000, "nanojoules of the request")
      try require(energy?.flattened.contains { $0.id == variant.id.description }, is: true, "the calibration in force")
      try require(energy?.flattened.contains { $0.id == later.id.description }, is: false, "a calibration made later")
      let carbon = explanation.receipts.first { $0.id == "\(request.id).carbon" }
      // 0.7 J x 1.5 x 360 g/kWh / 3.6e6 J/kWh = 0.105 mg.
      try require(carbon?.value.map { ($0 * 1e12).rounded() }, is: 105_000_000, "picograms of the request")
      try require(carbon?.flattened.first { $0.id == signal.id.description }?.source, is: signal.source, "the source")
      try require(carbon?.note, is: "the row was written with 100 µg", "that the row says another")
      try require(
        explanation.context.contains { $0.id == decision.id.description && $0.title == decision.reason }, is: true,
        "the decision and its sentence")
      let one = try await store.explain("\(request.id).carbon")
      try require(one.receipts.first, is: carbon, "the figure alone")
    },

    LedgerLaw("what a request's explanation misses is said, never zero") { bench in
      let store = try await bench.open()
      let samples = Samples()
      let serve = samples.activity(.serve)
      try await store.commit(LedgerEntry(activity: serve))
      var request = samples.request(serve.id, decision: samples.ids.next())
      request.microjoules = nil
      try await store.append([request])
      let explanation = try await store.explain("req_")
      for receipt in explanation.receipts {
        try require(receipt.value == nil, "\(receipt.label) has a value out of nothing")
        try require(receipt.note?.isEmpty, is: false, "the reason of \(receipt.label)")
      }
      try require(explanation.context.first?.kind, is: "missing", "the decision that is not there")
    },

    LedgerLaw("a request of a site without a PUE has the carbon of its own energy, and says so") { bench in
      let store = try await bench.open()
      let samples = Samples()
      let signal = samples.signal(value: 360)
      var serve = samples.activity(.serve)
      // No decision was in force; the serve itself names the grid value.
      serve.signalID = signal.id
      try await store.commit(LedgerEntry(activity: serve, signals: [signal], variants: [samples.variant()]))
      try await store.append([samples.request(serve.id)])
      let carbon = try await store.explain("req_.carbon").receipts.first
      // 0.7 J x 360 g/kWh / 3.6e6 J/kWh = 0.07 mg.
      try require(carbon?.value.map { ($0 * 1e12).rounded() }, is: 70_000_000, "picograms of the request")
      try require(
        carbon?.inputs.first?.note, is: "no facility overhead is counted: \(serve.id) keeps no PUE", "what is said")
    },

    LedgerLaw("explaining a decision gives its sentence, what it saw and the grid value") { bench in
      let store = try await bench.open()
      let samples = Samples()
      let serve = samples.activity(.serve)
      let signal = samples.signal()
      let decision = samples.decision(serve.id, signal: signal)
      try await store.commit(LedgerEntry(activity: serve, signals: [signal], decisions: [decision]))
      let explanation = try await store.explain(decision.id.description)
      try require(explanation.title, is: decision.reason, "the sentence")
      try require(explanation.fact("what it saw"), is: decision.input, "what it saw")
      try require(explanation.fact("shares"), is: "small 75 %, large 25 %", "the shares")
      try require(explanation.context.first?.id, is: signal.id.description, "the grid value")
      try require(
        try await store.explain(signal.id.description).receipts.first?.source, is: signal.source, "the source")
    },

    LedgerLaw("explaining ends when activities are each other's parents") { bench in
      let store = try await bench.open()
      let samples = Samples()
      var one = samples.activity(.job)
      let other = samples.activity(.job, parent: one.id)
      one.parent = other.id
      try await store.commit(LedgerEntry(activity: one))
      try await store.commit(LedgerEntry(activity: other))
      let explanation = try await store.explain(one.id.description)
      try require(explanation.context.map(\.id), is: [other.id.description], "what it is part of")
    },
  ]
}
