/// Random numbers that are the same on every run (SplitMix64: Steele, Lea and Flood 2014), so that a failing property can
/// be looked at again.
public struct Seeded: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// Numbers from a seed; any will do.
  public init(_ seed: UInt64) { state = seed }

  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// A positive number of any size between the two powers of ten, evenly on the logarithm.
  public mutating func magnitude(_ powers: ClosedRange<Double>) -> Double {
    var scale = 1.0
    let power = Double.random(in: powers, using: &self)
    let whole = power.rounded(.down)
    for _ in 0..<Int(abs(whole)) { scale = whole < 0 ? scale / 10 : scale * 10 }
    return scale * (1 + 9 * (power - whole))
  }
}
