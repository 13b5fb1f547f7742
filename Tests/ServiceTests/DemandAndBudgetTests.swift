import Quantities
import Switching
import Testing

@testable import Service

@Suite("Demand to be expected")
struct DemandHistoryTests {
  private let day = at("2021-03-20")
  private func hour(_ index: Double) -> Timestamp { day + .hours(index) }

  @Test("nothing is known before the first whole interval is over")
  func nothing() {
    var demand = DemandHistory(interval: .hours(1))
    #expect(demand.expected(from: hour(0), until: hour(24)).isEmpty)
    #expect(demand.units(at: hour(0)) == nil)
    demand.add(5, at: hour(3.5))
    #expect(demand.expected(from: hour(3), until: hour(24)).isEmpty)
    #expect(demand.units(at: hour(3)) == 5)
    #expect(demand.units(at: hour(2)) == nil, "nobody looked then")
    #expect(demand.units(at: hour(9)) == 0)
  }

  @Test("requests that came after the moment asked about do not stop the answer")
  func fromTheFuture() {
    var demand = DemandHistory(interval: .hours(1))
    demand.add(5, at: hour(7))
    #expect(demand.expected(from: hour(3), until: hour(24)).isEmpty)
  }

  @Test("on the first day every interval is expected to be as the mean so far, empty ones included")
  func firstDay() {
    var demand = DemandHistory(interval: .hours(1))
    demand.add(10, at: hour(0))
    demand.add(20, at: hour(2.25))
    #expect(demand.expected(from: hour(3), until: hour(6)) == [10, 10, 10])
  }

  @Test("from the second day on it is as yesterday at the same time, and the mean where nobody looked yesterday")
  func secondDay() {
    var demand = DemandHistory(interval: .hours(1))
    for index in 12..<24 { demand.add(Double(index), at: hour(Double(index))) }
    let expected = demand.expected(from: hour(24), until: hour(48))
    #expect(expected.count == 24)
    #expect(Array(expected[12...]) == (12..<24).map(Double.init))
    #expect(expected[..<12].allSatisfy { $0 == 17.5 })
  }

  @Test(
    "a day that is busier than yesterday is expected to stay so, up to twice",
    arguments: [(15.0, 1.5), (90, 2), (1, 0.5)])
  func scale(today: Double, factor: Double) {
    var demand = DemandHistory(interval: .hours(1))
    for index in 0..<24 { demand.add(10, at: hour(Double(index))) }
    for index in 24..<30 { demand.add(today, at: hour(Double(index))) }
    #expect(demand.expected(from: hour(30), until: hour(32)) == [10 * factor, 10 * factor])
  }

  @Test("a week of minutes keeps what it needs and gives the same answers")
  func longRun() {
    var demand = DemandHistory(interval: .seconds(60))
    for minute in 0..<(7 * 1440) { demand.add(1, at: day + .seconds(60 * Double(minute))) }
    #expect(demand.expected(from: hour(168), until: hour(169)) == Array(repeating: 1, count: 60))
  }
}

@Suite("The quality that a day owes")
struct QualityBudgetTests {
  @Test("a day below the floor is carried to the next, one above it is not")
  func days() {
    var budget = QualityBudget(floor: 80)
    budget.add(10, quality: 70, at: at("2021-03-20T10:00:00Z"))
    #expect(budget.debt == 0)
    budget.roll(to: at("2021-03-21"))
    #expect(budget.debt == 100)
    #expect(budget.served.requests == 0)
    budget.add(10, quality: 85, at: at("2021-03-21T10:00:00Z"))
    budget.roll(to: at("2021-03-22"))
    #expect(budget.debt == 50)
    budget.add(100, quality: 90, at: at("2021-03-22T10:00:00Z"))
    budget.roll(to: at("2021-03-23"))
    #expect(budget.debt == 0, "what is above the floor is not saved up")
  }

  @Test("a request of yesterday that is told late changes what yesterday owes, not what today served")
  func late() {
    var budget = QualityBudget(floor: 80)
    budget.add(10, quality: 70, at: at("2021-03-20T10:00:00Z"))
    budget.add(5, quality: 90, at: at("2021-03-21T00:00:01Z"))
    budget.add(4, quality: 70, at: at("2021-03-20T23:59:59Z"))
    #expect(budget.debt == 140)
    #expect(budget.served.requests == 5)
    #expect(budget.served.points == 450)
  }

  @Test("a day without requests passes the debt on whole")
  func idleDay() {
    var budget = QualityBudget(floor: 80)
    budget.add(10, quality: 70, at: at("2021-03-20T10:00:00Z"))
    budget.roll(to: at("2021-03-25"))
    #expect(budget.debt == 100)
  }
}
