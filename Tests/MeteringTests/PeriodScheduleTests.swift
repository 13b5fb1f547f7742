import Quantities
import Testing

@testable import Metering

@Suite("Looks on a grid of whole periods")
struct PeriodScheduleTests {
  private static let period: UInt64 = 10_000_000

  @Test(
    "an hour at 100 Hz with late wake-ups ends on the grid: no error adds up, what was missed is counted, none bunch")
  func hour() {
    let start = MonotonicInstant(nanoseconds: 987_654_321)
    var schedule = PeriodSchedule(start: start, period: Self.period)
    var numbers = SeededNumbers(3)
    var looks: UInt64 = 0
    var worst: UInt64 = 0
    var last = start
    var (offGrid, bunched) = (0, 0)
    while schedule.number <= 360_000 {
      // Mostly some microseconds late, now and then milliseconds, rarely several periods.
      let late = UInt64(
        numbers.below(100) > 0
          ? numbers.below(200_000)
          : numbers.below(10) > 0 ? numbers.below(9_999_999) : numbers.below(60_000_000))
      let due = schedule.due
      if due.nanoseconds - start.nanoseconds != schedule.number * Self.period { offGrid += 1 }
      let now = MonotonicInstant(nanoseconds: due.nanoseconds + late)
      if now.nanoseconds - last.nanoseconds < Self.period / 4 { bunched += 1 }
      schedule.advance(after: now)
      looks += 1
      worst = max(worst, late)
      last = now
    }
    #expect(offGrid == 0 && bunched == 0)
    #expect(schedule.missed > 100)
    #expect(looks + schedule.missed == schedule.number - 1)
    #expect(schedule.worstLateness == worst)
    // The last look is where an hour of whole periods ends, but for its own lateness.
    #expect(schedule.due.nanoseconds - start.nanoseconds == schedule.number * Self.period)
    #expect(last.nanoseconds - start.nanoseconds < 3_600_000_000_000 + worst)
  }

  @Test("before the moment nothing happens; a little late is the next one; nearly a period late leaves one out")
  func steps() {
    let at = { (milliseconds: Double) in MonotonicInstant(nanoseconds: UInt64(milliseconds * 1e6)) }
    var schedule = PeriodSchedule(start: at(0), period: Self.period)
    schedule.advance(after: at(9.9))
    #expect(schedule.due == at(10))
    schedule.advance(after: at(10))
    #expect(schedule.due == at(20))
    schedule.advance(after: at(27.5))
    #expect(schedule.due == at(30) && schedule.missed == 0)
    schedule.advance(after: at(37.6))
    #expect(schedule.due == at(50) && schedule.missed == 1)
    schedule.advance(after: at(123))
    #expect(schedule.due == at(130) && schedule.missed == 8)
    #expect(schedule.worstLateness == 73_000_000)
  }

  @Test("a budget of looks is so many at once and one each interval after that, over any stretch")
  func budget() {
    var budget = LookBudget(interval: 10_000_000, most: 20)
    let second = { (from: UInt64, every: UInt64) in
      stride(from: from, to: from + 1_000_000_000, by: Int(every)).count { budget.spend(at: $0) }
    }
    #expect(second(5_000_000_000, 1_000_000) == 119)
    #expect(second(6_000_000_000, 1_000_000) == 100)
    #expect(second(7_000_000_000, 20_000_000) == 50)
    // Saved up again, and no more than it holds however long nobody asked.
    let atOnce = (0..<100).count { _ in budget.spend(at: 900_000_000_000) }
    #expect(atOnce == 20)
    let before = budget.spend(at: 1)
    #expect(!before)
  }
}
