import Foundation
import Testing

/// `dimmer serve` on a grid service that plays a recorded day with true issue times, while requests run.
@Suite("Live grid signals")
struct LiveSignalTests {
  private static let start = "2021-03-18T12:50:00Z"
  /// An hour of the grid in four seconds.
  private static let speed = 900

  private static func configuration(upstream: Int, provider: ReplayedProvider) -> String {
    """
    gateway: {listen: "127.0.0.1:0"}
    control: {listen: "127.0.0.1:0"}
    grid:
      region: US-CAL-CISO
      replay: {start: \(start), speed: \(speed)}
      providers: [{service: electricity-maps, address: "\(provider.address)", key_env: GRID_KEY}]
      refresh: 10 min
      patience: 2 s
    models:
      - alias: chat
        floor: 80
        variants:
          - {name: small, url: "http://127.0.0.1:\(upstream)", quality: 74, energy_per_unit: 2 J}
          - {name: large, url: "http://127.0.0.1:\(upstream)", quality: 83, energy_per_unit: 9 J}

    """
  }

  /// What `/api/v1/now` said at a moment.
  private struct Sample {
    let grid: Date
    let decision: String
    let signal: JSON

    /// Nothing before the first decision.
    init?(_ answer: HTTPExchange) throws {
      let now = try answer.document()
      let alias = now["aliases"]["chat"]
      guard alias["signal"]["mode"].isPresent else { return nil }
      grid = try date(now["grid_time"].text())
      decision = try alias["decision_id"].text()
      signal = alias["signal"]
    }

    var mode: String { signal["mode"].string ?? "" }
    var reason: String { signal["reason"].string ?? "" }
  }

  private static func date(_ text: String) throws -> Date {
    let style = Date.ISO8601FormatStyle(includingFractionalSeconds: text.contains("."))
    return try Date(text, strategy: style)
  }

  private func now(_ serving: Serving) async throws -> HTTPExchange {
    try await HTTPExchange.ask(port: serving.control, "/api/v1/now")
  }

  /// Waits for a state of the signal.
  private func until(
    _ what: String, _ serving: Serving, holds condition: (Sample) throws -> Bool
  ) async throws -> Sample {
    var last = "nothing was known"
    do {
      return try await eventually(what, within: .seconds(60)) {
        guard let sample = try Sample(try await now(serving)) else { return nil }
        last = "at \(sample.grid): \(sample.mode), \(sample.reason)"
        return try condition(sample) ? sample : nil
      }
    } catch let error as TookTooLong { throw TookTooLong(description: "\(error); the last was \(last)") }
  }

  @Test("Variants follow a live grid, through lies, silence and failure of the service; no request fails meanwhile")
  func wholeDay() async throws {
    try await Workspace.use(.alone) { space in
      let provider = try await ReplayedProvider.start(space, at: Self.start)
      let (_, upstream) = try await Serving.startUpstream(space)
      let serving = try await Serving.start(
        space, configuration: Self.configuration(upstream: upstream, provider: provider),
        environment: ["GRID_KEY": ReplayedProvider.key])
      try await provider.follow(serving)
      let trace = try provider.trace()
      let samples = Kept<HTTPExchange>()
      let answers = Kept<HTTPExchange>()

      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          while !Task.isCancelled {
            answers.add(try await serving.infer("chat"))
            samples.add(try await now(serving))
            try? await Task.sleep(for: .milliseconds(40))
          }
        }
        defer { group.cancelAll() }

        // The first decision is made in the middle of an hour, on what had been issued by then.
        let first = try await until("a live signal", serving) { $0.mode == "live" }
        #expect(try Self.date(first.signal["issued_at"].text()) < first.grid)
        let dawn = try Self.date("2021-03-18T17:00:00Z")
        let morning = try await until("the sun is up", serving) { $0.grid > dawn }
        #expect(morning.mode == "live")
        for page in [try await page(serving), try await inBrowser(serving)].compactMap(\.self) {
          #expect(page.contains(/issued [0-9.]+ (s|min|h) ago, by Electricity Maps/), "age and source are missing")
        }

        // Each lie is refused for what it is, and the value of before stands on while it is fresh, then yesterday's.
        for (manner, words) in [
          (ReplayedProvider.Manner.fails, "status 500"), (.html, "a web page"),
          (.zero, "an intensity of 0 is suspicious"), (.million, "is above 3000"),
          (.zone, "it answered for US-TEX-ERCO"),
        ] {
          try provider.become(manner)
          let told = try await until("\(manner) is told", serving) { $0.reason.contains(words) }
          #expect(told.reason.contains("Electricity Maps"), "\(told.reason)")
          #expect(["live", "persistence"].contains(told.mode), "\(manner): \(told.mode)")
          #expect(told.signal["value"].double != 0 && told.signal["value"].double != 1e6)
        }
        try provider.become(.hangs)
        let standIn = try await until("yesterday stands in", serving) {
          $0.mode == "persistence" && $0.reason.contains("no whole answer within ")
        }
        #expect(standIn.reason.contains("the value of 24 h before stands in"), "\(standIn.reason)")
        #expect(standIn.signal["provider"].string == "persistence-forecast@1")
        let failing = try await page(serving)
        #expect(failing.contains("the value of 24 h before stands in"))
        #expect(failing.contains("no whole answer within "))

        try provider.become(.answers)
        let again = try await until("it is live again", serving) {
          $0.mode == "live" && !$0.reason.contains("Electricity Maps:")
        }
        #expect(try again.grid.timeIntervalSince(Self.date(again.signal["issued_at"].text())) < 7200)
      }

      let statuses = Set(answers.all.map(\.status))
      #expect(statuses == [200], "\(statuses)")
      #expect(answers.all.count > 100)
      #expect(Set(answers.all.compactMap { $0.headers["dimmer-variant"] }) == ["small", "large"])
      let known = try samples.all.compactMap { try Sample($0) }
      try check(known, trace: trace)
      try checkService(provider)
      try await checkRecord(known, serving)
      serving.program.signal(SIGTERM)
      #expect(try await serving.program.end().status == 0)
    }
  }

  /// At each moment value, age and source are those of a value that had been issued, or it is said what stands in.
  private func check(_ samples: [Sample], trace: [Date: Double]) throws {
    #expect(samples.count > 100)
    #expect(Set(samples.map(\.mode)) == ["live", "persistence"])
    var values = Set<Double>()
    for sample in samples {
      let signal = sample.signal
      let issued = try Self.date(signal["issued_at"].text())
      #expect(issued <= sample.grid)
      #expect(try abs(signal["age_seconds"].number() - sample.grid.timeIntervalSince(issued)) < 1e-3)
      #expect(signal["unit"].string == "g/kWh" && signal["kind"].string == "average-lifecycle")
      #expect(signal["region"].string == "US-CAL-CISO")
      let begins = try Self.date(signal["valid_from"].text())
      let value = try signal["value"].number()
      switch sample.mode {
      case "live":
        #expect(signal["provider"].string == "Electricity Maps")
        #expect(issued == begins.addingTimeInterval(ReplayedProvider.issueLag))
        #expect(value == trace[begins])
        values.insert(value)
      default:
        // The forecast is named by its method; the value is that of the same hour a day before.
        #expect(signal["provider"].string == "persistence-forecast@1")
        #expect(value == trace[begins.addingTimeInterval(-86400)])
      }
    }
    #expect(values.count >= 5, "the signal should have moved: \(values)")
  }

  /// The service itself never gave what had not been issued, so that nothing above holds by chance.
  private func checkService(_ provider: ReplayedProvider) throws {
    let answered = provider.answered
    #expect(answered.count > 5)
    for answer in answered {
      let moment = try Self.date(answer["grid_time"].text())
      let body = answer["body"]
      for row in body["history"].array + body["data"].array + [body] where row["updatedAt"].isPresent {
        #expect(try Self.date(row["updatedAt"].text()) <= moment)
      }
    }
  }

  /// Every decision names the value that it rests on, whose it is and when it was issued; what failed is in its reason.
  private func checkRecord(_ samples: [Sample], _ serving: Serving) async throws {
    var decisions: [String: Sample] = [:]
    for sample in samples { decisions[sample.decision] = sample }
    #expect(decisions.count >= 8)
    for (id, sample) in decisions {
      let explained = try await HTTPExchange.ask(port: serving.control, "/api/v1/explain/\(id)").document()
      let signal = explained["rests_on"][0]
      #expect(signal["id"].string?.hasPrefix("sig_") == true, "\(id) rests on nothing")
      #expect(signal["facts"]["provider"].string == sample.signal["provider"].string)
      #expect(signal["facts"]["issued"].string == sample.signal["issued_at"].string)
      #expect(signal["facts"]["source"].string?.contains("Electricity Maps") == true)
      if sample.mode == "persistence" {
        #expect(explained["title"].string?.contains("stands in") == true, "\(explained["title"])")
      }
    }
  }

  private func page(_ serving: Serving) async throws -> String {
    try await HTTPExchange.ask(port: serving.control, "/").body
  }

  /// The page as Chromium shows it; nothing where there is none.
  private func inBrowser(_ serving: Serving) async throws -> String? {
    guard let chromium = Programs.system("chromium") else { return nil }
    let ending = try await serving.space.start(program: [
      chromium, "--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir=\(serving.space.file("browser"))",
      "--dump-dom", "http://127.0.0.1:\(serving.control)/",
    ]).end()
    return ending.output
  }
}
