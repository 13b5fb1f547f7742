import Quantities
import Switching
import TestSupport
import Testing

@Suite("When to look again how good the variants are (SPROUT's rule)")
struct EvaluationScheduleTests {
  private let start = Fixture.midnight

  /// The hours in which an evaluation was due, with why.
  private func due(
    _ series: [Double?], _ schedule: EvaluationSchedule = EvaluationSchedule()
  ) -> [(hour: Int, verdict: EvaluationSchedule.Verdict)] {
    var state = EvaluationSchedule.State(evaluated: start)
    var found: [(Int, EvaluationSchedule.Verdict)] = []
    for (hour, value) in series.enumerated() {
      let (next, verdict) = schedule.told(
        value.map { .gramsPerKilowattHour($0) }, at: start + .hours(Double(hour)), state: state)
      state = next
      if verdict != .wait { found.append((hour, verdict)) }
    }
    return found
  }

  @Test("the urgency doubles in a day")
  func doubles() { #expect(abs(EvaluationSchedule().urgencyPerHour * 24 - 0.6931) < 0.005) }

  @Test("a clean dip is taken one value after its bottom, when the least distance is kept")
  func dip() throws {
    let series: [Double?] = [300, 300, 300, 300, 300, 300, 300, 250, 200, 150, 150, 200, 300, 300]
    let found = due(series)
    // g falls to the second 150 no more: 150 held for an hour is more urgent than 150 an hour before.
    #expect(found.map(\.hour) == [10] && found[0].verdict == .clean)
    // The same dip within six hours of the last evaluation is left.
    #expect(due([300, 250, 200, 150, 150, 200, 300]).isEmpty)
  }

  @Test("a dip that is dirtier than the mean is left")
  func dirtyDip() {
    let series: [Double?] = [100, 100, 100, 100, 100, 100, 100, 400, 380, 350, 360, 400]
    #expect(!due(series).contains { $0.hour >= 8 })
  }

  @Test("on a grid that only gets dirtier it is forced after 72 hours, and again 72 hours later")
  func forced() {
    let found = due((0..<150).map { 100 + Double($0) })
    #expect(found.map(\.hour) == [72, 144])
    #expect(found.allSatisfy { $0.verdict == .overdue })
  }

  @Test("unknown intensities are never clean, and do not stop the longest distance")
  func unknown() {
    #expect(due([Double?](repeating: nil, count: 80)).map(\.hour) == [72])
  }

  @Test("over a real-shaped week the distances are within the limits, and the hours chosen are cleaner than the mean")
  func week() throws {
    var random = Seeded(93)
    let series = random.intensities(24 * 14)
    let hours = due(series).map(\.hour)
    #expect(hours.count >= 5)
    for (one, next) in zip([0] + hours, hours) { #expect((6...72).contains(next - one)) }
    let mean = series.reduce(0, +) / Double(series.count)
    let chosen = hours.map { series[$0] }.reduce(0, +) / Double(hours.count)
    #expect(chosen < mean * 0.85)
  }

  @Test("what comes later changes no earlier verdict")
  func blind() {
    var random = Seeded(94)
    let series = random.intensities(96)
    let whole = due(series).filter { $0.hour < 48 }
    let half = due(Array(series.prefix(48)))
    #expect(whole.map(\.hour) == half.map(\.hour))
  }
}
