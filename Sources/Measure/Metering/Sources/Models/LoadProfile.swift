public import Quantities

#if canImport(Glibc)
  import Glibc
#endif

/// A fitted load curve as a small text, for machines with the same processors and no counter.
public struct LoadProfile: Hashable, Sendable {
  private static let heading = "dimmer-load-profile 1"

  /// The processor's name.
  public let model: String
  /// Hardware threads of the machine that was measured.
  public let threads: Int
  /// Its sockets.
  public let packages: Int
  /// Power of all its processors at each of ``LoadCurveFit/loads``.
  public let powers: [Power]
  /// The 95 % interval as a part of the value: the fit's and the counter's together.
  public let relativeError: Double
  /// How many readings it rests on.
  public let count: Int
  /// When it was made.
  public let made: Timestamp

  /// The profile of a fit.
  ///
  /// - Parameter counterError: the counter's own 95 % interval, as a part of the value.
  public init?(
    _ fit: LoadCurveFit, processor: ProcessorModel, counterError: Double = 0.05, made: Timestamp
  ) {
    guard let name = processor.name, !name.isEmpty else { return nil }
    model = name
    threads = processor.threads
    packages = processor.packages
    powers = fit.powers
    relativeError = (fit.relativeError * fit.relativeError + counterError * counterError).squareRoot()
    count = fit.count
    self.made = made
  }

  /// Reads a profile's text.
  ///
  /// - Throws: ``MeteringError`` with the line that is wrong.
  public init(text: String) throws(MeteringError) {
    var fields: [Substring: Substring] = [:]
    let lines = text.split(separator: "\n").map { $0.last == "\r" ? $0.dropLast() : $0 }
    guard let first = lines.first, first == Self.heading else {
      throw MeteringError("this is no load profile: its first line is not '\(Self.heading)'")
    }
    for line in lines.dropFirst() {
      guard let space = line.firstIndex(of: " ") else { throw MeteringError("load profile: '\(line)' has no value") }
      fields[line[..<space]] = line[line.index(after: space)...]
    }
    func field<T>(_ key: Substring, _ read: (Substring) -> T?) throws(MeteringError) -> T {
      guard let value = fields[key].flatMap(read) else { throw MeteringError("load profile: no usable '\(key)'") }
      return value
    }
    model = try field("model") { $0.isEmpty ? nil : String($0) }
    threads = try field("threads") { Int($0).flatMap { $0 > 0 ? $0 : nil } }
    packages = try field("packages") { Int($0).flatMap { $0 > 0 ? $0 : nil } }
    count = try field("readings") { Int($0).flatMap { $0 > 0 ? $0 : nil } }
    made = Timestamp(milliseconds: try field("made_ms") { Int64($0) })
    relativeError = try field("error") { Double($0).flatMap { $0 >= 0 && $0.isFinite ? $0 : nil } }
    powers = try field("watts") { text in
      let values = text.split(separator: " ").map { Double($0) ?? .nan }
      let isRising = zip(values, values.dropFirst()).allSatisfy { $0 <= $1 }
      guard values.count == LoadCurveFit.loads.count, isRising, values.allSatisfy({ $0 >= 0 && $0 < 1e6 }) else {
        return nil
      }
      return values.map { .watts($0) }
    }
  }

  /// The profile at `path`.
  public init(path: String) throws(MeteringError) {
    guard let bytes = FileBuffer().copy(ofFileAt: path) else {
      throw MeteringError("\(path): \(errorText(errno))")
    }
    try self.init(text: String(decoding: bytes, as: UTF8.self))
  }

  /// Of a file's bytes the lines that a profile may have.
  static func lines(of bytes: [UInt8]) -> [UInt8] {
    let keys = ["model", "threads", "packages", "readings", "made_ms", "error", "watts"]
    return RecordedText.lines(bytes, beginningWith: [heading] + keys.map { "\($0) " })
  }

  /// The profile as text; reading it gives the same profile.
  public var text: String {
    let watts = powers.map { "\($0.watts)" }.joined(separator: " ")
    return """
      \(Self.heading)
      model \(model)
      threads \(threads)
      packages \(packages)
      readings \(count)
      made_ms \(made.milliseconds)
      error \(relativeError)
      watts \(watts)

      """
  }

  /// Whether it speaks of machines like this: the same processor, as many threads and sockets.
  public func fits(_ processor: ProcessorModel) -> Bool {
    processor.name == model && processor.threads == threads && processor.packages == packages
  }

  /// Power of all processors at `load`, 0 to 1.
  public func power(load: Double) -> Power { LoadCurveFit.power(powers, load: load) }
}
