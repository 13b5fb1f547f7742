import Accounting
import Metering
import Quantities

/// One model server of this machine: which of the machine's energy is its processes', and the requests it is shared
/// among. Pure.
struct BackendWindows: Sendable {
  let port: Int
  private(set) var windows: BusyWindows
  private var lastEnd: MonotonicInstant?
  /// The longest request lately; at first any may be long.
  private var longest: Span
  private let mostPatience: Span
  /// Where the meter's numbers come from.
  private(set) var origin: Origin?

  init(port: Int, patience: Span) {
    self.port = port
    mostPatience = patience
    longest = patience
    windows = BusyWindows(patience: patience)
  }

  /// Whether the meter reads this server now. Where it does not, requests are not kept waiting for it.
  func isRead(at now: MonotonicInstant) -> Bool { lastEnd.map { (now - $0).seconds < Self.silence } ?? false }

  /// Periods are a minute at the most; a meter that says nothing for twice as long has stopped.
  private static let silence = 120.0

  /// A request has ended. Windows wait as long as requests may still end that ran in them: short ones, of which there may
  /// be thousands a second, are not kept for half a minute because a long one could come.
  mutating func ended(_ work: BusyWindows.Work) {
    let length = work.ended - work.began
    // A longer one counts at once, and fades over some thousand shorter ones.
    longest = length > longest ? length : longest * 0.999 + length * 0.001
    windows.patience = min(mostPatience, max(Self.leastPatience, longest * 4))
    windows.ended(work)
  }

  private static let leastPatience = Span.seconds(2)

  /// Takes in what the server's processes took in a period, and settles what can be.
  ///
  /// Processor and card are what work takes; memory is held whether anything runs or not.
  ///
  /// - Parameter process: the server's first process; `nil` when it was not found: the period is then a gap.
  mutating func took(
    _ period: MachinePeriod, process: Int32?, sources: [SourceDescription], now: MonotonicInstant
  ) -> [BusyWindows.Charge] {
    guard let end = period.end, let process, period.terms[.cpu] != nil else { return windows.settle(at: now) }
    let family = Self.family(of: process, in: period.processes)
    guard !family.isEmpty else { return windows.settle(at: now) }
    var used: [Metering.Component: Microjoules] = [:]
    for part in period.parts where family.contains(part.identity.pid) { used.merge(part.energy, uniquingKeysWith: +) }
    let dynamic = (used[.cpu] ?? .zero) + (used[.gpu] ?? .zero)
    let window = BusyWindows.Window(
      start: start(of: period.length, end: end), end: end, dynamic: dynamic, idle: used[.memory] ?? .zero)
    if windows.metered(window) {
      lastEnd = end
      origin = .of(sources.filter { used[$0.component] != nil }.map(\.origin))
    }
    return windows.settle(at: now)
  }

  /// A period begins where the last one ended; looks are some microseconds early or late.
  private func start(of length: Span, end: MonotonicInstant) -> MonotonicInstant {
    let nanoseconds = UInt64(max(0, length.seconds * 1e9))
    let start = MonotonicInstant(nanoseconds: end.nanoseconds - min(nanoseconds, end.nanoseconds))
    guard let lastEnd else { return start }
    return abs((start - lastEnd).seconds) < length.seconds / 4 ? lastEnd : max(start, lastEnd)
  }

  /// A process and all its descendants that live.
  static func family(of process: Int32, in table: ProcessTable) -> Set<Int32> {
    var children: [Int32: [Int32]] = [:]
    for row in table.rows { children[row.parent, default: []].append(row.identity.pid) }
    guard table.rows.contains(where: { $0.identity.pid == process }) else { return [] }
    var family: Set<Int32> = []
    var open = [process]
    while let next = open.popLast() {
      if family.insert(next).inserted { open += children[next] ?? [] }
    }
    return family
  }
}
