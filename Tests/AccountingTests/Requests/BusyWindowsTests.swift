import Accounting
import Foundation
import Quantities
import TestSupport
import Testing

@Suite("Windows of a meter are shared among the requests that ran in them")
struct BusyWindowsTests {
  private func moment(_ seconds: Double) -> MonotonicInstant {
    MonotonicInstant(nanoseconds: UInt64((1000 + seconds) * 1e9))
  }
  private func window(_ start: Double, _ end: Double, dynamic: Int64, idle: Int64) -> BusyWindows.Window {
    BusyWindows.Window(
      start: moment(start), end: moment(end), dynamic: Microjoules(dynamic), idle: Microjoules(idle))
  }
  private func work(_ id: String, _ start: Double, _ end: Double, _ weight: Double?) -> BusyWindows.Work {
    BusyWindows.Work(id: id, began: moment(start), ended: moment(end), weight: weight)
  }

  @Test("TV-15 out of events: one window of 1000 J, two requests in it")
  func vector() {
    var windows = BusyWindows(patience: .seconds(1))
    windows.ended(work("b", 1, 2, 55))
    windows.ended(work("a", 0, 4, 260))
    windows.metered(window(0, 4, dynamic: 800_000_000, idle: 200_000_000))
    let early = windows.settle(at: moment(4.5))
    #expect(early.isEmpty, "somebody who ran in it may still come")
    #expect(windows.pending == Microjoules(1_000_000_000))
    let charges = windows.settle(at: moment(5))
    #expect(charges.map(\.id) == ["b", "a"])
    #expect(charges.map(\.total) == [Microjoules(179_682_540), Microjoules(820_317_460)])
    #expect(charges.allSatisfy { $0.isWhole && $0.companions == 1 })
    #expect(windows.charged == windows.metered && windows.idle == .zero)
  }

  @Test("a request over several windows has a part of each; what flows while nobody runs is nobody's")
  func several() {
    var windows = BusyWindows(patience: .seconds(0))
    for second in 0..<4 {
      windows.metered(window(Double(second), Double(second + 1), dynamic: 1000, idle: 100))
    }
    windows.ended(work("a", 0.5, 2, 3))
    let charge = windows.settle(at: moment(5)).first
    #expect(charge?.dynamic == Microjoules(2000), "alone in two windows")
    #expect(charge?.idle == Microjoules(150), "of the time in which it ran")
    #expect(windows.idle == Microjoules(2000 + 250) && windows.metered == Microjoules(4400))
  }

  @Test("a window waits for a request that is known to run, and no longer than there is room")
  func waits() {
    var windows = BusyWindows(patience: .seconds(1), capacity: 3)
    windows.began("long", at: moment(0))
    windows.metered(window(0, 1, dynamic: 10, idle: 0))
    let early = windows.settle(at: moment(100))
    #expect(early.isEmpty && windows.pending == Microjoules(10))
    for second in 1..<5 { windows.metered(window(Double(second), Double(second + 1), dynamic: 10, idle: 0)) }
    _ = windows.settle(at: moment(100))
    #expect(windows.pending == Microjoules(30), "two were settled for want of room")
    windows.ended(work("long", 0, 5, 1))
    let charge = windows.settle(at: moment(100)).first
    #expect(charge?.isWhole == false && charge?.dynamic == Microjoules(30))
    #expect(windows.idle == Microjoules(20))
  }

  @Test("a request that the meter did not read through has a charge that says so")
  func gaps() {
    var windows = BusyWindows(patience: .seconds(0))
    windows.ended(work("before", -1, 0.5, 1))
    windows.ended(work("across", 0.6, 2.5, 1))
    windows.ended(work("after", 2.6, 2.9, 1))
    windows.metered(window(0, 1, dynamic: 10, idle: 0))
    windows.metered(window(2, 3, dynamic: 10, idle: 0))
    let whole = Dictionary(uniqueKeysWithValues: windows.settle(at: moment(3)).map { ($0.id, $0.isWhole) })
    #expect(whole == ["before": false, "across": false, "after": true])
  }

  @Test("where the meter has stopped, requests are given up, not kept for ever")
  func stopped() {
    var windows = BusyWindows(patience: .seconds(1))
    windows.ended(work("a", 0, 1, 1))
    let early = windows.settle(at: moment(5))
    #expect(early.isEmpty)
    let charges = windows.settle(at: moment(12))
    #expect(charges.map(\.isWhole) == [false] && charges.map(\.total) == [.zero])
  }

  @Test("a window that overlaps the last or has no length is refused and counts nowhere")
  func refused() {
    var windows = BusyWindows()
    let taken = [(0.0, 2.0), (1, 3), (5, 5)].map { windows.metered(window($0, $1, dynamic: 1, idle: 1)) }
    #expect(taken == [true, false, false])
    #expect(windows.metered == Microjoules(2))
  }

  @Test("a request of unknown size is charged like the mean of the others for its time")
  func unknownSize() {
    var windows = BusyWindows(patience: .seconds(0))
    windows.ended(work("known", 0, 1, 10))
    windows.ended(work("unknown", 0, 0.5, nil))
    windows.metered(window(0, 1, dynamic: 150, idle: 0))
    let charges = windows.settle(at: moment(1)).map(\.dynamic)
    #expect(charges == [Microjoules(100), Microjoules(50)])
  }

  @Test("metered = charged + idle + waiting at any moment, and charges are told once, whatever comes in what order")
  func conserved() throws {
    for seed in UInt64(0)..<60 {
      var random = Seeded(seed)
      var windows = BusyWindows(patience: .seconds(Double.random(in: 0...5, using: &random)), capacity: 20)
      var charges: [BusyWindows.Charge] = []
      var now = 0.0
      var told = 0
      for step in 0..<200 {
        let length = Double.random(in: 0.1...2, using: &random)
        windows.metered(
          window(
            now, now + length, dynamic: .random(in: 0...1_000_000, using: &random),
            idle: .random(in: 0...100_000, using: &random)))
        now += length
        for number in 0..<Int.random(in: 0...4, using: &random) {
          let took = random.magnitude(-4...1)
          let end = now - Double.random(in: 0...3, using: &random)
          let id = "\(step).\(number)"
          if Bool.random(using: &random) { windows.began(id, at: moment(end - took)) }
          windows.ended(work(id, end - took, end, Bool.random(using: &random) ? nil : random.magnitude(-3...3)))
          told += 1
        }
        charges += windows.settle(at: moment(now))
        #expect(windows.metered == windows.charged + windows.idle + windows.pending)
        windows = try JSONDecoder().decode(BusyWindows.self, from: JSONEncoder().encode(windows))
      }
      charges += windows.settle(at: moment(now + 1000))
      #expect(windows.pending == .zero && charges.count == told && Set(charges.map(\.id)).count == told)
      #expect(charges.reduce(.zero) { $0 + $1.total } == windows.charged)
      #expect(charges.allSatisfy { $0.dynamic >= .zero && $0.idle >= .zero })
    }
  }
}
