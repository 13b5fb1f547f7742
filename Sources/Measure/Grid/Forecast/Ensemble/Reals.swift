/// Numbers kept to the last bit, missing ones (`nan`) included: JSON numbers can do neither.
///
/// Written as one string, sixteen hexadecimal digits a number.
struct Reals: Hashable, Sendable, Codable {
  var values: [Double]

  init(_ values: [Double]) { self.values = values }
  init(repeating value: Double, count: Int) { values = [Double](repeating: value, count: count) }

  subscript(index: Int) -> Double {
    get { values[index] }
    set { values[index] = newValue }
  }
  var count: Int { values.count }

  /// Equal to the bit, so that a missing number equals a missing number.
  static func == (left: Reals, right: Reals) -> Bool {
    left.count == right.count && zip(left.values, right.values).allSatisfy { $0.bitPattern == $1.bitPattern }
  }

  func hash(into hasher: inout Hasher) { for value in values { hasher.combine(value.bitPattern) } }

  func encode(to encoder: any Encoder) throws {
    var text: [UInt8] = []
    text.reserveCapacity(values.count * 16)
    for value in values {
      for shift in stride(from: 60, through: 0, by: -4) {
        let digit = UInt8(truncatingIfNeeded: value.bitPattern >> UInt64(shift)) & 15
        text.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
      }
    }
    var container = encoder.singleValueContainer()
    try container.encode(String(decoding: text, as: UTF8.self))
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = Array(try container.decode(String.self).utf8)
    values = []
    values.reserveCapacity(text.count / 16)
    var pattern: UInt64 = 0
    for (index, byte) in text.enumerated() {
      guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue, text.count % 16 == 0 else {
        throw DecodingError.dataCorruptedError(
          in: container, debugDescription: "kept numbers must be groups of sixteen hexadecimal digits")
      }
      pattern = pattern << 4 | UInt64(digit)
      if index % 16 == 15 {
        values.append(Double(bitPattern: pattern))
        pattern = 0
      }
    }
  }
}
