import Gateway
import Grid
import Ledger
import Logging
import Metering
import Quantities

/// What the gateway answers by itself, and what it is made of.
struct OwnAnswers: Sendable {
  let recent = RecentRequests()
  let sustainability: SustainabilityKeeper
  let documents: OwnDocuments

  init(_ setup: DimmerServer.Setup, recorder: RequestRecorder, logger: Logger) {
    let clock = setup.clock
    sustainability = SustainabilityKeeper(store: setup.store, now: { clock.now }, logger: logger)
    let address = setup.configuration.control
    documents =
      RequestLookup(
        recent: recent, accounting: recorder.accounting, sustainability: sustainability,
        grid: { recorder.grid(of: $0) }, control: "\(address.host):\(address.port)"
      ).documents
  }
}

extension DimmerServer {
  /// Meters requests where a model server runs on this machine and the machine is read; else nobody does.
  static func meter(_ setup: Setup, calibrations: CalibrationsInForce, logger: Logger) -> RequestMeter? {
    guard setup.machine != nil else { return nil }
    let targets = setup.models.flatMap { model in
      model.charging.compactMap { calibration -> RequestMeter.Target? in
        // Where several servers share a variant's requests, nothing tells whose was which.
        guard let settings = model.settings.variants.first(where: { $0.name == calibration.name }),
          settings.urls.count == 1, let backend = try? Backend(parsing: settings.url),
          ListenAddress(host: backend.host, port: backend.port).isLoopback
        else { return nil }
        return RequestMeter.Target(calibration: calibration, port: backend.port)
      }
    }
    guard !targets.isEmpty else { return nil }
    return RequestMeter(
      targets: targets, store: setup.store, identifiers: setup.identifiers, wall: setup.wall,
      monotonic: { Clocks.monotonic },
      // A relay's energy is not its server's, and this process's own must not be charged to requests.
      owner: { PortServer(of: $0).flatMap { $0.isWorker ? $0.process : nil } },
      publish: { await calibrations.put($0, newIn: .energy) }, logger: logger)
  }
}

extension DimmerServer.Setup {
  /// What a second of the machine owes of its embodied carbon; `nil` when the machine is not known.
  var embodiedPerSecond: GramRange? {
    guard let figure = site.first(where: { $0.id.name == .embodiedPerSecond }), let value = figure.value else {
      return nil
    }
    return GramRange(value: value, low: figure.low ?? value, high: figure.high ?? value)
  }
}
