import Quantities
import Synchronization

/// Asks the GPU driver what a meter would ask it, and keeps the answers as lines of a ``GPURecording``.
final class GPURecorder {
  /// What the driver's thread and the recorder's share.
  private final class Desk: Sendable {
    let state: Mutex<(moment: MonotonicInstant, lines: [String], isOpened: Bool)>
    init(_ moment: MonotonicInstant) { state = Mutex((moment, [], false)) }
  }

  private let desk: Desk
  private var source: NVMLSource
  private var last: MonotonicInstant

  /// Opens the driver.
  ///
  /// - Throws: why there is no GPU to be read.
  init(
    at moment: MonotonicInstant, opening open: @escaping @Sendable () throws(MeteringError) -> any GPUDriver
  ) throws(MeteringError) {
    let desk = Desk(moment)
    self.desk = desk
    last = moment
    source = try NVMLSource { () throws(MeteringError) in
      // A recording has one beginning: a driver that was lost and comes back is not followed.
      let isFirst = desk.state.withLock { state in
        defer { state.isOpened = true }
        return !state.isOpened
      }
      guard isFirst else { throw MeteringError("the driver was lost while it was recorded") }
      // All answers of a look bear the look's own moment, so that a replay finds them at it.
      return RecordingGPUDriver(
        try open(), label: "recorded", now: { desk.state.withLock { $0.moment } },
        write: { line in desk.state.withLock { $0.lines.append(line) } })
    }
  }

  /// Asks for the baseline and gives the lines since the driver was opened.
  func begin() -> [UInt8] {
    source.reset(at: last)
    return take()
  }

  /// Asks again and gives the new lines.
  func look(at moment: MonotonicInstant) -> [UInt8] {
    desk.state.withLock { $0.moment = moment }
    _ = source.poll(PollInterval(from: last, to: moment, usage: 0))
    _ = source.takeFaults()
    last = moment
    return take()
  }

  private func take() -> [UInt8] {
    let lines = desk.state.withLock { state in
      defer { state.lines.removeAll() }
      return state.lines
    }
    return lines.flatMap { Array("\($0)\n".utf8) }
  }
}
