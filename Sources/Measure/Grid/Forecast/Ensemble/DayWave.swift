#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The first harmonic of the day at each hour of UTC.
enum DayWave {
  static let values: [(cosine: Double, sine: Double)] = (0..<24).map { hour in
    let angle = 2 * Double.pi * Double(hour) / 24
    return (cos(angle), sin(angle))
  }
}
