/// Numbers that look random and are the same in every run (a linear congruence, Knuth's MMIX constants).
struct SeededNumbers {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 }

  /// A number from 0 up to and without `bound`.
  mutating func below(_ bound: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int(state >> 33) % bound
  }

  /// One of them.
  mutating func pick<T>(_ list: [T]) -> T { list[below(list.count)] }
}
