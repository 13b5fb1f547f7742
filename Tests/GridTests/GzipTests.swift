import TestSupport
import Testing

@testable import Grid

@Suite("Gzip") struct GzipTests {
  static func bytes(_ hex: String) -> [UInt8] {
    let digits = hex.compactMap { $0.hexDigitValue.map(UInt8.init) }
    return stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
  }

  /// Files made by zlib 1.2.13 with fixed settings.
  static let empty = bytes("1f8b08000000000000ff03000000000000000000")
  static let stored = bytes("1f8b08000000000000ff011200edff73746f7265642c206e6f74207061636b65648a6fcc2c12000000")
  static let fixed = bytes("1f8b08000000000000ff4b4c8481a464009938c0330c000000")
  static let dynamic = bytes(
    """
    1f8b08000000000000ff55cf3b0ec2401004d1dc67b1a5e99ef18f73103941082c4440b6dc9f603ba0d38aea3defed6cefcf79fbb6c7f81a1\
    8c4143931ae11978863648455a8ae56d92bca6af64a582dd5cdeadc6bce56975e8b5657d5ddeaa6b3c5eaaeb3fcaf908d66836c341b644bb3\
    41b6321b642bb341b6301b6483d9201bcc06d96836c89666a36c6536ca5666a36c6136ca060c3f9c033f041f020000
    """)
  static let allHeaderFields = bytes(
    "1f8b081e0000000000ff0600616202007879612e6373760063009f9ecb4bcc4d4d010087cce07105000000")
  static let runs = bytes("1f8b08000000000000ffaba81805a360140c775059350a47e1281cee1000f5ad1cffd0070000")
  static let table =
    "datetime_utc,g\n" + (0..<24).map { "2021-03-20T\($0 < 10 ? "0" : "")\($0):00Z,\(200 + $0 * 7 % 50)\n" }.joined()
  static let all = [empty, stored, fixed, dynamic, allHeaderFields, runs]

  @Test("unpacks stored, fixed and dynamic blocks, and skips every kind of header field")
  func vectors() throws {
    #expect(try Gzip.unpack(Self.empty) == [])
    #expect(try Gzip.unpack(Self.stored) == Array("stored, not packed".utf8))
    #expect(try Gzip.unpack(Self.fixed) == Array("aaaaaaaaaabc".utf8))
    #expect(try Gzip.unpack(Self.dynamic) == Array(Self.table.utf8))
    #expect(try Gzip.unpack(Self.allHeaderFields) == Array("named".utf8))
  }

  @Test("unpacks copies that reach into themselves")
  func overlapping() throws {
    let expected = String(repeating: "x", count: 1000) + String(repeating: "yz", count: 500)
    #expect(try Gzip.unpack(Self.runs) == Array(expected.utf8))
  }

  @Test("unpacks several members one behind the other")
  func members() throws {
    #expect(try Gzip.unpack(Self.fixed + Self.empty + Self.stored) == Array("aaaaaaaaaabcstored, not packed".utf8))
  }

  @Test("has the check value of the CRC-32 catalogue")
  func checksum() {
    #expect(CRC32.of(Array("123456789".utf8)) == 0xCBF4_3926)
    #expect(CRC32.of([UInt8]()) == 0)
  }

  @Test("does not unpack more than the limit, so that a small file cannot fill the memory")
  func limit() throws {
    #expect(throws: GzipError.tooLarge(limit: 1999)) { try Gzip.unpack(Self.runs, limit: 1999) }
    #expect(try Gzip.unpack(Self.runs, limit: 2000).count == 2000)
    #expect(throws: GzipError.tooLarge(limit: 17)) { try Gzip.unpack(Self.stored, limit: 17) }
    #expect(throws: GzipError.tooLarge(limit: 29)) { try Gzip.unpack(Self.fixed + Self.stored, limit: 29) }
  }

  @Test("refuses what is no gzip, has unknown flags or goes on with something else")
  func notGzip() {
    #expect(!Gzip.isGzip(Array("datetime".utf8)))
    #expect(throws: GzipError.notGzip(atByte: 0)) { try Gzip.unpack(Array("datetime_utc,g\n".utf8)) }
    #expect(throws: GzipError.cutOff(atByte: 0)) { try Gzip.unpack([]) }
    var flagged = Self.fixed
    flagged[3] = 0x80
    #expect(throws: GzipError.unsupported(atByte: 2)) { try Gzip.unpack(flagged) }
    #expect(throws: GzipError.notGzip(atByte: Self.fixed.count)) { try Gzip.unpack(Self.fixed + [1, 2, 3]) }
  }

  @Test("notices a wrong checksum and a wrong length")
  func trailer() {
    var checksum = Self.fixed
    checksum[checksum.count - 8] ^= 1
    #expect(throws: GzipError.checksum) { try Gzip.unpack(checksum) }
    var length = Self.fixed
    length[length.count - 4] ^= 1
    #expect(throws: GzipError.length) { try Gzip.unpack(length) }
    var header = Self.allHeaderFields
    header[15] ^= 1
    #expect(throws: GzipError.checksum) { try Gzip.unpack(header) }
  }

  @Test("cut off at any byte is an error, never a shorter content")
  func truncation() {
    for file in Self.all {
      for count in 0..<file.count { #expect(throws: GzipError.self) { try Gzip.unpack(Array(file.prefix(count))) } }
    }
  }

  @Test("with any single bit turned is an error, or the same content where only the header's remarks changed")
  func bitFlips() throws {
    for file in Self.all {
      let content = try Gzip.unpack(file)
      for bit in 0..<(file.count * 8) {
        var damaged = file
        damaged[bit / 8] ^= 1 << UInt8(bit % 8)
        if let unpacked = try? Gzip.unpack(damaged, limit: 1 << 20) { #expect(unpacked == content) }
      }
    }
  }

  @Test("made of random bytes is an error or within the limit, and never a crash", arguments: 0..<20)
  func noise(seed: UInt64) {
    var random = Seeded(seed)
    for _ in 0..<100 {
      let body = (0..<Int.random(in: 0...300, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
      var output: [UInt8] = []
      _ = try? Inflate.unpack(body, from: 0, into: &output, limit: 10_000)
      #expect(output.count <= 10_000)
      _ = try? Gzip.unpack([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255] + body, limit: 10_000)
    }
  }

  @Test("breaks the format in each way that RFC 1951 names and says so")
  func format() {
    func fails(_ bits: String) -> GzipError? {
      var bytes = [UInt8](repeating: 0, count: (bits.count + 7) / 8)
      for (index, bit) in bits.enumerated() where bit == "1" { bytes[index / 8] |= 1 << UInt8(index % 8) }
      var output: [UInt8] = []
      do throws(GzipError) { _ = try Inflate.unpack(bytes, from: 0, into: &output, limit: 100) } catch { return error }
      return nil
    }
    // Last block, kind 3.
    #expect(fails("111") == .corrupt(atByte: 1, "unknown kind of block"))
    // Fixed codes: a copy before anything was written (length code 257 = 0000001, distance code 0).
    #expect(fails("110" + "0000001" + "00000" + "000000") == .corrupt(atByte: 2, "a copy from before the start"))
    // Fixed codes: literal 286, which does not exist (11000110).
    #expect(fails("110" + "11000110" + "00000000") == .corrupt(atByte: 2, "length code"))
    // Stored: the length's complement does not match.
    #expect(
      fails("100" + "00000" + String(repeating: "1", count: 32)) == .corrupt(atByte: 1, "length of a stored block"))
    // Dynamic: 30 + 257 literal codes.
    #expect(fails("101" + "01111" + "00000" + "0000" + "0000") == .corrupt(atByte: 3, "too many codes"))
  }
}
