import Quantities
import Testing

@testable import Metering

@Suite("Idle energy by what is reserved")
struct ReservationTests {
  private func joules(_ parts: [Microjoules]) -> [Double] { parts.map(\.energy.joules) }

  @Test("of 300 J idle, 8 and 4 of 16 reserved processors have 150 and 75; 75 stay with the machine")
  func reserved() {
    let parts = Attribution.share(
      .joules(600), idle: .joules(300), activity: [6, 3, 1], policy: .reserved,
      reservation: Attribution.Reservation(parts: [8, 4, 0], whole: 16))
    #expect(joules(parts.shares) == [180 + 150, 90 + 75, 30])
    #expect(parts.idle == .joules(75))
    #expect(parts.unattributed == .zero)
  }

  @Test("what is reserved is paid for without any activity; active energy of nobody stays unattributed")
  func inactive() {
    let parts = Attribution.share(
      .joules(50), idle: .joules(40), activity: [0, 0], policy: .reserved,
      reservation: Attribution.Reservation(parts: [1, 0], whole: 4))
    #expect(joules(parts.shares) == [10, 0])
    #expect(parts.idle == .joules(30))
    #expect(parts.unattributed == .joules(10))
  }

  @Test("where more was promised than there is, nothing is left and the promises are shares")
  func overbooked() {
    let parts = Attribution.share(
      .joules(30), idle: .joules(30), activity: [1, 1], policy: .reserved,
      reservation: Attribution.Reservation(parts: [16, 8], whole: 16))
    #expect(joules(parts.shares) == [20, 10])
    #expect(parts.idle == .zero)
  }

  @Test("without a reservation, or with one that does not fit, idle energy stays where it is")
  func none() {
    for reservation in [nil, Attribution.Reservation(parts: [1], whole: 2)] {
      let parts = Attribution.share(
        .joules(10), idle: .joules(4), activity: [1, 1], policy: .reserved, reservation: reservation)
      #expect(joules(parts.shares) == [3, 3])
      #expect(parts.idle == .joules(4))
    }
  }

  @Test("every policy keeps every microjoule, and gives nobody less than nothing")
  func conserved() {
    var random = SeededNumbers(20_260_801)
    for _ in 0..<2000 {
      let count = 1 + random.below(6)
      let activity = (0..<count).map { _ in random.below(3) == 0 ? 0 : Double(random.below(1_000_000)) }
      let reserved = Attribution.Reservation(
        parts: (0..<count).map { _ in Double(random.below(9)) }, whole: Double(random.below(20)))
      let energy = Microjoules(Int64(random.below(1_000_000_007)))
      let idle = Microjoules(Int64(random.below(1_200_000_000)))
      for policy in Attribution.IdlePolicy.allCases {
        let parts = Attribution.share(energy, idle: idle, activity: activity, policy: policy, reservation: reserved)
        #expect(parts.shares.reduce(.zero, +) + parts.idle + parts.unattributed == energy)
        #expect((parts.shares + [parts.idle, parts.unattributed]).allSatisfy { $0 >= .zero })
        // Active energy is shared alike under `none` and `reserved`.
        if policy == .proportional { #expect(parts.idle == .zero) }
      }
    }
  }
}
