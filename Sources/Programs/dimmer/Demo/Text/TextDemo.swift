import AsyncHTTPClient
import Foundation
import Ledger
import Quantities
import Service

/// `dimmer demo text`, its steps one after the other. Whatever happens, the processes it started are ended.
struct TextDemo {
  let options: DemoOptions
  /// A server of the user's whose models answer; `nil` for the summarisers that Dimmer brings.
  let upstream: UpstreamAddress?
  /// Which of the upstream's models; `nil` for all.
  let names: [String]?
  /// Bulletins on which each model is measured.
  let bulletins: Int

  func run() async throws {
    try await DemoStage.use(options) { stage in
      let folder = "\(stage.home)/text"
      try await stage.script(
        "text_prepare.py", ["--out", folder, "--bulletins", "\(bulletins)"], log: "\(stage.home)/prepare.log",
        doing: "writing the bulletins")
      let heldOut = try Bulletins(path: "\(folder)/held-out.jsonl")
      let live = try Bulletins(path: "\(folder)/live.jsonl")
      if let upstream {
        let models = try await models(of: upstream, stage: stage)
        let metering = try UpstreamMetering(of: upstream)
        Output.progress(metering.note)
        try await play(
          stage, url: upstream.url, models: models, scope: metering.scope, heldOut: heldOut, live: live,
          notes: [metering.note])
      } else {
        Output.progress("starting the server of the summarisers")
        let server = try await TextServer.start(stage, log: "\(stage.home)/text-server.log")
        do {
          try await play(
            stage, url: server.url, models: server.models, scope: .processes([server.process.pid]), heldOut: heldOut,
            live: live)
        } catch {
          await server.process.stop()
          throw error
        }
        await server.process.stop()
      }
    }
  }

  /// The models to use of the upstream's.
  private func models(of upstream: UpstreamAddress, stage: DemoStage) async throws -> [String] {
    let offered: [String]
    do {
      offered = try await ChatClient(client: stage.client, url: upstream.url).models()
    } catch is HTTPClientError {
      throw Failure(.unavailable, "nothing answers at \(upstream.url); start the model server, or leave --upstream out")
    } catch let error where !(error is Failure) && !(error is CancellationError) {
      throw Failure(.unavailable, "nothing answers at \(upstream.url) (\(error)); start the model server")
    }
    for name in names ?? [] where !offered.contains(name) {
      throw Failure(.unavailable, "\(upstream.url) has no model '\(name)'; it has \(offered.joined(separator: ", "))")
    }
    return names ?? offered
  }

  private func play(
    _ stage: DemoStage, url: String, models: [String], scope: ActiveMeter.Scope, heldOut: Bulletins, live: Bulletins,
    notes: [String] = []
  ) async throws {
    let subject = TextFamily.subject(isUpstream: upstream != nil)
    let calibration = TextCalibration(
      client: ChatClient(client: stage.client, url: url), bulletins: heldOut.all, scope: scope, alias: subject.alias)
    var measured: [TextCalibration.Measured] = []
    var scores: TextScores?
    let variants = try await stage.calibrating(subject.alias) { identifiers in
      measured = try await measure(models, calibration)
      let found = try await TextScores.score(measured.flatMap(\.answers), of: heldOut, name: "held-out", stage: stage)
      scores = found
      return try measured.map { own in
        guard let score = found.models.first(where: { $0.name == own.model }) else {
          throw Failure(.software, "\(own.model) was not scored")
        }
        let (quality, low) = Self.quality(score, best: found)
        Output.progress("\(own.model): \(subject.text(quality)), at least \(subject.text(low))")
        return try calibration.record(own, quality: quality, qualityLow: low, id: identifiers.next())
      }
    }
    guard let scores, let best = variants.compactMap(\.quality).max() else { return }
    let family = TextFamily(
      stage: stage, subject: subject, url: url, live: live, bestQuality: best,
      pace: pace(slowest: measured.map(\.seconds).max() ?? 0), notes: nearBest(scores) + notes)
    try await DemoRun(stage: stage, family: family, variants: variants).run()
  }

  /// Measures every model; one of an upstream's that can not answer is left out.
  private func measure(_ models: [String], _ calibration: TextCalibration) async throws -> [TextCalibration.Measured] {
    var measured: [TextCalibration.Measured] = []
    for (index, model) in models.enumerated() {
      Output.progress("measuring \(model) (\(index + 1) of \(models.count))")
      do { measured.append(try await calibration.measure(model)) } catch {
        guard upstream != nil, let failure = error as? Failure else { throw error }
        Output.progress("\(model) is left out: \(failure)")
      }
    }
    guard measured.count > 1 else {
      throw Failure(.unavailable, "\(measured.count) of \(models.count) models answered; switching needs two at least")
    }
    return measured
  }

  /// A model's mean quality in points and its lower bound: the best one's mean less what the model lacks to it at most.
  static func quality(_ score: TextScores.Model, best scores: TextScores) -> (mean: Double, low: Double) {
    let top = scores.models.first { $0.name == scores.best }?.quality.value ?? score.quality.value
    let mean = 100 * score.quality.value
    // Where too little varies to bound what it lacks, nothing is promised of it.
    return (mean, score.shortfall?.high.map { min(mean, max(0, 100 * (top - $0))) } ?? 0)
  }

  /// Which variants can not be told from the best by these articles.
  private func nearBest(_ scores: TextScores) -> [String] {
    let near = scores.models.filter { $0.name != scores.best && ($0.shortfall?.low ?? 0) <= 0 }.map(\.name)
    guard !near.isEmpty else { return [] }
    return [
      "By these articles \(near.joined(separator: ", ")) can not be told from \(scores.best), the best on average."
    ]
  }

  /// A pace at which the slowest model would be busy half of the time at most.
  private func pace(slowest: Double) -> DemoPace {
    let usual = DemoPace(secondsPerHour: options.secondsPerHour ?? DemoOptions.usualSecondsPerHour)
    guard slowest > 0, usual.requestsPerHour * slowest > usual.secondsPerHour / 2 else { return usual }
    var pace = usual
    pace.requestsPerHour = max(1, usual.secondsPerHour / 2 / slowest)
    if options.secondsPerHour == nil { pace.secondsPerHour = max(usual.secondsPerHour, 2 * slowest) }
    Output.progress(
      "the slowest model needs \(Span.seconds(slowest).formatted()) for a summary: "
        + "\(Decimals.fixed(pace.requestsPerHour, places: 1)) requests a grid hour, which takes "
        + "\(Span.seconds(pace.secondsPerHour).formatted())")
    return pace
  }
}
