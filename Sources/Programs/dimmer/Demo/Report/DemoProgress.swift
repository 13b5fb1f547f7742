import Quantities
import Synchronization

/// Progress of the live part: a line that moves on a terminal, a line every six grid hours elsewhere.
final class DemoProgress: Sendable {
  private let hours: Int
  private let start: Timestamp
  private let lastShown = Mutex<Int64>(-1)

  init(hours: Int, start: Timestamp) {
    self.hours = hours
    self.start = start
  }

  func show(at time: Timestamp, standing: String) {
    let hour = (time - start).hours
    let step = Output.errorIsTerminal ? 1.0 / 8 : 6
    let tick = Int64(hour / step)
    let isDue = lastShown.withLock { last in
      defer { last = tick }
      return tick != last
    }
    guard isDue else { return }
    let text = "grid time \(String(time.description.prefix(16)))Z, hour \(Int(hour)) of \(hours), \(standing)"
    if Output.errorIsTerminal {
      Output.rawError("\r\u{1B}[Kdimmer: \(text)")
    } else {
      Output.progress(text)
    }
  }

  func end() { if Output.errorIsTerminal { Output.rawError("\r\u{1B}[K") } }
}
