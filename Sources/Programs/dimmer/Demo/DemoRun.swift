import AsyncHTTPClient
import Foundation
import Grid
import Ledger
import NIOCore
import Quantities
import Reporting
import Service
import Switching

/// The live part of a demo: `dimmer serve` in a process of its own, real requests against it, then the verdict.
struct DemoRun {
  let stage: DemoStage
  let family: any DemoFamily
  let variants: [VariantRecord]

  static let trafficSeed: UInt64 = 20_210_320

  private var home: String { stage.home }
  private var trace: BuiltInTrace { stage.trace }
  private var client: HTTPClient { stage.client }
  private var store: any LedgerStore { stage.store }
  private var options: DemoOptions { stage.options }

  private struct Ready: Decodable {
    let gatewayPort: Int
    let controlPort: Int
    let activity: String
  }

  private struct Now: Decodable {
    let gridTime: String
    let gridSpeed: Double
  }

  /// The variants that are worth serving: those on the hull.
  private var offered: [VariantRecord] {
    get throws {
      let ladder = try Ladder(
        variants.map { variant in
          Variant(
            variant.name, quality: variant.quality ?? 0, qualityLow: variant.qualityLow,
            energy: .joules(variant.joulesPerUnit + variant.joulesPerRequest / family.subject.meanUnits))
        })
      let hull = Hull(of: ladder, on: .lowerBound)
      for dropped in hull.dropped { Output.progress("\(dropped.name) is left out: \(dropped.reason)") }
      for warning in hull.warnings { Output.progress("note: \(warning)") }
      return hull.points.compactMap { point in variants.first { $0.name == point.name } }
    }
  }

  func run() async throws {
    let offered = try offered
    let configuration = "\(home)/dimmer.yaml"
    try Files.write(try yaml(offered), to: configuration)
    let readyFile = "\(home)/ready.json"
    try? FileManager.default.removeItem(atPath: readyFile)
    let serve = try ChildProcess(
      [ProcessInfo.processInfo.executablePath, "serve", "--config", configuration, "--ready", readyFile],
      log: "\(home)/serve.log")
    do {
      let ready = try await untilReady(readyFile, serve: serve)
      let page = "http://127.0.0.1:\(ready.controlPort)/"
      Output.progress("serving; watch it live at \(page)")
      try await sendTraffic(gateway: ready.gatewayPort, control: ready.controlPort)
      guard let activity = ActivityID(parsing: ready.activity) else {
        throw Failure(.software, "'\(ready.activity)' is not an activity")
      }
      try await untilRecorded(control: ready.controlPort)
      let served = try await family.judge()
      try await record(served.verdicts)
      try await tell(served, activity: activity, configuration: configuration, page: page)
      if options.keep {
        Output.progress("the page stays at \(page) until Ctrl-C")
        try await serve.wait(poll: .milliseconds(200))
      }
    } catch {
      let ended = serve.exitStatus()
      await serve.stop(grace: .seconds(10))
      if let ended, !(error is CancellationError), !(error is Failure) {
        throw Failure(.unavailable, "dimmer serve ended with status \(ended) meanwhile; its log is \(home)/serve.log")
      }
      throw error
    }
    await serve.stop(grace: .seconds(10))
  }

  private func yaml(_ offered: [VariantRecord]) throws -> String {
    let speed = 3600 / family.pace.secondsPerHour
    let quoted = { (text: String) in JSONValue.string(text).text(indent: false) }
    let lines = offered.map { "      - {name: \(quoted($0.name)), url: \(quoted(family.url))}" }
    return """
      # Written by dimmer demo. Energies and qualities of the variants come from the ledger's calibrations.
      gateway: {listen: "127.0.0.1:0"}
      control: {listen: "127.0.0.1:\(try LoopbackPort.preferred(8081))"}
      grid:
        region: \(trace.region)
        trace: ciso
        replay: {start: \(trace.start), speed: \(Decimals.fixed(speed, places: 6))}
      models:
        - alias: \(family.subject.alias)
          floor: \(Decimals.fixed(family.floor, places: 6))
          interval: 1h
          policy: receding-horizon
          units: \(family.subject.unit.many)
          units_per_request: \(Decimals.fixed(family.subject.meanUnits, places: 3))
          variants:
      \(lines.map { "    " + $0 }.joined(separator: "\n"))

      """
  }

  private func untilReady(_ path: String, serve: ChildProcess) async throws -> Ready {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    for _ in 0..<300 {
      if let data = FileManager.default.contents(atPath: path), let ready = try? decoder.decode(Ready.self, from: data)
      {
        return ready
      }
      if let status = serve.exitStatus() {
        throw Failure(.unavailable, "dimmer serve ended with status \(status); its log is \(home)/serve.log")
      }
      try await Task.sleep(for: .milliseconds(50))
    }
    throw Failure(.unavailable, "dimmer serve was not ready in 15 s; its log is \(home)/serve.log")
  }

  /// Sends every request at its moment of grid time and waits for all answers and for the last hour's end.
  private func sendTraffic(gateway: Int, control: Int) async throws {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let asked = ContinuousClock.now
    let answer = try await client.execute(
      HTTPClientRequest(url: "http://127.0.0.1:\(control)/api/v1/now"), timeout: .seconds(10))
    let now = try decoder.decode(Now.self, from: Data(try await answer.body.collect(upTo: 1 << 16).readableBytesView))
    guard let gridNow = Timestamp(iso8601: now.gridTime) else { throw Failure(.software, "no grid time") }
    let traffic = Traffic(
      start: trace.start, hours: options.hours, requestsPerHour: family.pace.requestsPerHour,
      units: family.subject.unitsPerRequest, seed: Self.trafficSeed)
    let moment = { (time: Timestamp) in
      asked.advanced(by: .seconds((time - gridNow).seconds / now.gridSpeed))
    }
    let progress = DemoProgress(hours: options.hours, start: trace.start)
    let url = "http://127.0.0.1:\(gateway)"
    try await withThrowingTaskGroup(of: Void.self) { group in
      for arrival in traffic.arrivals {
        try await Task.sleep(until: moment(arrival.time), clock: .continuous)
        group.addTask { await family.ask(arrival, gateway: url) }
        progress.show(at: arrival.time, standing: family.standing)
      }
      try await group.waitForAll()
    }
    try await Task.sleep(until: moment(trace.start + .hours(Double(options.hours))), clock: .continuous)
    progress.end()
  }

  /// Waits until the recorder has written everything that was answered.
  private func untilRecorded(control: Int) async throws {
    struct Waiting: Decodable { let waiting: Int }
    for _ in 0..<100 {
      let answer = try await client.execute(
        HTTPClientRequest(url: "http://127.0.0.1:\(control)/api/v1/now"), timeout: .seconds(10))
      let state = try JSONDecoder().decode(
        Waiting.self, from: Data(try await answer.body.collect(upTo: 1 << 16).readableBytesView))
      if state.waiting == 0 { return }
      try await Task.sleep(for: .milliseconds(50))
    }
  }

  /// Records how good each answer was; the last ones may still be on their way to the ledger.
  private func record(_ verdicts: [ActivityID: Verdict]) async throws {
    var verdicts = verdicts
    for _ in 0..<50 {
      let missing = try await store.judge(verdicts)
      if missing.isEmpty { return }
      verdicts = verdicts.filter { missing.contains($0.key) }
      try await Task.sleep(for: .milliseconds(100))
    }
    throw Failure(.software, "\(verdicts.count) answered requests were not recorded")
  }

  private func tell(
    _ served: ServedQuality, activity: ActivityID, configuration: String, page: String
  ) async throws {
    let settings = try ConfigurationFile.read(configuration)
    // It is judged by what the last decision rests on, as `dimmer savings` does: energies that were learned meanwhile are
    // in it only where they can be compared.
    let last = try await store.decisions(DecisionQuery(activity: activity, newestFirst: true, limit: 1)).first
    let (models, _) = try await Calibrations.models(
      of: settings, store: store, identifiers: IdentifierSource(), now: last?.made ?? Wall.clock())
    let review = try await ServedReview(
      store: store, activities: [activity],
      contract: try last.map(ServedContract.init) ?? ServedContract(models[0], pue: 1),
      policy: models[0].policy, region: trace.region.name, signalKind: SignalKind.averageLifecycle.rawValue,
      range: trace.start..<(trace.start + .hours(Double(options.hours))))
    let outcome = DemoOutcome(
      subject: family.subject, notes: family.notes, review: review, served: served, floor: family.floor,
      variants: variants, offered: models[0].variants, notServed: try NotServed.all(review, model: models[0]),
      trace: trace, hours: options.hours, activity: activity)
    Output.result(outcome.text(style: Output.style))
    try Files.write(outcome.html(), to: options.report)
    Output.result("report: \(options.report)   page: \(page)")
    if let summary = options.summary { try Files.write(outcome.json().text(indent: true) + "\n", to: summary) }
    guard served.failures.isEmpty else {
      throw Failure(.unavailable, "\(served.failures.count) requests failed, the first: \(served.failures[0])")
    }
  }
}
