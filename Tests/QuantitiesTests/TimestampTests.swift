import Quantities
import TestSupport
import Testing

@Suite("Timestamps")
struct TimestampTests {
  @Test(
    "Known moments",
    arguments: [
      ("1970-01-01T00:00:00Z", 0), ("2000-02-29T12:00:00Z", 951_825_600_000), ("1969-12-31T23:59:59.999Z", -1),
      ("2021-03-01T08:00:00Z", 1_614_585_600_000), ("1900-01-01T00:00:00Z", -2_208_988_800_000),
    ])
  func known(_ text: String, _ milliseconds: Int64) throws {
    #expect(try #require(Timestamp(iso8601: text)).milliseconds == milliseconds)
    #expect(Timestamp(milliseconds: milliseconds).description == text)
  }

  @Test("Every day from 1900 to 2200 prints and reads back, and each comes after the one before")
  func everyDay() throws {
    let first = try #require(Timestamp(iso8601: "1900-01-01"))
    let last = try #require(Timestamp(iso8601: "2200-12-31"))
    var random = Seeded(4)
    var leapDays = 0
    var previous = ""
    for day in first.dayIndex...last.dayIndex {
      let moment = Timestamp(milliseconds: day * 86_400_000 + Int64.random(in: 0..<86_400_000, using: &random))
      let text = moment.description
      #expect(Timestamp(iso8601: text) == moment)
      #expect(text > previous)
      previous = text
      if text.dropFirst(5).hasPrefix("02-29") { leapDays += 1 }
    }
    // Every fourth year but 1900, 2100 and 2200; 2000 had one.
    #expect(leapDays == 73)
    #expect(last.dayIndex - first.dayIndex + 1 == 301 * 365 + 73)
  }

  @Test(
    "Leap days are there in leap years only", arguments: [(1900, false), (2000, true), (2024, true), (2100, false)])
  func leapDays(_ year: Int, _ isLeap: Bool) { #expect((Timestamp(iso8601: "\(year)-02-29") != nil) == isLeap) }

  @Test("An offset is taken off")
  func offsets() throws {
    let noon = try #require(Timestamp(iso8601: "2021-03-01T12:00:00Z"))
    for text in [
      "2021-03-01T13:00:00+01:00", "2021-03-01T13:00+0100", "2021-03-01T07:30:00-04:30", "2021-03-01 12:00Z",
    ] {
      #expect(Timestamp(iso8601: text) == noon, "\(text)")
    }
  }

  @Test(
    "Fractions of a second are kept to the millisecond",
    arguments: [(".5", 500), (".123", 123), (".1239", 124), (".000000", 0)])
  func fractions(_ text: String, _ milliseconds: Int64) throws {
    #expect(try #require(Timestamp(iso8601: "1970-01-01T00:00:00\(text)Z")).milliseconds == milliseconds)
  }

  @Test(
    "A time without a zone, or with anything wrong, is refused",
    arguments: [
      "2021-03-01T08:00:00", "2021-03-01T24:00:00Z", "2021-13-01", "2021-00-01", "2021-02-30", "2021-3-1", "21-03-01",
      "2021-03-01T08:00:00Zx", "2021-03-01T08:60Z", "2021-03-01T8:00Z", "2021-03-01T08:00:00.Z", "", "T08:00Z",
      "2021-03-01T08:00:00+24:00", "２０２１-03-01",
    ])
  func refused(_ text: String) { #expect(Timestamp(iso8601: text) == nil) }

  @Test("Hours and days begin where they should, before 1970 too")
  func hours() {
    #expect(Timestamp(milliseconds: -1).hourIndex == -1)
    #expect(Timestamp(milliseconds: -1).startOfDay.description == "1969-12-31T00:00:00Z")
    #expect(Timestamp(milliseconds: 3_600_000).hourIndex == 1)
    #expect(Timestamp(milliseconds: 3_599_999).startOfHour.milliseconds == 0)
    #expect(Timestamp(milliseconds: .min).hourIndex == Int64.min / 3_600_000 - 1)
  }

  @Test("Adding and taking off spans are opposites")
  func spans() {
    var random = Seeded(5)
    for _ in 0..<1000 {
      let start = Timestamp(milliseconds: Int64.random(in: -4_000_000_000_000...4_000_000_000_000, using: &random))
      let span = Span.seconds(Double(Int64.random(in: -1_000_000_000...1_000_000_000, using: &random)) / 1000)
      #expect((start + span) - start == span)
      #expect((start + span) - span == start)
    }
  }

  @Test("A span that is no length of time moves nothing beyond the ends of time, and stops nothing")
  func absurdSpans() {
    let now = Timestamp(milliseconds: 1_614_585_600_000)
    #expect(now + .seconds(.infinity) == Timestamp(milliseconds: .max))
    #expect(now - .seconds(.infinity) < Timestamp(milliseconds: -9_000_000_000_000_000_000))
    #expect(now + .seconds(.nan) == now)
    #expect(Timestamp(seconds: 1e300) == Timestamp(milliseconds: .max))
    #expect(Timestamp(milliseconds: .max) - Timestamp(milliseconds: .min) > .years(1e8))
  }

  @Test("The monotonic clock keeps every nanosecond, after years of uptime too, and can run backwards in a difference")
  func monotonic() {
    let year: UInt64 = 31_536_000_000_000_000
    let earlier = MonotonicInstant(nanoseconds: year + 1)
    let later = MonotonicInstant(nanoseconds: year + 2)
    #expect((later - earlier).seconds == 1e-9)
    #expect((earlier - later).seconds == -1e-9)
    #expect(earlier < later)
  }
}
