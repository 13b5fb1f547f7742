import Estimation
import Methods
import Quantities
import Testing

@Suite("Data of models")
struct DataWorkTests {
  @Test("A terabyte in three copies on hard disks takes 0.65 W a copy, all year")
  func storage() {
    let year = DataWork.storage(
      of: stated("data", .bytes(1e12)), copies: stated("copies", Ratio(3)), for: stated("time", .years(1)), on: .hdd)
    #expect(abs(year.value.kilowattHours - 0.65 * 3 * 8.76) < 1e-9)
    let fast = DataWork.storage(
      of: stated("data", .bytes(1e12)), copies: stated("copies", Ratio(3)), for: stated("time", .years(1)), on: .ssd)
    #expect(abs(fast.value / year.value - 1.2 / 0.65) < 1e-9)
    #expect(year.estimate.low < year.value && year.value < year.estimate.high)
  }

  @Test("Moving a gigabyte inside a cloud takes 1 Wh, over the internet anything from 4 to 140")
  func movement() {
    let gigabyte = stated("data", Bits.bytes(1e9))
    #expect(abs(DataWork.movement(of: gigabyte, on: .cloud).value.kilowattHours - 0.001) < 1e-12)
    let far = DataWork.movement(of: gigabyte, on: .internet).estimate
    #expect(abs(far.low.kilowattHours - 0.004) < 1e-9 && abs(far.high.kilowattHours - 0.14) < 1e-9)
  }

  @Test("Made data costs its tokens")
  func synthetic() {
    let made = DataWork.synthetic(
      tokens: stated("tokens", Ratio(1e9)), energyPerToken: stated("token", .joules(0.4), .joules(0.1), .joules(1.2)))
    #expect(abs(made.value.joules - 4e8) < 1 && abs(made.estimate.high.joules - 1.2e9) < 10)
    for figure in [
      made, DataWork.movement(of: stated("data", Bits.bytes(1e9)), on: .internet),
      DataWork.storage(
        of: stated("data", .bytes(1e12)), copies: stated("copies", Ratio(1)), for: stated("time", .hours(1)), on: .ssd),
    ] { expectExplained(figure.receipt, figure.receipt.label) }
  }

  @Test("A stated range is a value between its ends, each with its unit")
  func ranges() throws {
    let range = try StatedRange<Energy>(parsing: "433MWh:400MWh:470MWh")
    #expect(range.value == .kilowattHours(433_000) && range.high == .kilowattHours(470_000))
    #expect(try StatedRange<Energy>(parsing: "1 kWh").low == .kilowattHours(1))
    for bad in ["433", "433MWh:400MWh", "433MWh:440MWh:470MWh", "433MWh:400MWh:430MWh", "nan kWh", "", "1MWh:2:3MWh"] {
      #expect(throws: Unknown.self, "\(bad)") { try StatedRange<Energy>(parsing: bad) }
    }
  }
}
