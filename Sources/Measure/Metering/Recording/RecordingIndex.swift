public import Quantities

/// The moments of one look at a machine.
public struct RecordedMoment: Hashable, Sendable {
  /// On the clock that energy is integrated over.
  public var monotonic: MonotonicInstant
  /// On the wall clock.
  public var wall: Timestamp
  /// Nanoseconds since the machine started, its sleep included.
  public var sinceBoot: UInt64

  var words: String { "\(monotonic.nanoseconds) \(wall.milliseconds) \(sinceBoot)" }

  init(monotonic: MonotonicInstant, wall: Timestamp, sinceBoot: UInt64) {
    self.monotonic = monotonic
    self.wall = wall
    self.sinceBoot = sinceBoot
  }

  init?(_ words: some Collection<Substring>) {
    let words = Array(words)
    guard words.count == 3, let monotonic = UInt64(words[0]), let wall = Int64(words[1]),
      let sinceBoot = UInt64(words[2]), monotonic < 1 << 62, sinceBoot < 1 << 62, (0..<1 << 50).contains(wall)
    else { return nil }
    self.init(
      monotonic: MonotonicInstant(nanoseconds: monotonic), wall: Timestamp(milliseconds: wall), sinceBoot: sinceBoot)
  }
}

/// `recording.txt`: what the machine is like, and which frames are whole.
///
///     dimmer-recording 1
///     kernel Linux 6.1.0-18-amd64 x86_64
///     ticks_per_second 100
///     page_bytes 4096
///     recorder 4711
///     names hidden
///     gpu recorded
///     measures process 42
///     start 812000000000 1789000000000 812000000000
///     frame 1 812050000000 1789000000050 812050000000 1824 1c291ca3
///
/// Times are nanoseconds, milliseconds since 1970, nanoseconds since the machine started; a frame's length in bytes and
/// its CRC32C follow. Who was measured stands there only when the recorder was told. A line is written when the frame's file is whole, so what a crash leaves ends with a whole one.
struct RecordingIndex: Hashable, Sendable {
  struct Frame: Hashable, Sendable {
    let moment: RecordedMoment
    let length: Int
    let checksum: String
  }

  static let version = "dimmer-recording 1"

  var kernel = "unknown"
  var ticksPerSecond: UInt64 = 100
  var pageBytes: UInt64 = 4096
  var recorder: Int32 = 0
  var keepsNames = false
  /// Why there is no GPU in it; `nil` when there is.
  var gpuReason: String?
  /// Who was to be measured; `nil` when the recorder was not told.
  var subject: MeasuredSubject?
  var start: RecordedMoment
  var frames: [Frame] = []

  init(start: RecordedMoment) { self.start = start }

  /// The lines in front of the frames.
  var head: String {
    """
    \(Self.version)
    kernel \(kernel)
    ticks_per_second \(ticksPerSecond)
    page_bytes \(pageBytes)
    recorder \(recorder)
    names \(keepsNames ? "kept" : "hidden")
    gpu \(gpuReason.map { "none \(PercentText.encode($0))" } ?? "recorded")\(subject.map { "\nmeasures \($0.text)" } ?? "")
    start \(start.words)

    """
  }

  static func line(_ number: Int, _ frame: Frame) -> String {
    "frame \(number) \(frame.moment.words) \(frame.length) \(frame.checksum)\n"
  }

  /// Reads the text; what is behind its last whole frame is left out.
  ///
  /// - Throws: why it is no recording.
  init(parsing text: String) throws(MeteringError) {
    guard text.hasPrefix("\(Self.version)\n") else {
      throw MeteringError("recording.txt does not begin with '\(Self.version)': it is no recording of this version")
    }
    // A last line without an end was being written when the recorder died.
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropFirst().dropLast()
    var facts: [Substring: Substring] = [:]
    var start: RecordedMoment?
    var frames: [Frame] = []
    for line in lines {
      guard let space = line.firstIndex(of: " ") else { break }
      let key = line[..<space]
      let value = line[line.index(after: space)...]
      let words = value.split(separator: " ", omittingEmptySubsequences: false)
      if key == "start", start == nil {
        start = RecordedMoment(words)
      } else if key == "frame" {
        guard words.count == 6, Int(words[0]) == frames.count + 1, let moment = RecordedMoment(words[1...3]),
          moment.monotonic >= frames.last?.moment.monotonic ?? start?.monotonic ?? moment.monotonic,
          let length = Int(words[4]), (0...RecordedFrame.largest).contains(length)
        else { break }
        frames.append(Frame(moment: moment, length: length, checksum: String(words[5])))
      } else {
        facts[key] = value
      }
    }
    guard let start else { throw MeteringError("recording.txt has no start: it was not begun") }
    guard let ticks = facts["ticks_per_second"].flatMap({ UInt64($0) }), ticks > 0,
      let page = facts["page_bytes"].flatMap({ UInt64($0) }), page > 0,
      let recorder = facts["recorder"].flatMap({ Int32($0) }), recorder > 0, let gpu = facts["gpu"]
    else { throw MeteringError("recording.txt lacks ticks_per_second, page_bytes, recorder or gpu") }
    self.start = start
    self.frames = frames
    kernel = String(facts["kernel"] ?? "unknown")
    ticksPerSecond = ticks
    pageBytes = page
    self.recorder = recorder
    keepsNames = facts["names"] == "kept"
    subject = facts["measures"].flatMap { MeasuredSubject($0) }
    gpuReason = gpu.hasPrefix("none ") ? PercentText.decode(gpu.dropFirst(5).utf8) ?? String(gpu.dropFirst(5)) : nil
  }
}
