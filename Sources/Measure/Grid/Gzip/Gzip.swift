/// Reads gzip files (RFC 1952) without any library.
public enum Gzip {
  /// The largest content that is unpacked unless the caller says otherwise: 256 MiB.
  public static let defaultLimit = 256 * 1_048_576

  /// Whether `bytes` begin like a gzip file.
  public static func isGzip(_ bytes: [UInt8]) -> Bool { bytes.count >= 2 && bytes[0] == 0x1F && bytes[1] == 0x8B }

  /// The content of a gzip file; of one with several members, their contents one behind the other.
  ///
  /// - Parameter limit: the most bytes to unpack; a small file can claim to hold gigabytes.
  /// - Throws: ``GzipError``; checksum and length of every member are checked.
  public static func unpack(_ bytes: [UInt8], limit: Int = defaultLimit) throws(GzipError) -> [UInt8] {
    var content: [UInt8] = []
    var position = 0
    repeat {
      position = try skipHeader(bytes, from: position)
      let memberStart = content.count
      position = try Inflate.unpack(bytes, from: position, into: &content, limit: limit)
      guard position + 8 <= bytes.count else { throw .cutOff(atByte: bytes.count) }
      guard CRC32.of(content[memberStart...]) == little(bytes, position) else { throw .checksum }
      let length = UInt32(truncatingIfNeeded: content.count - memberStart)
      guard length == little(bytes, position + 4) else { throw .length }
      position += 8
    } while position < bytes.count
    return content
  }

  /// The position behind a member's header.
  private static func skipHeader(_ bytes: [UInt8], from start: Int) throws(GzipError) -> Int {
    guard start + 10 <= bytes.count else {
      throw start == 0 || start == bytes.count ? .cutOff(atByte: bytes.count) : .notGzip(atByte: start)
    }
    guard bytes[start] == 0x1F, bytes[start + 1] == 0x8B else { throw .notGzip(atByte: start) }
    let flags = bytes[start + 3]
    guard bytes[start + 2] == 8, flags & 0b1110_0000 == 0 else { throw .unsupported(atByte: start + 2) }
    var position = start + 10
    if flags & Flag.extra != 0 {
      guard position + 2 <= bytes.count else { throw .cutOff(atByte: bytes.count) }
      position += 2 + Int(bytes[position]) + Int(bytes[position + 1]) << 8
    }
    for flag in [Flag.name, Flag.comment] where flags & flag != 0 {
      guard position < bytes.count, let end = bytes[position...].firstIndex(of: 0) else {
        throw .cutOff(atByte: bytes.count)
      }
      position = end + 1
    }
    if flags & Flag.headerChecksum != 0 {
      guard position + 2 <= bytes.count else { throw .cutOff(atByte: bytes.count) }
      let stated = UInt16(bytes[position]) | UInt16(bytes[position + 1]) << 8
      guard UInt16(truncatingIfNeeded: CRC32.of(bytes[start..<position])) == stated else { throw .checksum }
      position += 2
    }
    guard position < bytes.count else { throw .cutOff(atByte: bytes.count) }
    return position
  }

  private enum Flag {
    static let headerChecksum: UInt8 = 1 << 1
    static let extra: UInt8 = 1 << 2
    static let name: UInt8 = 1 << 3
    static let comment: UInt8 = 1 << 4
  }

  private static func little(_ bytes: [UInt8], _ position: Int) -> UInt32 {
    (0..<4).reduce(0) { $0 | UInt32(bytes[position + $1]) << (8 * UInt32($1)) }
  }
}
