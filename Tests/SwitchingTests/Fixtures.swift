import Foundation
import Quantities
import Switching
import Synchronization
import TestSupport

/// Variants, traces and random cases that several suites use.
enum Fixture {
  /// S, M, L of the reference's small vectors: slopes 0.125 and 2 J per point.
  static func small() throws -> Ladder {
    try Ladder([
      Variant("S", quality: 70, energy: .joules(1)), Variant("M", quality: 78, energy: .joules(2)),
      Variant("L", quality: 80, energy: .joules(6)),
    ])
  }

  /// EfficientNet B0 to B7: accuracies as CLOVER used them, synthetic energies 0.20 + 0.05 x GFLOPs joules.
  static let efficientNet: [Variant] = [
    ("B0", 76.444, 0.39), ("B1", 78.382, 0.70), ("B2", 79.812, 1.0), ("B3", 81.528, 1.8), ("B4", 83.024, 4.2),
    ("B5", 83.776, 9.9), ("B6", 84.134, 19), ("B7", 84.582, 37),
  ].map { Variant($0.0, quality: $0.1, energy: .joules(0.20 + 0.05 * $0.2)) }

  /// The chosen EfficientNet variants; CLOVER's ladder by default.
  static func ladder(_ names: String...) throws -> Ladder {
    let wanted = names.isEmpty ? ["B1", "B3", "B5", "B7"] : names
    return try Ladder(efficientNet.filter { wanted.contains($0.name) })
  }

  /// California ISO, 49 hours of March (published with CLOVER), g/kWh.
  static let marchTrace: [Double] = [
    124.57, 135.6, 148.61, 166.42, 240.4, 291.63, 295.64, 302.89, 314.22, 320.24, 330.58, 324.14, 329.44, 340.14,
    353.57,
    351.81, 352.33, 287.67, 165.83, 117.63, 96.83, 98.22, 101.37, 102.56, 103.57, 113.15, 145.22, 170.3, 252.83, 309.9,
    309.1, 316.32, 324.73, 327.01, 344.15, 350.98, 350.25, 356.07, 368.39, 366.53, 362.84, 291.19, 166.62, 135.32,
    117.1,
    110.78, 113.75, 111.79, 110.71,
  ]

  /// A problem over `intensities` with the same or given requests.
  static func problem(
    _ ladder: Ladder, floor: Double, _ intensities: [Double], requests: [Double]? = nil, each: Double = 1000
  ) throws -> Problem {
    let counts = requests ?? [Double](repeating: each, count: intensities.count)
    return try Problem(
      ladder: ladder, floor: floor,
      intervals: zip(intensities, counts).map {
        Problem.Interval(requests: $1, intensity: .gramsPerKilowattHour($0))
      })
  }

  /// Midnight, 1 March 2021, UTC.
  static let midnight = Timestamp(milliseconds: 1_614_556_800_000)

  /// Hourly history from `start`.
  static func history(_ intensities: [Double?], requests: [Double]? = nil, start: Timestamp = midnight)
    -> [HistoryInterval]
  {
    intensities.enumerated().map { hour, value in
      HistoryInterval(
        start: start + .hours(Double(hour)), intensity: value.map { .gramsPerKilowattHour($0) },
        requests: requests?[hour] ?? 1000)
    }
  }

  /// JSON with sorted keys, so that equal values have equal bytes.
  static func json(_ value: some Encodable) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return try encoder.encode(value)
  }
}

extension Seeded {
  /// A random ladder; energies and qualities in any order, so that some variants are not on the hull.
  mutating func ladder(_ count: Int) throws -> Ladder {
    try Ladder(
      (0..<count).map {
        let quality = Double.random(in: 50...95, using: &self)
        return Variant(
          "v\($0)", quality: quality, qualityLow: quality - Double.random(in: 0...2, using: &self),
          energy: .joules(Double.random(in: 0.1...5, using: &self)))
      })
  }

  /// Random intensities with a daily swing.
  mutating func intensities(_ hours: Int) -> [Double] {
    (0..<hours).map { 250 + 150 * sin(Double($0) * .pi / 12) + Double.random(in: -80...80, using: &self) }
  }
}

/// Hourly direct intensities of 2023 that are shared beside the repository, when they are there.
enum SharedGrid {
  static let folder: URL? = {
    var root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
    for _ in 0..<3 { root.deleteLastPathComponent() }
    let folder = root.deletingLastPathComponent().appending(path: "shared/data/grid")
    return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
  }()

  static func isAvailable() -> Bool { folder != nil }

  /// A zone's year; each file is read once.
  static func hourly(_ zone: String) throws -> [HistoryInterval] {
    try years.withLock { known in
      if let year = known[zone] { return year }
      let year = try read(zone)
      known[zone] = year
      return year
    }
  }

  private static let years = Mutex<[String: [HistoryInterval]]>([:])

  private static func read(_ zone: String) throws -> [HistoryInterval] {
    let file = try require(folder).appending(path: "em_\(zone)_2023_hourly.csv.gz")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["gzip", "-dc", file.path]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let lines = String(decoding: data, as: UTF8.self).split(separator: "\n")
    let header = lines[0].split(separator: ",", omittingEmptySubsequences: false)
    guard let column = header.firstIndex(of: "ci_direct_g_per_kwh") else { throw CocoaError(.fileReadCorruptFile) }
    return try lines.dropFirst().map { line in
      let cells = line.split(separator: ",", omittingEmptySubsequences: false)
      guard let start = Timestamp(iso8601: cells[0]) else { throw CocoaError(.fileReadCorruptFile) }
      return HistoryInterval(
        start: start, intensity: Double(cells[column]).map { .gramsPerKilowattHour($0) }, requests: 1000)
    }
  }

  private static func require<T>(_ value: T?) throws -> T {
    guard let value else { throw CocoaError(.fileNoSuchFile) }
    return value
  }
}
