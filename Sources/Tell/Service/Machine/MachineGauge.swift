import Foundation
import Logging
import Metering
import Quantities
import ServiceLifecycle
import Synchronization
import Telemetry

/// Looks at the machine each period and keeps what `/metrics` shows. A scrape reads what is kept and never looks.
///
/// A machine that cannot be read never stops the server: the page says why, and it is tried again.
final class MachineGauge: ServiceLifecycle.Service {
  private enum State {
    case waiting(String)
    case known(MeterSnapshot)
  }

  private let access: MachineAccess
  private let settings: MeterSettings
  private let name: String
  private let wall: @Sendable () -> Timestamp
  private let logger: Logger
  private let onPeriod: @Sendable (MachinePeriod, [SourceDescription]) -> Void
  private let machine = MachineGauge.hostName
  private let state = Mutex(State.waiting("the first period is not over yet"))

  /// A gauge.
  ///
  /// - Parameters:
  ///   - name: what it reads for, an activity's id.
  ///   - onPeriod: told of each period, and what it was read with.
  init(
    _ access: MachineAccess, settings: MeterSettings, name: String, wall: @escaping @Sendable () -> Timestamp,
    logger: Logger, onPeriod: @escaping @Sendable (MachinePeriod, [SourceDescription]) -> Void = { _, _ in }
  ) {
    self.onPeriod = onPeriod
    self.access = access
    self.settings = settings
    self.name = name
    self.wall = wall
    self.logger = logger
  }

  /// The page.
  ///
  /// - Parameter names: whose names are written, too; `nil` for those of the configuration.
  func page(names: PrometheusText.Names?) -> String {
    switch state.withLock({ $0 }) {
    case .waiting(let reason): "# dimmer: nothing is known of this machine: \(reason)\n"
    case .known(let snapshot): PrometheusText.text(snapshot, also: names ?? settings.names)
    }
  }

  /// Looks until it is told to stop.
  func run() async throws {
    await cancelWhenGracefulShutdown { [self] in
      let reader = MachineReader(access, period: settings.period, name: name)
      let details = ProcessDetailsReader()
      var tally = MachineTally(limit: settings.rows, started: wall())
      while !Task.isCancelled {
        look(reader, details, &tally)
        do { try await Task.sleep(for: .seconds(reader.pause.seconds)) } catch { return }
      }
    }
  }

  private func look(_ reader: MachineReader, _ details: ProcessDetailsReader, _ tally: inout MachineTally) {
    do throws(MeteringError) {
      guard let period = try reader.read() else { return }
      onPeriod(period, reader.sources)
      tally.add(period) { details.details(of: $0) }
      details.forget(except: period.processes)
      let snapshot = tally.snapshot(
        machine: machine, taken: wall(), sources: reader.sources,
        unread: unread(period, reader), reader: reader.reader)
      state.withLock { $0 = .known(snapshot) }
    } catch {
      logger.warning("the machine cannot be read: \(error)")
      state.withLock { if case .waiting = $0 { $0 = .waiting(error.description) } }
    }
  }

  /// The machine's own name for itself; nobody on the network is asked.
  private static var hostName: String {
    var name = [UInt8](repeating: 0, count: 256)
    let result = name.withUnsafeMutableBytes { gethostname($0.bindMemory(to: CChar.self).baseAddress!, 255) }
    return result == 0 ? String(decoding: name.prefix { $0 != 0 }, as: UTF8.self) : ""
  }

  /// Parts of the machine without a number in the period, each with its reason.
  private func unread(_ period: MachinePeriod, _ reader: MachineReader) -> [MeterSnapshot.Unread] {
    Metering.Component.allCases.compactMap { component in
      let read = reader.sources.filter { $0.component == component }
      if read.isEmpty {
        return .init(component: component.rawValue, source: "", reason: reader.reason(without: component))
      }
      guard period.terms[component] == nil else { return nil }
      let reason = reader.faults.isEmpty ? "it gave nothing in the last period" : reader.faults.joined(separator: "; ")
      return .init(
        component: component.rawValue, source: read.map(\.name).joined(separator: " + "), reason: reason)
    }
  }
}
