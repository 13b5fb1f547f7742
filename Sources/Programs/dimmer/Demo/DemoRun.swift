import AsyncHTTPClient
import Foundation
import Grid
import Ledger
import NIOCore
import Quantities
import Reporting
import Service
import Switching

/// The live part of the demo: `dimmer serve` in a process of its own, real images against it, then the verdict.
struct DemoRun {
  let options: DemoCommand
  let home: String
  let family: DigitFamily
  let variants: [VariantRecord]
  let server: ModelServer
  let trace: BuiltInTrace
  let store: any LedgerStore
  let client: HTTPClient

  private struct Ready: Decodable {
    let gatewayPort: Int
    let controlPort: Int
    let activity: String
  }

  private struct Now: Decodable {
    let gridTime: String
    let gridSpeed: Double
  }

  private var floor: Double { family.largest.accuracy * 100 - Demo.pointsBelowLargest }

  /// The variants that are worth serving: those on the hull.
  private var offered: [VariantRecord] {
    get throws {
      let ladder = try Ladder(
        variants.map { variant in
          Variant(
            variant.name, quality: variant.quality ?? 0, qualityLow: variant.qualityLow,
            energy: .joules(variant.joulesPerUnit + variant.joulesPerRequest / Demo.meanImages))
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
      let board = try await sendTraffic(gateway: ready.gatewayPort, control: ready.controlPort)
      guard let activity = ActivityID(parsing: ready.activity) else {
        throw Failure(.software, "'\(ready.activity)' is not an activity")
      }
      try await untilRecorded(control: ready.controlPort)
      try await judge(board, activity: activity)
      try await tell(board, activity: activity, configuration: configuration, page: page)
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
    let speed = 3600 / options.secondsPerHour
    let lines = offered.map { "      - {name: \($0.name), url: \"\(server.url)\"}" }
    return """
      # Written by dimmer demo. Energies and accuracies of the variants come from the ledger's calibrations.
      gateway: {listen: "127.0.0.1:0"}
      control: {listen: "127.0.0.1:\(try LoopbackPort.preferred(8081))"}
      grid:
        region: \(trace.region)
        trace: ciso
        replay: {start: \(trace.start), speed: \(Decimals.fixed(speed, places: 6))}
      models:
        - alias: \(Demo.alias)
          floor: \(Decimals.fixed(floor, places: 6))
          interval: 1h
          policy: receding-horizon
          units: images
          units_per_request: \(Decimals.fixed(Demo.meanImages, places: 3))
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

  /// Sends every request at its moment of grid time and holds each answer against the true labels.
  private func sendTraffic(gateway: Int, control: Int) async throws -> Scoreboard {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let asked = ContinuousClock.now
    let answer = try await client.execute(
      HTTPClientRequest(url: "http://127.0.0.1:\(control)/api/v1/now"), timeout: .seconds(10))
    let now = try decoder.decode(Now.self, from: Data(try await answer.body.collect(upTo: 1 << 16).readableBytesView))
    guard let gridNow = Timestamp(iso8601: now.gridTime) else { throw Failure(.software, "no grid time") }
    let traffic = Traffic(
      start: trace.start, hours: options.hours, requestsPerHour: Demo.requestsPerHour, seed: Demo.trafficSeed)
    let moment = { (time: Timestamp) in
      asked.advanced(by: .seconds((time - gridNow).seconds / now.gridSpeed))
    }
    let board = Scoreboard()
    let digits = DigitClient(client: client, url: "http://127.0.0.1:\(gateway)")
    let progress = DemoProgress(hours: options.hours, start: trace.start)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for arrival in traffic.arrivals {
        try await Task.sleep(until: moment(arrival.time), clock: .continuous)
        group.addTask { await ask(arrival, digits: digits, board: board) }
        progress.show(at: arrival.time, board: board)
      }
      try await group.waitForAll()
    }
    try await Task.sleep(until: moment(trace.start + .hours(Double(options.hours))), clock: .continuous)
    progress.end(board: board)
    return board
  }

  private func ask(_ arrival: Traffic.Arrival, digits: DigitClient, board: Scoreboard) async {
    do {
      let body = family.request(first: arrival.firstImage, count: arrival.images)
      let answer = try await digits.classify(body, model: Demo.alias)
      guard answer.labels.count == arrival.images, let id = answer.requestID else {
        board.fail("\(answer.labels.count) labels for \(arrival.images) images")
        return
      }
      let right = (0..<arrival.images).map { answer.labels[$0] == Int(family.label(arrival.firstImage + $0)) }
      board.add(
        .init(
          requestID: id, firstImage: arrival.firstImage, images: arrival.images, right: right.count { $0 },
          rightByImage: right))
    } catch { board.fail("\(error)") }
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

  /// Records how many answers of each request were right.
  private func judge(_ board: Scoreboard, activity: ActivityID) async throws {
    var verdicts: [ActivityID: Verdict] = [:]
    for scored in board.scored {
      if let id = ActivityID(parsing: scored.requestID) { verdicts[id] = .correct(Int64(scored.right)) }
    }
    for _ in 0..<50 {
      let missing = try await store.judge(verdicts)
      if missing.isEmpty { return }
      verdicts = verdicts.filter { missing.contains($0.key) }
      try await Task.sleep(for: .milliseconds(100))
    }
    throw Failure(.software, "\(verdicts.count) answered requests were not recorded")
  }

  private func tell(_ board: Scoreboard, activity: ActivityID, configuration: String, page: String) async throws {
    let settings = try ConfigurationFile.read(configuration)
    let (models, _) = try await Calibrations.models(
      of: settings, store: store, identifiers: IdentifierSource(), now: Wall.clock())
    let review = try await ServedReview(
      store: store, activity: activity, model: models[0], region: trace.region.name,
      signalKind: SignalKind.averageLifecycle.rawValue, pue: 1,
      range: trace.start..<(trace.start + .hours(Double(options.hours))))
    let outcome = DemoOutcome(
      review: review, board: board, floor: floor, variants: variants, offered: models[0].variants, trace: trace,
      hours: options.hours, base: family.base, activity: activity)
    Output.result(outcome.text(style: Output.style))
    try Files.write(outcome.html(), to: options.report)
    Output.result("report: \(options.report)   page: \(page)")
    if let summary = options.summary { try Files.write(outcome.json().text(indent: true) + "\n", to: summary) }
    guard board.failures.isEmpty else {
      throw Failure(.unavailable, "\(board.failures.count) requests failed, the first: \(board.failures[0])")
    }
  }
}
