import Foundation
import Ledger
import LedgerConformance
import Methods
import Quantities
import Synchronization
import Testing

/// Hands out the moments it was given, then the last one again and again.
private final class ScriptedClock: Sendable {
  private let moments: Mutex<[Int64]>
  init(_ moments: [Int64]) { self.moments = Mutex(moments) }
  func read() -> Timestamp {
    moments.withLock { moments in
      Timestamp(milliseconds: moments.count > 1 ? moments.removeFirst() : moments[0])
    }
  }
}

/// Randomness that is always the same number.
private struct Constant: RandomNumberGenerator, Sendable {
  let number: UInt64
  mutating func next() -> UInt64 { number }
}

@Suite("Identifiers")
struct IdentifierTests {
  @Test("the example of the ULID specification keeps its time and text")
  func specification() throws {
    // github.com/ulid/spec, "01ARZ3NDEKTSV4RRFFQ69G5FAV"; its time part is the specification's example moment.
    let ulid = try #require(ULID(parsing: "01ARZ3NDEKTSV4RRFFQ69G5FAV"))
    #expect(ulid.description == "01arz3ndektsv4rrffq69g5fav")
    #expect(ulid.moment == Timestamp(milliseconds: 1_469_922_850_259))
  }

  @Test("the greatest identifier is the last one that fits in 128 bits")
  func limits() {
    #expect(ULID(parsing: "7zzzzzzzzzzzzzzzzzzzzzzzzz")?.moment.milliseconds == 281_474_976_710_655)
    #expect(ULID(parsing: "8zzzzzzzzzzzzzzzzzzzzzzzzz") == nil)
    #expect(ULID(Timestamp(milliseconds: .max), random: .max).description == "7zzzzzzzzzzzzzzzzzzzzzzzzz")
    #expect(ULID(Timestamp(milliseconds: -5), random: 0).description == "00000000000000000000000000")
  }

  @Test(
    "texts that are no identifier are refused",
    arguments: [
      "", "01arz3ndektsv4rrffq69g5fa", "01arz3ndektsv4rrffq69g5fav0", "01arz3ndektsv4rrffq69g5fau",
      "01arz3ndektsv4rrff 69g5fa",
    ])
  func refused(_ text: String) { #expect(ULID(parsing: text) == nil) }

  @Test("letters that look like digits are read as those")
  func aliases() {
    #expect(ULID(parsing: "0iarz3ndektsv4rrffq69g5fav") == ULID(parsing: "01arz3ndektsv4rrffq69g5fav"))
    #expect(ULID(parsing: "OLARZ3NDEKTSV4RRFFQ69G5FAV") == ULID(parsing: "01arz3ndektsv4rrffq69g5fav"))
  }

  @Test("texts sort as identifiers do")
  func order() {
    var numbers = RepeatableNumbers(seed: 4)
    let ulids = (0..<200).map { _ in
      ULID(
        Timestamp(milliseconds: .random(in: 0..<1 << 48, using: &numbers)),
        random: UInt128(numbers.next()) << 64 | UInt128(numbers.next()))
    }
    #expect(ulids.sorted().map(\.description) == ulids.map(\.description).sorted())
    #expect(ulids.allSatisfy { ULID(parsing: $0.description) == $0 })
  }

  @Test("identifiers rise in one millisecond, when the clock steps back, and when the random part is used up")
  func monotonic() {
    let clock = ScriptedClock([1000, 1000, 999, 5, 1001, 2000])
    let source = IdentifierSource(clock: { clock.read() }, random: Constant(number: .max))
    let ulids = (0..<6).map { _ in source.next() }
    #expect(ulids == ulids.sorted() && Set(ulids).count == 6)
    // 1000, then all 80 bits are used up: each further one begins the next millisecond.
    #expect(ulids.map(\.moment.milliseconds) == [1000, 1001, 1001, 1001, 1001, 2000])
  }

  @Test("many tasks get identifiers that all differ")
  func concurrent() async {
    let source = IdentifierSource()
    let all = await withTaskGroup(of: [ULID].self) { group in
      for _ in 0..<8 { group.addTask { (0..<2000).map { _ in source.next() } } }
      return await group.reduce(into: [ULID]()) { $0 += $1 }
    }
    #expect(Set(all).count == 16_000)
  }

  @Test("each kind has its own beginning, and reads back what it writes", arguments: ActivityKind.allCases)
  func kinds(_ kind: ActivityKind) throws {
    let id = Samples().ids.next(kind)
    #expect(id.description.hasPrefix("\(kind.prefix)_") && id.description.count == 30)
    #expect(ActivityID(parsing: id.description) == id)
    #expect(DecisionID(parsing: id.description) == nil)
    let decoded = try JSONDecoder().decode([ActivityID].self, from: JSONEncoder().encode([id]))
    #expect(decoded == [id])
  }

  @Test("a figure's id is its activity's, a dot and its name")
  func figures() throws {
    let run = Samples().ids.next(.run)
    let id = FigureID(run, .energyCPU)
    #expect(id.description == "\(run).energy-cpu")
    #expect(FigureID(parsing: id.description) == id)
    for text in ["\(run)", "\(run).", "\(run).Energy", "\(run).a.b", "dec_\(run.ulid).carbon"] {
      #expect(FigureID(parsing: text) == nil, "\(text)")
    }
  }

  @Test("a grid value read twice has one id, and any difference makes another")
  func signals() {
    let make = { (value: Double, provider: String) in
      SignalRecord(
        region: "DE", kind: "average", issued: Samples.start, validFrom: Samples.start, validTo: Samples.moment(3600),
        value: value, provider: provider, estimated: false, source: .init("a source"))
    }
    let one = make(300, "a")
    #expect(one.id == make(300, "a").id)
    #expect(Set([one.id, make(300.0000001, "a").id, make(300, "b").id]).count == 3)
    #expect(one.id.ulid.moment == Samples.start)
    // Pinned, since ids that were written must be found again by later versions.
    #expect(one.id.description == "sig_01ezpct6006gs4w8snadar9jn5")
  }

  @Test("statuses read back what they write")
  func statuses() throws {
    let all: [ActivityStatus] = [.running, .done, .failed, .notObserved(after: Samples.moment(0.5))]
    #expect(try JSONDecoder().decode([ActivityStatus].self, from: JSONEncoder().encode(all)) == all)
    #expect(all.last?.description == "not observed after 2021-03-01T08:00:00.500Z")
    #expect(ActivityStatus(name: "not_observed", ended: nil) == nil)
  }
}
