public import Quantities

/// What a GPU driver said, as text that people can read, cut and send along with a bug.
///
///     # dimmer-gpu-recording 1 synthetic
///     0 GPU-1 device 0 9 NVIDIA%20H100
///     0 GPU-1 limits 700 700 200 700
///     1.5 GPU-1 energy 123456
///     1.5 GPU-1 power-instantaneous 412.5
///     1.5 GPU-1 holders 42:1073741824:-
///     1.5 GPU-1 activity 42:1500000:85
///     1.5 GPU-1 energy !15
///
/// Time is in seconds, energy in millijoules, power in watts; `-` is what the driver did not say, `!` its error code.
public struct GPURecording: Sendable {
  struct Line: Sendable {
    let seconds: Double
    let uuid: String
    let what: String
    let values: [String]
  }

  static let title = "# dimmer-gpu-recording 1"

  /// What the first line says of its making; `synthetic` for one that no driver gave.
  public let label: String
  let lines: [Line]

  /// Reads a recording.
  ///
  /// - Throws: which line cannot be read.
  public init(_ text: String) throws(MeteringError) {
    var rows = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    guard let first = rows.first, first.hasPrefix(Self.title) else {
      throw MeteringError("a GPU recording begins with '\(Self.title)'")
    }
    label = String(first.dropFirst(Self.title.count).drop { $0 == " " })
    rows.removeFirst()
    var lines: [Line] = []
    for (index, row) in rows.enumerated() where !row.isEmpty && !row.hasPrefix("#") {
      let words = row.split(separator: " ").map(String.init)
      guard words.count >= 3, let seconds = Double(words[0]), seconds >= 0, seconds.isFinite else {
        throw MeteringError("line \(index + 2) of the GPU recording is not 'seconds uuid what value'")
      }
      guard seconds >= lines.last?.seconds ?? 0 else {
        throw MeteringError("line \(index + 2) of the GPU recording is earlier than the one before")
      }
      lines.append(Line(seconds: seconds, uuid: words[1], what: words[2], values: Array(words.dropFirst(3))))
    }
    self.lines = lines
  }
}

/// A driver that plays a recording: each question gets what was said last by that time.
public final class RecordedGPUDriver: GPUDriver {
  private let recording: GPURecording
  private let identities: [GPUIdentity]
  private let now: @Sendable () -> MonotonicInstant
  private let start: MonotonicInstant

  /// Plays.
  ///
  /// - Parameters:
  ///   - start: the moment at which the recording's time is zero.
  ///   - now: what time it is.
  public init(_ recording: GPURecording, start: MonotonicInstant, now: @escaping @Sendable () -> MonotonicInstant) {
    self.recording = recording
    self.start = start
    self.now = now
    identities = recording.lines.filter { $0.what == "device" && $0.values.count == 3 }.compactMap { line in
      guard let index = Int(line.values[0]) else { return nil }
      return GPUIdentity(
        index: index, uuid: line.uuid, name: PercentText.decode(line.values[2].utf8) ?? line.values[2],
        architecture: Int(line.values[1]))
    }
  }

  public func devices() throws(GPUDriverError) -> [GPUIdentity] { identities }

  public func energy(of gpu: Int) throws(GPUDriverError) -> UInt64 {
    guard let value = UInt64(try last(gpu, "energy").first ?? "") else { throw .unreadable }
    return value
  }

  public func power(of gpu: Int, as meaning: GPUPowerMeaning) throws(GPUDriverError) -> Power {
    guard let value = Double(try last(gpu, "power-\(meaning.rawValue)").first ?? "") else { throw .unreadable }
    return .watts(value)
  }

  public func utilisation(of gpu: Int) throws(GPUDriverError) -> Double {
    guard let value = Double(try last(gpu, "utilisation").first ?? "") else { throw .unreadable }
    return value
  }

  public func limits(of gpu: Int) -> GPULimits {
    let values = ((try? last(gpu, "limits")) ?? []).map { Double($0).map { Power.watts($0) } }
    guard values.count == 4 else { return GPULimits() }
    var limits = GPULimits(standard: values[0], enforced: values[1])
    if let least = values[2], let most = values[3], least <= most { limits.range = least...most }
    return limits
  }

  public func activity(of gpu: Int, since: UInt64) throws(GPUDriverError) -> [GPUProcessSample] {
    try last(gpu, "activity").compactMap { row in
      let parts = row.split(separator: ":")
      guard parts.count == 3, let pid = Int32(parts[0]), let time = UInt64(parts[1]), let percent = UInt32(parts[2])
      else { return nil }
      return time > since ? GPUProcessSample(pid: pid, microseconds: time, percent: percent) : nil
    }
  }

  public func holders(of gpu: Int) throws(GPUDriverError) -> [GPUHolder] {
    try last(gpu, "holders").compactMap { row in
      let parts = row.split(separator: ":")
      guard parts.count == 3, let pid = Int32(parts[0]) else { return nil }
      return GPUHolder(pid: pid, memoryBytes: UInt64(parts[1]), instance: UInt32(parts[2]))
    }
  }

  public func instances(of gpu: Int) throws(GPUDriverError) -> [GPUInstance]? {
    let rows: [String]
    do throws(GPUDriverError) { rows = try last(gpu, "instances") } catch {
      if error.isForGood { return nil }
      throw error
    }
    if rows.first == "-" { return nil }
    return rows.compactMap { row in
      let parts = row.split(separator: ":", omittingEmptySubsequences: false)
      guard parts.count == 3, let id = UInt32(parts[0]), let slices = UInt32(parts[1]) else { return nil }
      return GPUInstance(id: id, slices: slices, uuid: String(parts[2]))
    }
  }

  public func slices(of gpu: Int) throws(GPUDriverError) -> UInt32 {
    guard let value = UInt32(try last(gpu, "slices").first ?? "") else { throw .unreadable }
    return value
  }

  /// What was said last by now; what never was said is not supported.
  private func last(_ gpu: Int, _ what: String) throws(GPUDriverError) -> [String] {
    guard let uuid = identities.first(where: { $0.index == gpu })?.uuid else { throw .unreadable }
    let moment = now()
    // A microsecond, so that a time rounded to one is not missed by rounding.
    let seconds = moment > start ? (moment - start).seconds + 1e-6 : 0
    let lines = recording.lines
    var low = 0
    var high = lines.count
    while low < high {
      let middle = (low + high) / 2
      if lines[middle].seconds <= seconds { low = middle + 1 } else { high = middle }
    }
    guard let line = lines[..<low].last(where: { $0.uuid == uuid && $0.what == what }) else {
      throw GPUDriverError(code: 3, text: "not in the recording")
    }
    if let first = line.values.first, first.hasPrefix("!") {
      throw GPUDriverError(code: Int32(first.dropFirst()) ?? 999, text: "error \(first.dropFirst()) in the recording")
    }
    return line.values
  }
}

extension GPUDriverError {
  /// A recording that does not say what it should.
  fileprivate static var unreadable: GPUDriverError { GPUDriverError(code: 21, text: "not readable in the recording") }
}
