/// The text exposition format of Prometheus (prometheus.io/docs/instrumenting/exposition_formats), read line by line.
/// Lines that are none are passed over: an exporter's mistake costs its line, not the scrape.
public struct PrometheusSample: Hashable, Sendable {
  /// The metric's name.
  public let name: String
  /// Its labels.
  public let labels: [String: String]
  /// Its value; may be infinite or no number.
  public let value: Double

  /// A sample.
  public init(name: String, labels: [String: String] = [:], value: Double) {
    self.name = name
    self.labels = labels
    self.value = value
  }

  /// The labels as one text, sorted, so that a series has one name.
  public var series: String {
    guard !labels.isEmpty else { return name }
    return name + "{" + labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",") + "}"
  }

  /// Reads a page. Any bytes give some samples, or none.
  public static func all(_ page: some Sequence<UInt8>) -> [PrometheusSample] {
    Array(page).split(separator: UInt8(ascii: "\n")).compactMap { line in
      var reader = Reader(bytes: line)
      return reader.sample()
    }
  }

  private struct Reader {
    var bytes: ArraySlice<UInt8>

    mutating func sample() -> PrometheusSample? {
      skipSpaces()
      guard let name = word(), let first = name.utf8.first, !(0x30...0x39).contains(first) else { return nil }
      skipSpaces()
      var labels: [String: String] = [:]
      if bytes.first == UInt8(ascii: "{") {
        bytes.removeFirst()
        guard readLabels(&labels) else { return nil }
      }
      skipSpaces()
      // A time stamp may follow the value; a third word may not.
      let words = bytes.split { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
      guard (1...2).contains(words.count), let value = Self.number(String(decoding: words[0], as: UTF8.self)) else {
        return nil
      }
      return PrometheusSample(name: name, labels: labels, value: value)
    }

    private static func number(_ text: String) -> Double? {
      switch text {
      case "+Inf": .infinity
      case "-Inf": -.infinity
      case "NaN": .nan
      default: Double(text)
      }
    }

    private mutating func skipSpaces() {
      while let byte = bytes.first, byte == 0x20 || byte == 0x09 { bytes.removeFirst() }
    }

    /// Letters, digits, `_` and `:`.
    private mutating func word() -> String? {
      let end =
        bytes.firstIndex { byte in
          !((0x30...0x3A).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            || byte == UInt8(ascii: "_"))
        } ?? bytes.endIndex
      guard end > bytes.startIndex else { return nil }
      defer { bytes = bytes[end...] }
      return String(decoding: bytes[..<end], as: UTF8.self)
    }

    /// `name="value",…}`; a backslash takes the next character as it is, `\n` is a line end.
    private mutating func readLabels(_ labels: inout [String: String]) -> Bool {
      while true {
        skipSpaces()
        if bytes.first == UInt8(ascii: "}") {
          bytes.removeFirst()
          return true
        }
        guard let name = word() else { return false }
        skipSpaces()
        guard bytes.popFirst() == UInt8(ascii: "=") else { return false }
        skipSpaces()
        guard bytes.popFirst() == UInt8(ascii: "\""), let value = quoted() else { return false }
        labels[name] = value
        skipSpaces()
        if bytes.first == UInt8(ascii: ",") {
          bytes.removeFirst()
        } else if bytes.first != UInt8(ascii: "}") {
          return false
        }
      }
    }

    private mutating func quoted() -> String? {
      var text: [UInt8] = []
      while let byte = bytes.popFirst() {
        switch byte {
        case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
        case UInt8(ascii: "\\"):
          guard let next = bytes.popFirst() else { return nil }
          text.append(next == UInt8(ascii: "n") ? 0x0A : next)
        default: text.append(byte)
        }
      }
      return nil
    }
  }
}
