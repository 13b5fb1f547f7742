import TestSupport

/// The bytes cut into pieces at random places.
func cut(_ bytes: [UInt8], longest: Int, _ random: inout Seeded) -> [[UInt8]] {
  var pieces: [[UInt8]] = []
  var start = 0
  while start < bytes.count {
    let end = min(bytes.count, start + Int.random(in: 1...longest, using: &random))
    pieces.append(Array(bytes[start..<end]))
    start = end
  }
  return pieces
}

/// Each byte a piece of its own.
func singly(_ bytes: [UInt8]) -> [[UInt8]] { bytes.map { [$0] } }

/// Some bytes of a text changed, doubled, dropped, or the text cut short.
func damaged(_ bytes: [UInt8], _ random: inout Seeded) -> [UInt8] {
  var result = bytes
  for _ in 0..<Int.random(in: 1...4, using: &random) where !result.isEmpty {
    let place = Int.random(in: 0..<result.count, using: &random)
    switch Int.random(in: 0..<4, using: &random) {
    case 0: result[place] = UInt8.random(in: 0...255, using: &random)
    case 1: result.remove(at: place)
    case 2: result.insert(result[place], at: place)
    default: result.removeSubrange(place...)
    }
  }
  return result
}
