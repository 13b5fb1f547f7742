import Metering
import Quantities
import Telemetry

/// Reads the machine period by period: through the meter that serves it, else by a meter in this process. When the one
/// it goes by dies, the other goes on. It belongs to one task at a time.
final class MachineReader {
  private enum Way {
    case lease(HostLease, ProcessWatch)
    case own(HostMeter)
  }

  private let access: MachineAccess
  private let period: Span
  private let name: String
  private var way: Way?
  private var last: (sample: CumulativeSample, look: ProcessLook)?
  private var refusal: String?
  /// Troubles of sources in the last period, one line each.
  private(set) var faults: [String] = []
  /// Periods until the machine's meter is looked for again.
  private var patience = 0

  /// A reader that has not looked yet.
  ///
  /// - Parameter name: what it reads for, an activity's id.
  init(_ access: MachineAccess, period: Span, name: String) {
    self.access = access
    self.period = period
    self.name = name
  }

  /// Which way it reads, for the page.
  var reader: MeterSnapshot.Reader {
    switch way {
    case .lease(let lease, _):
      .init(.service, period: period, reason: "the meter at \(lease.socket), every \(period.formatted())")
    case .own, nil:
      .init(
        .own, period: period,
        reason: "a meter in 'dimmer serve', every \(period.formatted()): "
          + (refusal
            ?? (access.sockets.isEmpty
              ? "DIMMER_METER_SOCKET is empty" : "no meter serves at \(access.sockets.joined(separator: " or "))"))
      )
    }
  }

  /// What is read, and how well.
  var sources: [SourceDescription] {
    switch way {
    case .lease(let lease, _): lease.sources
    case .own(let meter): meter.descriptions
    case nil: []
    }
  }

  /// Why there is no source of a component.
  func reason(without component: Metering.Component) -> String {
    switch way {
    case .own(let meter):
      (component == .gpu ? meter.gpuReason : nil)
        ?? "no source of it was found; 'dimmer doctor' lists where it was looked"
    case .lease, nil: "the machine's meter has no source of it; 'dimmer doctor' lists where it was looked"
    }
  }

  /// The time to the next look: the period, or less where a counter would wrap unseen.
  var pause: Span {
    guard case .own(let meter) = way, let longest = meter.longestInterval else { return period }
    return min(period, longest)
  }

  /// What was used since the look before; `nil` when there was none, or nothing new is known yet.
  ///
  /// - Throws: ``MeteringError`` when nothing can be read at all; the next call tries again.
  func read() throws(MeteringError) -> MachinePeriod? {
    faults = []
    patience -= 1
    if way == nil {
      seekService()
      if way == nil { try beginOwn() }
    }
    switch way {
    case .lease(let lease, let watch):
      do throws(MeteringError) {
        return try read(lease, watch)
      } catch {
        way = nil
        last = nil
        refusal = error.description
        patience = 12
        try beginOwn()
        return nil
      }
    case .own(let meter):
      _ = try meter.read()
      faults = meter.takeFaults()
      // What this meter saw until now is counted before another goes on.
      defer { if patience <= 0 { seekService() } }
      return meter.table.map { MachinePeriod($0, end: Clocks.monotonic) }
    case nil: return nil
    }
  }

  private func read(_ lease: HostLease, _ watch: ProcessWatch) throws(MeteringError) -> MachinePeriod? {
    guard let sample = try lease.latest() else { return nil }
    faults = lease.takeFaults()
    let look = try watch.look()
    defer { last = (sample, look) }
    guard let last else { return nil }
    let terms = sample.components.reduce(into: [:]) { terms, part in
      terms[part.key] = part.value - (last.sample.components[part.key] ?? EnergyTerms())
    }
    return MachinePeriod(
      length: sample.monotonic - last.sample.monotonic, end: sample.monotonic, terms: terms,
      processes: ProcessTable(from: last.look, to: look, energies: [], own: [access.me, lease.meter]))
  }

  /// Goes over to the machine's meter, where one answers.
  private func seekService() {
    patience = 12
    for socket in access.sockets where access.isThere(socket) {
      do throws(MeteringError) {
        let lease = try HostLease(socket: socket, name: name, period: period)
        let watch = ProcessWatch()
        let look = try watch.look()
        // The lease counts from its beginning, which is now.
        last = (CumulativeSample(monotonic: look.monotonic, wall: Clocks.wall), look)
        way = .lease(lease, watch)
        refusal = nil
        return
      } catch { refusal = error.description }
    }
  }

  private func beginOwn() throws(MeteringError) {
    let meter = HostMeter(period: period, access: access.sources)
    meter.tracksProcesses = true
    try meter.start()
    way = .own(meter)
    // The first look is the table's; its period is over with the next.
    _ = try meter.read()
  }
}
