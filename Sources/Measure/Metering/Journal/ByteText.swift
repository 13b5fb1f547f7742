import Quantities

/// Text made byte by byte in one buffer that is used again: a sample each period makes no strings.
struct ByteText {
  private(set) var bytes: [UInt8] = []

  /// Begins anew; the memory is kept.
  mutating func clear() { bytes.removeAll(keepingCapacity: true) }

  /// One byte.
  mutating func append(byte: UInt8) { bytes.append(byte) }

  /// Text of the program's own.
  mutating func append(_ text: StaticString) {
    bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  /// Any text, as it stands.
  mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

  /// A number in decimal digits.
  mutating func append(_ number: UInt64) {
    guard number >= 10 else { return bytes.append(0x30 + UInt8(number)) }
    let start = bytes.count
    var rest = number
    while rest > 0 {
      bytes.append(0x30 + UInt8(rest % 10))
      rest /= 10
    }
    bytes[start...].reverse()
  }

  /// A number in decimal digits, with its sign if it is negative.
  mutating func append(_ number: Int64) {
    if number < 0 { bytes.append(UInt8(ascii: "-")) }
    append(number.magnitude)
  }

  /// Numbers with commas between them.
  mutating func append(list numbers: UInt64...) {
    for (index, number) in numbers.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      append(number)
    }
  }

  /// Makes room for a checksum and a space; gives what ``endLine(_:)`` takes.
  mutating func beginLine() -> Int {
    let start = bytes.count
    append("00000000 ")
    return start
  }

  /// Ends a line with its checksum in front.
  mutating func endLine(_ start: Int) {
    let sum = bytes.withUnsafeBytes { CRC32C.checksum($0[(start + 9)...]) }
    for index in 0..<8 {
      let digit = UInt8(sum >> UInt32(28 - 4 * index) & 0xF)
      bytes[start + index] = digit < 10 ? 0x30 + digit : 0x57 + digit
    }
    bytes.append(UInt8(ascii: "\n"))
  }
}

/// The fields of a sample, in the journal and on the wire: six energies for each component, six times, and what a next
/// meter needs.
extension ByteText {
  /// Appends ` key=value` for each field.
  mutating func append(_ sample: CumulativeSample, _ state: HostMeter.State) {
    append(" mono=")
    append(sample.monotonic.nanoseconds)
    append(" wall=")
    append(sample.wall.milliseconds)
    for component in Component.allCases {
      guard let terms = sample.components[component] else { continue }
      append(byte: 0x20)
      append(component.rawValue)
      append(byte: UInt8(ascii: "="))
      append(terms.host.count)
      append(after: terms.run.count)
      append(after: terms.others.count)
      append(after: terms.idle.count)
      append(after: terms.own.count)
      append(after: terms.unattributed.count)
    }
    if sample.parked != .zero {
      append(" parked=")
      append(sample.parked.count)
    }
    if !sample.platform.isEmpty {
      for (name, energy) in sample.platform.sorted(by: { $0.key < $1.key }) {
        append(" beside.")
        append(PercentText.encode(name))
        append(byte: UInt8(ascii: "="))
        append(energy.count)
      }
    }
    let cpu = sample.cpu
    append(" time=")
    append(list: cpu.busy, cpu.run, cpu.others, cpu.own, cpu.unattributed, cpu.capacity)
    append(" potential=")
    append(list: state.potential.run, state.potential.others, state.potential.own)
    append(" meter=")
    append(state.meter)
    guard !state.counters.isEmpty else { return }
    for (name, value) in state.counters.sorted(by: { $0.key < $1.key }) {
      append(" at.")
      append(PercentText.encode(name))
      append(byte: UInt8(ascii: "="))
      append(value)
    }
  }

  /// The sample as one line of text without its end.
  static func sample(_ sample: CumulativeSample, _ state: HostMeter.State) -> String {
    var text = ByteText()
    text.append("sample")
    text.append(sample, state)
    return String(decoding: text.bytes, as: UTF8.self)
  }

  private mutating func append(after number: Int64) {
    append(byte: UInt8(ascii: ","))
    append(number)
  }
}
