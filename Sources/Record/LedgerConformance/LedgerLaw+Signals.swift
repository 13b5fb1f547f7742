import Ledger
import Quantities

extension LedgerLaw {
  static let signals: [LedgerLaw] = [
    LedgerLaw("a query never shows what was issued later, and shows the latest issue before") { bench in
      let store = try await bench.open()
      let samples = Samples()
      var numbers = RepeatableNumbers(seed: 7)
      var all: [SignalRecord] = []
      for _ in 0..<200 {
        let hour = Double(Int.random(in: 0..<12, using: &numbers)) * 3600
        let length = Bool.random(using: &numbers) ? 3600.0 : 1800
        all.append(
          samples.signal(
            value: Double.random(in: 50...500, using: &numbers),
            issued: Double(Int.random(in: -10..<10, using: &numbers)) * 1800, from: hour, to: hour + length,
            region: Bool.random(using: &numbers) ? "DE" : "FR"))
      }
      try await store.commit(LedgerEntry(signals: all))
      for step in -24..<24 {
        let now = Samples.moment(Double(step) * 900)
        let range = Samples.moment(1800)..<Samples.moment(7 * 3600)
        let found = try await store.signals(
          SignalQuery(region: "DE", kind: "average", range: range, issuedBy: now))
        // The same, said another way: of the values of each stretch, none issued by then is later.
        let visible = all.filter {
          $0.region == "DE" && $0.issued <= now && $0.validTo > range.lowerBound && $0.validFrom < range.upperBound
        }
        let latest = visible.filter { one in
          !visible.contains { other in
            other.validFrom == one.validFrom && other.validTo == one.validTo
              && (other.issued, other.id) > (one.issued, one.id)
          }
        }
        try require(found, is: latest.sorted { ($0.validFrom, $0.validTo) < ($1.validFrom, $1.validTo) }, "at \(now)")
      }
    },

    LedgerLaw("a later issue does not change what was known before it") { bench in
      let store = try await bench.open()
      let samples = Samples()
      let first = samples.signal(value: 300, issued: 0)
      try await store.commit(LedgerEntry(signals: [first]))
      let noise = (1...20).map { samples.signal(value: Double($0), issued: Double($0)) }
      try await store.commit(LedgerEntry(signals: noise))
      let known = try await store.signal(
        region: "DE", kind: "average", at: Samples.moment(10), issuedBy: Samples.moment(0.999))
      try require(known, is: first, "what was known before the noise")
      let unknown = try await store.signal(
        region: "DE", kind: "average", at: Samples.moment(10), issuedBy: Samples.moment(-0.001))
      try require(unknown == nil, "something was known before the first issue")
    },

    LedgerLaw("a grid value holds from its first moment up to, not at, its last") { bench in
      let store = try await bench.open()
      let samples = Samples()
      let hour = samples.signal(value: 300, from: 3600, to: 7200)
      let wholeDay = samples.signal(value: 200, issued: -3600, from: 0, to: 86_400)
      let other = samples.signal(value: 100, issued: 10, from: 3600, to: 7200, kind: "marginal", provider: "other")
      try await store.commit(LedgerEntry(signals: [hour, wholeDay, other]))
      let at = { (seconds: Double) async throws -> SignalRecord? in
        try await store.signal(
          region: "DE", kind: "average", at: Samples.moment(seconds), issuedBy: Samples.moment(86_400))
      }
      try require(try await at(3600), is: hour, "at its first moment")
      try require(try await at(7199.999), is: hour, "just before its end")
      try require(try await at(7200), is: wholeDay, "at its end")
      try require(try await at(86_400) == nil, "something held after all had ended")
      let ofProvider = SignalQuery(
        region: "DE", kind: "marginal", range: Samples.start..<Samples.moment(86_400), issuedBy: Samples.moment(10),
        provider: "nobody")
      try require(try await store.signals(ofProvider), is: [], "what a provider issued that issued nothing")
    },
  ]
}
