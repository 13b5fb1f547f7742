import Grid
import Quantities
import Switching
import TestSupport
import Testing

@Suite("Persistence, of the grid and of replays")
struct PersistenceFormsTests {
  @Test("where the day before is known, a replay's forecast of the next day is that of live decisions")
  func agree() throws {
    let start = at("2021-03-01")
    var random = Seeded(31)
    for _ in 0..<40 {
      // Some begin the day at many times yesterday's value, which both take for an error of the data.
      let jump = Double.random(in: 0.1...8, using: &random)
      let hours = Int.random(in: 25...60, using: &random)
      var values = (0..<hours).map { _ in Double.random(in: 20...800, using: &random) }
      values[hours - 1] = values[hours - 25] * jump
      let now = start + .hours(Double(hours - 1))
      let live = PersistenceForecast().forecast(
        from: try hourly(values, from: start).asIssued(by: now),
        over: (now + .hours(1))..<(now + .hours(25)))
      let replayed = DayPersistence.intensities(
        history: values.map(CarbonIntensity.gramsPerKilowattHour), interval: .hours(1), count: 24)
      #expect(live.slots.count == 24 && replayed.count == 24)
      for (slot, intensity) in zip(live.slots, replayed) {
        let value = try #require(slot.value)
        #expect(abs(value - intensity.gramsPerKilowattHour) <= 1e-9 * value)
      }
    }
  }
}
