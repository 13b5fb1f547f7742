/// Why compressed data cannot be read.
public enum GzipError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The data does not begin like gzip, or goes on with something else after its end.
  case notGzip(atByte: Int)
  /// A compression method or header flag that RFC 1952 does not define.
  case unsupported(atByte: Int)
  /// The data ends too early.
  case cutOff(atByte: Int)
  /// The compressed stream breaks RFC 1951.
  case corrupt(atByte: Int, String)
  /// The content is whole but not what was compressed.
  case checksum
  /// The content has another length than was compressed.
  case length
  /// The content is larger than the reader allows.
  case tooLarge(limit: Int)

  /// One line with the fix.
  public var description: String {
    switch self {
    case .notGzip(let byte): "no gzip data at byte \(byte); give a .gz file or the plain text"
    case .unsupported(let byte):
      "the gzip header at byte \(byte) asks for something unknown; compress the file again with gzip"
    case .cutOff(let byte): "the gzip data ends early, at byte \(byte); copy or download the file again"
    case .corrupt(let byte, let what):
      "the gzip data is damaged near byte \(byte) (\(what)); copy or download the file again"
    case .checksum: "the gzip checksum does not match; copy or download the file again"
    case .length: "the gzip length does not match; copy or download the file again"
    case .tooLarge(let limit):
      "the file unpacks to more than the \(limit) bytes allowed; unpack it and take out the part that is needed"
    }
  }
}
