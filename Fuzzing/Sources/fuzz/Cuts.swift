/// The ways in which a text can arrive: whole, byte by byte, and cut at places that depend on the text alone, so that an
/// input that was kept fails again.
enum Cuts {
  static func all(_ bytes: [UInt8]) -> [[ArraySlice<UInt8>]] {
    [[bytes[...]], bytes.indices.map { bytes[$0...$0] }, scattered(bytes)]
  }

  private static func scattered(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
    // FNV-1a of the text seeds a SplitMix64.
    var state = bytes.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    var pieces: [ArraySlice<UInt8>] = []
    var start = 0
    while start < bytes.count {
      state &+= 0x9E37_79B9_7F4A_7C15
      var word = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
      word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
      let end = min(bytes.count, start + 1 + Int(truncatingIfNeeded: (word >> 33) % 24))
      pieces.append(bytes[start..<end])
      start = end
    }
    return pieces
  }
}
