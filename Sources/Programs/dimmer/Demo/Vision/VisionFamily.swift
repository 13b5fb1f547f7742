import Ledger
import Quantities

/// The image classifiers as the demo serves them.
struct VisionFamily: DemoFamily {
  static let subject = DemoSubject(
    command: "demo", alias: "digits", unit: ("image", "images"), unitsPerRequest: 16...64,
    quality: ("accuracy", "accuracy"), qualitySuffix: " %", qualityTitle: "Right answers",
    explanation: """
      Every answer was held against the true label. Accuracies of the variants are those on held-out images, lower \
      bounds by drawing whole handwritten digits again.
      """)
  /// How far below the largest variant's accuracy the promise is, in points.
  static let pointsBelowLargest = 3.0

  let stage: DemoStage
  let digits: DigitFamily
  let url: String
  private let board = Scoreboard()

  init(stage: DemoStage, digits: DigitFamily, url: String) {
    self.stage = stage
    self.digits = digits
    self.url = url
  }

  var subject: DemoSubject { Self.subject }
  var floor: Double { digits.largest.accuracy * 100 - Self.pointsBelowLargest }
  var pace: DemoPace {
    DemoPace(secondsPerHour: stage.options.secondsPerHour ?? DemoOptions.usualSecondsPerHour)
  }
  var notes: [String] { [] }
  var standing: String {
    "\(board.images) images, \(Decimals.fixed(board.accuracy * 100, places: 1)) % right, \(board.failures.count) failed"
  }

  func ask(_ arrival: Traffic.Arrival, gateway: String) async {
    do {
      let body = digits.request(first: arrival.first, count: arrival.units)
      let answer = try await DigitClient(client: stage.client, url: gateway).classify(body, model: subject.alias)
      guard answer.labels.count == arrival.units, let id = answer.requestID else {
        board.fail("\(answer.labels.count) labels for \(arrival.units) images")
        return
      }
      let right = (0..<arrival.units).map { answer.labels[$0] == Int(digits.label(arrival.first + $0)) }
      board.add(
        .init(
          requestID: id, firstImage: arrival.first, images: arrival.units, right: right.count { $0 },
          rightByImage: right))
    } catch { board.fail("\(error)") }
  }

  func judge() async throws -> ServedQuality {
    var verdicts: [ActivityID: Verdict] = [:]
    for scored in board.scored {
      if let id = ActivityID(parsing: scored.requestID) { verdicts[id] = .correct(Int64(scored.right)) }
    }
    return ServedQuality(
      verdicts: verdicts, units: board.images, mean: board.images > 0 ? board.accuracy * 100 : nil,
      error: board.images > 0 ? board.standardError(base: digits.base) * 100 : nil, failures: board.failures)
  }
}
