import Foundation
import Grid
import Quantities
import Testing

@Suite("Clocks on the wall") struct LocalClockTests {
  @Test("the nights in which clocks change have 7 and 9 hours between 22:00 and 06:00, all others 8")
  func nights() {
    for (clock, short, long) in [
      (LocalClock.centralEurope, "2020-03-28", "2020-10-24"), (.westernEurope, "2023-03-25", "2023-10-28"),
      (.easternUS, "2021-03-13", "2021-11-06"), (.pacificUS, "2023-03-11", "2023-11-04"),
      (.southEastAustralia, "2023-09-30", "2023-04-01"),
    ] {
      let year = String(short.prefix(4))
      let range = at("\(year)-01-02")..<at("\(year)-12-30")
      let nights = clock.stretches(from: .hours(22), to: .hours(6), in: range).dropFirst().dropLast()
      #expect(nights.filter { $0.span == .hours(7) }.map { day($0, clock) } == [short])
      #expect(nights.filter { $0.span == .hours(9) }.map { day($0, clock) } == [long])
      #expect(nights.filter { $0.span == .hours(8) }.count == nights.count - 2 && nights.count > 355)
    }
    #expect(
      LocalClock.singapore.stretches(from: .hours(22), to: .hours(6), in: at("2023-01-01")..<at("2023-12-31"))
        .dropFirst().dropLast().allSatisfy { $0.span == .hours(8) })
  }

  /// The local date on which a night begins.
  private func day(_ night: Range<Timestamp>, _ clock: LocalClock) -> String {
    String((night.lowerBound + clock.offset(at: night.lowerBound)).description.prefix(10))
  }

  @Test(
    "agree with every stamp of the German file, through both changes of the year",
    .enabled(if: SharedData.isThere, "the shared data are not beside the repository"))
  func german() throws {
    let text = try String(
      decoding: Gzip.unpack(SharedData.bytes("smard_DE_2020_15min.csv.gz")), as: UTF8.self)
    var checked = 0
    var changes: Set<String> = []
    for line in text.split(separator: "\n").dropFirst() {
      let cells = line.split(separator: ",", maxSplits: 2)
      let moment = at(String(cells[0]))
      let offset = LocalClock.centralEurope.offset(at: moment)
      if !cells[1].hasSuffix(offset == .hours(2) ? "+0200" : "+0100") { Issue.record("\(cells[0]) is \(cells[1])") }
      changes.insert(String(cells[1].suffix(5)))
      checked += 1
    }
    #expect(checked == 35_136 && changes.count == 2)
  }

  @Test("the peak hours of a day are its highest, by local days of 23 and 25 hours too")
  func peaks() throws {
    let start = at("2020-03-28T23:00Z")
    // Three local days in Berlin: the 29th has 23 hours.
    let demand = try hourly(
      (0..<71).map { Double($0 % 24) }, from: start, kind: .demand, unit: "MW")
    let clock = LocalClock.centralEurope
    let day = start..<(start + .hours(23))
    let issued = demand.asIssued(by: start + .hours(100))
    #expect(PeakHours.highest(2, of: issued, in: day, clock: clock) == [hour(start + .hours(21), 2)])
    let next = (start + .hours(23))..<(start + .hours(47))
    // The 30th begins with the highest of the first 24 hours.
    #expect(
      PeakHours.highest(2, of: issued, in: next, clock: clock)
        == [hour(start + .hours(23)), hour(start + .hours(46))])
    #expect(PeakHours.highest(0, of: issued, in: day, clock: clock).isEmpty)
    // What had not been issued is no peak.
    #expect(
      PeakHours.highest(1, of: demand.asIssued(by: start + .hours(5)), in: day, clock: clock)
        == [hour(start + .hours(5))])
  }
}
