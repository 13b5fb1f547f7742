import Foundation

/// A run's journal, read by the tests on their own: checksummed lines of `kind key=value …`.
struct JournalText {
  struct Line {
    let kind: String
    let fields: [String: String]
  }

  /// The lines up to the first one that is cut, fails its checksum or breaks the sequence.
  let lines: [Line]
  /// Bytes behind them: at most one line that was being written.
  let leftOver: Int

  init(path: String) throws {
    guard let data = FileManager.default.contents(atPath: path) else { throw CocoaError(.fileReadNoSuchFile) }
    var lines: [Line] = []
    var rest = data[...]
    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
      let text = String(decoding: rest[..<end], as: UTF8.self)
      let words = text.split(separator: " ").map(String.init)
      guard words.count >= 3, Int(words[1]) == lines.count, words[0] == Self.checksum(Array(text.dropFirst(9).utf8))
      else {
        break
      }
      let fields = words.dropFirst(3).compactMap { word -> (String, String)? in
        guard let equals = word.firstIndex(of: "=") else { return nil }
        let value = String(word[word.index(after: equals)...])
        return (String(word[..<equals]), value.removingPercentEncoding ?? value)
      }
      lines.append(Line(kind: words[2], fields: Dictionary(fields) { $1 }))
      rest = rest[(end + 1)...]
    }
    self.lines = lines
    leftOver = rest.count
  }

  /// CRC-32C (Castagnoli), bit by bit, as eight digits.
  private static func checksum(_ bytes: [UInt8]) -> String {
    var remainder: UInt32 = 0xFFFF_FFFF
    for byte in bytes {
      remainder ^= UInt32(byte)
      for _ in 0..<8 { remainder = remainder & 1 == 1 ? (remainder >> 1) ^ 0x82F6_3B78 : remainder >> 1 }
    }
    let text = String(~remainder, radix: 16)
    return String(repeating: "0", count: 8 - text.count) + text
  }

  var samples: [Line] { lines.filter { $0.kind == "sample" } }
  func first(_ kind: String) -> Line? { lines.first { $0.kind == kind } }

  /// Microjoules of the run at the last whole sample: the second term of each component.
  var runMicrojoules: Int? {
    guard let last = samples.last else { return nil }
    return ["cpu", "memory", "gpu"].compactMap { last.fields[$0] }
      .compactMap { Int($0.split(separator: ",")[1]) }.reduce(0, +)
  }

  /// CPU seconds of the run at the last whole sample.
  var runCPUSeconds: Double? {
    samples.last?.fields["time"]?.split(separator: ",").dropFirst().first.flatMap { Double($0) }.map { $0 / 1e9 }
  }

  /// Wall times of the samples, milliseconds.
  var sampleTimes: [Int] { samples.compactMap { $0.fields["wall"].flatMap { Int($0) } } }
}
