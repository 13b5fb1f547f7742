import Foundation
import Grid
import Methods
import Quantities
import TestSupport
import Testing

@Suite("The best window") struct WindowTests {
  static let start = at("2021-03-01")
  /// Worked example B of the signals reference.
  static let exampleB: [Double?] = [300, 200, 100, 400, 150, 250]

  static func index(_ values: [Double?] = exampleB, kind: SignalKind = .averageLifecycle) throws -> WindowIndex {
    let unit = kind.unit == nil ? "EUR/MWh" : nil
    return WindowIndex(hindsight: try hourly(values, from: start, kind: kind, unit: unit))
  }

  func query(_ hours: Double, _ pauses: PauseRule? = nil, within: Double = 6) -> WindowQuery {
    WindowQuery(from: Self.start, within: .hours(within), duration: .hours(hours), pauses: pauses)
  }

  @Test(
    "of worked example B: a start shift saves 40 %, free pauses 50 %, and 90 minutes start in the middle of an hour")
  func workedExampleB() throws {
    let index = try Self.index()
    let shifted = try index.plan(query(2))
    #expect(shifted.start == Self.start + .hours(1) && shifted.mean == 150 && shifted.nowMean == 250)
    #expect(isClose(shifted.savedPercent, 40))
    let paused = try index.plan(query(2, .free))
    #expect(paused.slots.map(\.value) == [100, 150] && paused.mean == 125 && paused.segments == 2)
    #expect(isClose(paused.savedPercent, 50))
    let inPart = try index.plan(query(1.5))
    #expect(inPart.start == Self.start + .hours(1.5) && isClose(inPart.mean, 400 / 3))
  }

  @Test("of worked example B with pauses at a price: at 80 g two pieces still pay, at 160 g one piece is better")
  func pausesAtAPrice() throws {
    let index = try Self.index()
    let cheap = try index.plan(query(3, PauseRule(resumeCost: 80)))
    #expect(cheap.segments == 2 && isClose(cheap.meanWithPauses * 3, 530))
    let dear = try index.plan(query(3, PauseRule(resumeCost: 160)))
    #expect(dear.segments == 1 && isClose(dear.meanWithPauses * 3, 600) && dear.start == Self.start)
    // The price is per kW: 40 g a pause are 80 g per kW for a job of half a kilowatt.
    #expect(PauseRule(carbon: .grams(40), at: .watts(500)).resumeCost == 80)
  }

  @Test("is the one that trying every minute finds, on irregular intervals with gaps")
  func everyMinute() throws {
    var random = Seeded(42)
    var found = 0
    for round in 0..<60 {
      var slots: [Slot] = []
      var moment = Self.start
      for _ in 0..<12 {
        if Int.random(in: 0..<8, using: &random) == 0 { moment = moment + .seconds(60 * 25) }
        let length = Span.seconds(60 * Double([5, 10, 15, 30, 60].randomElement(using: &random) ?? 5))
        slots.append(Slot(moment..<(moment + length), value: Double(Int.random(in: -20...400, using: &random))))
        moment = moment + length
      }
      let series = try Series(
        region: Region("DE"), kind: .unstated, provider: "test", source: Source("test"), slots: slots)
      let from = Self.start + .seconds(60 * Double(Int.random(in: 0...40, using: &random)))
      let minutes = Int.random(in: 3...130, using: &random)
      let window = from..<max(from + .seconds(60 * Double(minutes)), moment - .seconds(60 * Double(round % 30)))
      let query = WindowQuery(in: window, duration: .seconds(60 * Double(minutes)))
      var best: (start: Timestamp, mean: Double)?
      var start = from
      while start + query.duration <= window.upperBound {
        let range = start..<(start + query.duration)
        if let mean = series.mean(over: range), mean.coverage == 1, best.map({ mean.value < $0.mean - 1e-9 }) ?? true {
          best = (start, mean.value)
        }
        start = start + .seconds(60)
      }
      guard let plan = try? WindowIndex(hindsight: series).plan(query) else {
        #expect(best == nil, "round \(round)")
        continue
      }
      found += 1
      #expect(plan.start == best?.start, "round \(round)")
      #expect(isClose(plan.mean, best?.mean, within: 1e-9), "round \(round)")
    }
    #expect(found > 25)
  }

  @Test("goes to the earliest of equal starts, also where sums of decimals differ in their last bit")
  func ties() throws {
    let values: [Double?] = [0.3, 0.1, 0.2, 0.4, 0.2, 0.1, 0.3, 0.1, 0.2]
    #expect(try Self.index(values).plan(query(2, within: 9)).start == Self.start + .hours(1))
    #expect(try Self.index([5, 5, 5, 5]).plan(query(2, within: 4)).start == Self.start)
    #expect(try Self.index([5, 5, 5, 5]).plan(query(2, .free, within: 4)).pieces == [hour(Self.start, 2)])
    #expect(
      try Self.index([5, 5, 5, 5]).plan(query(2, PauseRule(resumeCost: 1), within: 4)).pieces == [hour(Self.start, 2)])
  }

  @Test("never touches a gap, as if it were free; with gaps allowed the mean is over what is known")
  func gaps() throws {
    let index = try Self.index([300, 200, nil, 400, 150, 250])
    #expect(try index.plan(query(2)).start == Self.start + .hours(4))
    #expect(throws: WindowError.noRoom(duration: .hours(4), longest: .hours(3), isForbiddenPart: false)) {
      try index.plan(query(4))
    }
    var lenient = query(2)
    lenient.gaps = .allow(coverage: 0.5)
    let plan = try index.plan(lenient)
    #expect(plan.mean == 200 && plan.coverage == 0.5 && plan.start == Self.start + .hours(1))
    lenient.gaps = .allow(coverage: 1)
    #expect(try index.plan(lenient).mean == 200 && index.plan(lenient).coverage == 1)
    // With pauses a gap is passed over.
    #expect(try index.plan(query(5, .free)).slots.count == 5)
    #expect(throws: WindowError.nothingKnown(hour(Self.start + .hours(9), 2))) {
      try index.plan(WindowQuery(from: Self.start + .hours(9), within: .hours(2), duration: .hours(1)))
    }
    // What now meets is not known, and says so.
    let late = WindowQuery(from: Self.start + .hours(2), within: .hours(4), duration: .hours(1))
    let unknown = try index.plan(late)
    #expect(unknown.nowMean == nil && unknown.savedPercent == nil && unknown.unknownReason != nil)
  }

  @Test("keeps out of forbidden hours, in one piece and with pauses")
  func forbidden() throws {
    let index = try Self.index()
    var peak = query(2)
    peak.forbidden = [hour(Self.start + .hours(2.5), 0.5), hour(Self.start + .hours(1.5))]
    let plan = try index.plan(peak)
    #expect(plan.start == Self.start + .hours(4) && plan.mean == 200)
    peak.pauses = .free
    #expect(try index.plan(peak).pieces == [hour(Self.start + .hours(1), 0.5), hour(Self.start + .hours(4), 1.5)])
    peak.forbidden = [hour(Self.start, 5)]
    #expect(throws: WindowError.noRoom(duration: .hours(2), longest: .hours(1), isForbiddenPart: true)) {
      try index.plan(peak)
    }
  }

  @Test("rests on what had been issued: other values in the future change no plan")
  func future() throws {
    let now = Self.start + .hours(3)
    var random = Seeded(9)
    let known = [Double?](Self.exampleB.prefix(3))
    var plans: Set<[Range<Timestamp>]> = []
    for _ in 0..<20 {
      let noise = (0..<5).map { _ in Double?.some(Double.random(in: 0...500, using: &random)) }
      // Each value is issued as its hour begins.
      let issued = try hourly(known + noise, from: Self.start).asIssued(by: now - .seconds(1))
      let plan = try WindowIndex(issued).plan(WindowQuery(from: Self.start, within: .hours(3), duration: .hours(1)))
      plans.insert(plan.pieces)
      #expect(plan.knownBy == now - .seconds(1))
      #expect(throws: WindowError.self) {
        try WindowIndex(issued).plan(WindowQuery(from: now, within: .hours(3), duration: .hours(1)))
      }
    }
    #expect(plans == [[hour(Self.start + .hours(2))]])
  }

  @Test("keeps the kind of its series, and gives no percentage of a negative price")
  func kinds() throws {
    let plan = try Self.index([-5, -20, 10], kind: .price).plan(query(1, within: 3))
    #expect(plan.kind == .price && plan.unit == "EUR/MWh" && plan.mean == -20 && plan.saved == 15)
    #expect(plan.savedPercent == nil)
    #expect(plan.unknownReason?.contains("means nothing") == true)
  }

  @Test("refuses what makes no sense, with the fix")
  func errors() throws {
    let index = try Self.index()
    #expect(throws: WindowError.badDuration(.zero)) { try index.plan(query(0)) }
    #expect(throws: WindowError.badDuration(.hours(-1))) { try index.plan(query(-1)) }
    #expect(throws: WindowError.self) { try index.plan(query(.nan)) }
    #expect(throws: WindowError.jobLongerThanWindow(.hours(7), window: .hours(6))) { try index.plan(query(7)) }
    #expect(throws: WindowError.self) { try index.plan(query(1, PauseRule(resumeCost: -1))) }
    #expect(throws: WindowError.self) { try index.plan(query(1, PauseRule(resumeCost: .nan))) }
    #expect(throws: WindowError.self) { try index.plan(query(1, PauseRule(maximumSegments: 0))) }
    var lenient = query(2)
    lenient.gaps = .allow(coverage: 0)
    #expect(throws: WindowError.self) { try index.plan(lenient) }
    let empty = try hourly([1], from: Self.start).asIssued(by: Self.start - .hours(1))
    #expect(throws: WindowError.nothingKnown(hour(Self.start, 6))) { try WindowIndex(empty).plan(query(1)) }
    #expect("\(WindowError.jobLongerThanWindow(.hours(7), window: .hours(6)))".contains("widen the window"))
  }

  @Test("says in a sentence when to run and what that saves")
  func words() throws {
    let plan = try Self.index().plan(query(2))
    #expect(
      plan.reason
        == "running from 2021-03-01T01:00:00Z meets 150 g/kWh instead of 250 g/kWh now, 40 % less")
    #expect(
      try Self.index([1, 2, 3]).plan(query(1, within: 3)).reason == "no later start meets less than the 1 g/kWh of now")
  }

  @Test("starts within the window although the window begins inside an hour, and a millisecond counts")
  func oddStart() throws {
    let from = Timestamp(milliseconds: Self.start.milliseconds + 1_234_567)
    let query = WindowQuery(from: from, within: .hours(4), duration: .hours(2), pauses: PauseRule(resumeCost: 10))
    let plan = try Self.index().plan(query)
    #expect(plan.pieces.reduce(0) { $0 + $1.span.seconds } == 7200)
    #expect(plan.start >= from && plan.end <= query.window.upperBound)
    // By hand: the hour at 100, the cut one at 150 for 10 a pause, and of the hour at 200 what is then still needed.
    let end = Self.start + .hours(3)
    #expect(plan.pieces == [from + .hours(1)..<end, Self.start + .hours(4)..<query.window.upperBound])
    #expect(isClose(plan.pauseCost, 10))
  }

  @Test("gives its answer by name too, for 'dimmer calc'")
  func method() throws {
    let registry = MethodRegistry(GridMethods.all)
    let result = try registry.method(named: "best-window").calculate([
      "hourly_values": .numbers([300, 200, 100, 400, 150, 250]), "duration_hours": .number(2),
    ])
    #expect(result["start_hours"] == .number(1) && result["mean"] == .number(150))
    let paused = try registry.method(named: "best-window").calculate([
      "hourly_values": .numbers([300, 200, 100, 400, 150, 250]), "duration_hours": .number(2), "may_pause": .number(1),
    ])
    #expect(paused["mean"] == .number(125) && paused["pieces"] == .number(2))
    #expect(throws: MethodError.self) {
      try registry.method(named: "best-window").calculate([
        "hourly_values": .numbers([1, 2]), "duration_hours": .number(3),
      ])
    }
  }
}
