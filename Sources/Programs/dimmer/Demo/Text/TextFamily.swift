import Foundation
import Ledger
import Quantities
import Synchronization

/// The summarisers, or an upstream's models, as the demo serves them.
struct TextFamily: DemoFamily {
  /// How far below the best variant's mean ROUGE the promise is, as a part of it: what the published tools report to lose
  /// (2 to 4 %, CLOVER, SC'23).
  static let lossOfBest = 0.04

  let stage: DemoStage
  let subject: DemoSubject
  let url: String
  let live: Bulletins
  /// Mean ROUGE of the best variant, in points.
  let bestQuality: Double
  let pace: DemoPace
  let notes: [String]
  private let board = TextBoard()

  init(
    stage: DemoStage, subject: DemoSubject, url: String, live: Bulletins, bestQuality: Double, pace: DemoPace,
    notes: [String]
  ) {
    self.stage = stage
    self.subject = subject
    self.url = url
    self.live = live
    self.bestQuality = bestQuality
    self.pace = pace
    self.notes = notes
  }

  /// What the demo is about: the built-in summarisers, or an upstream's models.
  static func subject(isUpstream: Bool) -> DemoSubject {
    DemoSubject(
      command: "demo text", alias: isUpstream ? "summaries-upstream" : "summaries", unit: ("summary", "summaries"),
      unitsPerRequest: 1...1, quality: ("ROUGE", "rouge"), qualitySuffix: " points", qualityTitle: "ROUGE of summaries",
      explanation: """
        Every summary was scored against one written by hand: the mean of the F1 values of ROUGE-1, 2 and L, in points of \
        100. Qualities of the variants are those on other articles than the ones served; lower bounds are what a variant \
        lacks to the best one at most, by leaving each article out in turn.
        """)
  }

  var floor: Double { bestQuality * (1 - Self.lossOfBest) }
  var standing: String {
    let (answers, failures) = board.count
    return "\(answers) summaries, \(failures) failed"
  }

  func ask(_ arrival: Traffic.Arrival, gateway: String) async {
    let place = arrival.first % live.all.count
    do {
      let answer = try await ChatClient(client: stage.client, url: gateway).summarise(
        live.all[place], model: subject.alias)
      guard let id = answer.requestID.flatMap(ActivityID.init(parsing:)) else {
        board.fail("an answer has no Dimmer-Request-Id")
        return
      }
      board.add(id, TextScores.Answer(model: subject.alias, bulletin: place, summary: answer.summary))
    } catch { board.fail("\(error)") }
  }

  func judge() async throws -> ServedQuality {
    let (answers, failures) = board.all
    guard !answers.isEmpty else {
      return ServedQuality(verdicts: [:], units: 0, mean: nil, error: nil, failures: failures)
    }
    let scores = try await TextScores.score(answers.map(\.answer), of: live, name: "live", stage: stage)
    var verdicts: [ActivityID: Verdict] = [:]
    for (own, quality) in zip(answers, scores.each) { verdicts[own.id] = .points(100 * quality) }
    return ServedQuality(
      verdicts: verdicts, units: answers.count, mean: 100 * scores.quality.value,
      error: scores.quality.error.map { 100 * $0 }, failures: failures)
  }
}

/// What came of the requests for summaries.
private final class TextBoard: Sendable {
  private struct State {
    var answers: [(id: ActivityID, answer: TextScores.Answer)] = []
    var failures: [String] = []
  }
  private let state = Mutex(State())

  func add(_ id: ActivityID, _ answer: TextScores.Answer) { state.withLock { $0.answers.append((id, answer)) } }
  func fail(_ reason: String) { state.withLock { $0.failures.append(reason) } }
  var count: (answers: Int, failures: Int) { state.withLock { ($0.answers.count, $0.failures.count) } }
  var all: (answers: [(id: ActivityID, answer: TextScores.Answer)], failures: [String]) {
    state.withLock { ($0.answers, $0.failures) }
  }
}
