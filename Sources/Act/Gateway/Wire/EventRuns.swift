/// Takes a server-sent event stream apart, in pieces of any size: which bytes are an event's data and which are its
/// frame (field names, line ends, comments). Nothing is copied or changed.
struct EventRuns {
  enum Run: Equatable {
    /// Bytes of a `data` field's value.
    case data(Range<Int>)
    /// Everything else.
    case frame(Range<Int>)
    /// The blank line that ends an event, after which new data are those of the next.
    case end(Range<Int>)
  }

  private enum Line { case start, field(Int), space, data, rest }
  private static let name: [UInt8] = Array("data:".utf8)
  private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
  private var line = Line.start
  private var lineFeedMayFollow = false
  private var marksSeen = 0

  /// The next run of `bytes`, moving `index` behind it; nil when the piece is used up.
  mutating func next(in bytes: UnsafeRawBufferPointer, from index: inout Int) -> Run? {
    guard index < bytes.count else { return nil }
    let start = index
    switch line {
    case .start:
      let byte = bytes[index]
      index += 1
      return begin(with: byte, at: start)
    case .field(let matched):
      if bytes[index] == Self.name[matched] {
        index += 1
        line = matched + 1 == Self.name.count ? .space : .field(matched + 1)
      } else {
        line = .rest
        endLine(in: bytes, &index)
      }
      return .frame(start..<index)
    case .space:
      line = .data
      guard bytes[index] == 0x20 else { return next(in: bytes, from: &index) }
      index += 1
      return .frame(start..<index)
    case .data:
      let end = ByteSearch.lineEnd(in: bytes, from: index)
      if end > index {
        index = end
        return .data(start..<end)
      }
      endLine(in: bytes, &index)
      return .frame(start..<index)
    case .rest:
      endLine(in: bytes, &index)
      return .frame(start..<index)
    }
  }

  private mutating func begin(with byte: UInt8, at place: Int) -> Run {
    let isSecondOfPair = lineFeedMayFollow && byte == 0x0A
    lineFeedMayFollow = false
    if isSecondOfPair { return .frame(place..<(place + 1)) }
    if marksSeen < 3, byte == Self.byteOrderMark[marksSeen] {
      marksSeen += 1
      return .frame(place..<(place + 1))
    }
    marksSeen = 3
    if byte == 0x0A || byte == 0x0D {
      lineFeedMayFollow = byte == 0x0D
      return .end(place..<(place + 1))
    }
    line = byte == Self.name[0] ? .field(1) : .rest
    return .frame(place..<(place + 1))
  }

  /// Goes on behind the end of this line, as far as it is here.
  private mutating func endLine(in bytes: UnsafeRawBufferPointer, _ index: inout Int) {
    index = ByteSearch.lineEnd(in: bytes, from: index)
    guard index < bytes.count else { return }
    lineFeedMayFollow = bytes[index] == 0x0D
    line = .start
    index += 1
  }
}
