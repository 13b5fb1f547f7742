import Quantities
import TestSupport
import Testing

@Suite("Exact splits")
struct SplitTests {
  @Test("The parts are the total, to the last microjoule, for any total and weights")
  func conservation() throws {
    var random = Seeded(20)
    for round in 0..<3000 {
      let limit: Int64 = round % 3 == 0 ? .max : round % 3 == 1 ? 1000 : 1_000_000_000_000
      let total = Microjoules(Int64.random(in: -limit...limit, using: &random))
      let weights = (0..<Int.random(in: 1...12, using: &random)).map { _ in
        Bool.random(using: &random) ? random.magnitude(-6...6) : 0
      }
      guard weights.contains(where: { $0 > 0 }) else { continue }
      let parts = try #require(Split.largestRemainder(total, weights: weights))
      #expect(parts.count == weights.count)
      #expect(parts.reduce(.zero, +) == total)
      for (part, weight) in zip(parts, weights) where weight == 0 { #expect(part == .zero) }
    }
  }

  @Test("Each part is within one microjoule of its proportion")
  func proportion() throws {
    var random = Seeded(21)
    for _ in 0..<1000 {
      let total = Int64.random(in: 0...1_000_000_000, using: &random)
      let weights = (0..<Int.random(in: 1...8, using: &random)).map { _ in random.magnitude(-3...3) }
      let sum = weights.reduce(0, +)
      let parts = try #require(Split.largestRemainder(Microjoules(total), weights: weights))
      for (part, weight) in zip(parts, weights) {
        #expect(abs(Double(part.count) - Double(total) * weight / sum) <= 1 + 1e-6)
      }
    }
  }

  @Test("Ties go to the earlier part")
  func ties() {
    #expect(Split.largestRemainder(Microjoules(5), weights: [1, 1])?.map(\.count) == [3, 2])
    #expect(Split.largestRemainder(Microjoules(1), weights: [0, 1, 1])?.map(\.count) == [0, 1, 0])
    #expect(Split.largestRemainder(Microjoules(-5), weights: [1, 1])?.map(\.count) == [-3, -2])
  }

  @Test("Requests in one batch share its energy by weight, and idle energy evenly")
  func batch() {
    let joule: Int64 = 1_000_000
    #expect(
      Split.largestRemainder(Microjoules(6000 * joule), weights: [150, 350])?.map(\.count) == [
        1800 * joule, 4200 * joule,
      ])
    #expect(
      Split.largestRemainder(Microjoules(600 * joule), weights: [1, 1])?.map(\.count) == [300 * joule, 300 * joule])
  }

  @Test("Without a proportion there is no split, so that nobody drops the energy unseen")
  func noProportion() {
    for weights in [[], [0, 0], [1, -1], [.nan], [.infinity, 1]] as [[Double]] {
      #expect(Split.largestRemainder(Microjoules(10), weights: weights) == nil)
    }
  }

  @Test("The ends of the range split too, and so do weights at the end of theirs")
  func extremes() {
    #expect(Split.largestRemainder(Microjoules(.min), weights: [1])?.map(\.count) == [.min])
    #expect(Split.largestRemainder(Microjoules(.max), weights: [1])?.map(\.count) == [.max])
    #expect(Split.largestRemainder(Microjoules(.max), weights: [1, 1, 1])?.reduce(.zero, +) == Microjoules(.max))
    let huge = Double.greatestFiniteMagnitude
    #expect(Split.largestRemainder(Microjoules(10), weights: [huge, huge / 4])?.map(\.count) == [8, 2])
    let tiny = Double.leastNonzeroMagnitude
    #expect(Split.largestRemainder(Microjoules(10), weights: [tiny * 4, tiny])?.map(\.count) == [8, 2])
  }

  @Test("Joules become the nearest microjoule, and stay in range")
  func microjoules() {
    #expect(Microjoules(.joules(1.2345674)).count == 1_234_567)
    #expect(Microjoules(.joules(1e300)).count == .max)
    #expect(Microjoules(.joules(-1e300)).count == .min)
    #expect(Microjoules(7).energy == .joules(0.000007))
  }
}
