import TestSupport

/// What a corpus is drawn with.
extension Seeded {
  /// Numbers for a corpus: seeds that follow one another begin far apart.
  init(corpus seed: UInt64) { self.init(seed &* 0x9E37_79B9_7F4A_7C15 &+ 0x1234_5678) }

  mutating func pick<T>(_ values: [T]) -> T { values[Int(next() % UInt64(values.count))] }
  mutating func unit() -> Double { Double(next() >> 11) / Double(1 << 53) }
  /// Evenly on a logarithmic scale.
  mutating func scaled(_ low: Double, _ high: Double) -> Double { low * exp2(unit() * log2(high / low)) }
  mutating func chance(_ share: Double) -> Bool { unit() < share }

  private func exp2(_ x: Double) -> Double {
    Double(sign: .plus, exponent: Int(x.rounded(.down)), significand: 1) * pow2(x - x.rounded(.down))
  }
  private func pow2(_ x: Double) -> Double {
    // 2^x for 0...1 by its series; drawn numbers need no more.
    let y = x * 0.693_147_180_559_945_3
    return 1 + y * (1 + y / 2 * (1 + y / 3 * (1 + y / 4 * (1 + y / 5 * (1 + y / 6)))))
  }
  private func log2(_ x: Double) -> Double {
    var power = 0.0
    var rest = x
    while rest >= 2 {
      rest /= 2
      power += 1
    }
    // The rest by bisection.
    var (low, high) = (0.0, 1.0)
    for _ in 0..<40 {
      let middle = (low + high) / 2
      if pow2(middle) < rest { low = middle } else { high = middle }
    }
    return power + low
  }
}
