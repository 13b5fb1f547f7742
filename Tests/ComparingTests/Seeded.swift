/// Random numbers that are the same on every run (SplitMix64), so that a failing property can be looked at again.
struct Seeded: RandomNumberGenerator {
  var state: UInt64
  init(_ seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
  /// A positive number of any size between the two powers of ten, evenly on the logarithm.
  mutating func magnitude(_ powers: ClosedRange<Double>) -> Double {
    var scale = 1.0
    let power = Double.random(in: powers, using: &self)
    let whole = power.rounded(.down)
    for _ in 0..<Int(abs(whole)) { scale = whole < 0 ? scale / 10 : scale * 10 }
    return scale * (1 + 9 * (power - whole))
  }
}
