import Quantities
import TestSupport
import Testing

@testable import Grid

@Suite("Slots packed for keeping")
struct SlotBlockTests {
  private func hours(_ count: Int, from start: String = "2023-01-01T00:00Z", _ value: (Int) -> Double) -> [Slot] {
    let start = Timestamp(iso8601: start)!
    return (0..<count).map { Slot((start + .hours(Double($0)))..<(start + .hours(Double($0 + 1))), value: value($0)) }
  }

  @Test("What is read is what was written, whatever the slots are like")
  func roundTrip() throws {
    var random = Seeded(4)
    for _ in 0..<300 {
      var moment = Timestamp(milliseconds: Int64.random(in: -1_000_000_000...2_000_000_000_000, using: &random))
      let isRegular = Bool.random(using: &random)
      let slots = (0..<Int.random(in: 0...80, using: &random)).map { _ -> Slot in
        let length = isRegular ? Span.hours(1) : .seconds(Double.random(in: 0.001...100_000, using: &random))
        if !isRegular { moment = moment + .seconds(Double.random(in: 0...10_000, using: &random)) }
        let range = moment..<(moment + length)
        moment = range.upperBound
        let value = [Double.random(in: -1e6...1e6, using: &random), 12.34, 0, -0.0, 1e300, 250].randomElement(
          using: &random)!
        return Slot(
          range, value: value, low: Bool.random(using: &random) ? value - 1 : nil,
          high: Bool.random(using: &random) ? value + 0.5 : nil,
          issuedAt: moment + .seconds(Double.random(in: -1e6...1e6, using: &random).rounded()),
          isEstimated: Bool.random(using: &random))
      }
      let back = try SlotBlock.unpack(SlotBlock.pack(slots))
      #expect(back == slots)
      // Equality does not tell zero from minus zero; a kept value does.
      #expect(back.map(\.value.bitPattern) == slots.map(\.value.bitPattern))
    }
  }

  @Test("A year of hourly values with two decimals takes less than three bytes an hour")
  func size() {
    var random = Seeded(9)
    var value = 300.0
    let slots = hours(8760) { _ in
      value = min(max(value + Double.random(in: -40...40, using: &random), 20), 900)
      return (value * 100).rounded() / 100
    }
    #expect(SlotBlock.pack(slots).count < 3 * 8760)
  }

  @Test("Bytes cut short or changed are refused or are other slots, and never stop the program")
  func damaged() {
    var random = Seeded(11)
    let bytes = SlotBlock.pack(hours(40) { Double($0) * 1.25 })
    for end in 0..<bytes.count { #expect(throws: SlotBlockError.self) { try SlotBlock.unpack(bytes[..<end]) } }
    for _ in 0..<3000 {
      var changed = bytes
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        changed[Int.random(in: 0..<changed.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      _ = try? SlotBlock.unpack(changed)
    }
    #expect(throws: SlotBlockError.damaged) { try SlotBlock.unpack(bytes + [0]) }
    #expect(throws: SlotBlockError.layout) { try SlotBlock.unpack([2, 0]) }
    // Claims of more slots than there are bytes take no memory.
    #expect(throws: SlotBlockError.damaged) {
      try SlotBlock.unpack([1, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1])
    }
  }

  @Test("Issues keep when they were read and under which label, and damage is refused")
  func issues() throws {
    let entries = hours(30) { Double($0) / 4 }.enumerated().map { index, slot in
      IssueBlock.Entry(slot: slot, fetchedAt: slot.start + .seconds(Double(index % 3)), label: Int64(index / 20))
    }
    let bytes = IssueBlock(entries).bytes
    #expect(try IssueBlock(bytes: bytes).entries == entries)
    #expect(try IssueBlock(bytes: IssueBlock([]).bytes).entries.isEmpty)
    for end in 0..<bytes.count { #expect(throws: SlotBlockError.self) { try IssueBlock(bytes: bytes[..<end]) } }
  }

  @Test("No slots are no slots")
  func empty() throws { #expect(try SlotBlock.unpack(SlotBlock.pack([])).isEmpty) }
}
