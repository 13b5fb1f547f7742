import Foundation
import Ledger
import Metering
import Methods
import Quantities
import Service

/// Measures what one summary costs on a model, with Dimmer's own meter, while the model answers the very bulletins that
/// its quality is scored on.
///
/// The bulletins are cut into windows. A window's energy is what the meter attributes to the server's processes beyond
/// the machine's idle power. Where the server's processes are not ours to tell apart, it is what all of the machine used
/// beyond idle, less what it used just before while nobody asked.
struct TextCalibration {
  let client: ChatClient
  let bulletins: [Bulletin]
  let scope: ActiveMeter.Scope
  let alias: String

  static let windows = 8
  /// A window goes round its bulletins until so much time has passed, so that short work can be read at all.
  private var windowLength: Duration {
    switch scope {
    case .processes: .milliseconds(300)
    // What else the machine does varies, so that it takes longer to tell the work from it.
    case .machine: .seconds(2)
    }
  }
  private static let quietLength = Duration.seconds(1)

  /// What was found about a model.
  struct Measured: Sendable {
    let model: String
    /// Energy of a summary in each window.
    let joules: [Double]
    let source: SourceDescription
    let answers: [TextScores.Answer]
    /// Mean real time of a summary.
    let seconds: Double
  }

  /// Asks `model` about every bulletin.
  ///
  /// - Throws: a failure of the first request that is not answered.
  func measure(_ model: String) async throws -> Measured {
    // The first request loads the model and fills caches; it is not counted.
    _ = try await client.summarise(bulletins[0], model: model)
    var meter = try ActiveMeter(scope)
    var joules: [Double] = []
    var answers: [TextScores.Answer] = []
    var (requests, seconds) = (0, 0.0)
    for window in 0..<Self.windows {
      let places = (window * bulletins.count / Self.windows)..<((window + 1) * bulletins.count / Self.windows)
      let background = try await backgroundWatts(&meter)
      let end = ContinuousClock.now.advanced(by: windowLength)
      var inWindow = 0
      while inWindow < places.count || ContinuousClock.now < end {
        let place = places.lowerBound + inWindow % places.count
        let answer = try await client.summarise(bulletins[place], model: model)
        if inWindow < places.count {
          answers.append(TextScores.Answer(model: model, bulletin: place, summary: answer.summary))
        }
        inWindow += 1
      }
      let lap = try meter.lap()
      joules.append(
        MeanRequestCalibration.joulesPerRequest(
          joules: lap.joules, backgroundWatts: background, seconds: lap.seconds, requests: Double(inWindow)))
      requests += inWindow
      seconds += lap.seconds
    }
    return Measured(
      model: model, joules: joules, source: try meter.source, answers: answers, seconds: seconds / Double(requests))
  }

  private func backgroundWatts(_ meter: inout ActiveMeter) async throws -> Double {
    guard case .machine = scope else { return 0 }
    _ = try meter.lap()
    try await Task.sleep(for: Self.quietLength)
    let lap = try meter.lap()
    return lap.seconds > 0 ? lap.joules / lap.seconds : 0
  }

  /// The calibration of a model that was measured and scored.
  ///
  /// - Throws: a failure when its energy can not be told from none.
  func record(
    _ measured: Measured, quality: Double, qualityLow: Double, id: VariantID
  ) throws -> VariantRecord {
    let windows = WindowEnergies(of: measured.model, joules: measured.joules, source: measured.source)
    guard windows.mean > .zero else {
      switch scope {
      case .machine:
        throw Failure(
          .unavailable,
          "the energy of \(measured.model) can not be told from that of other work here; end that and try again")
      case .processes(let roots):
        let processes = roots.map(String.init).joined(separator: ", ")
        throw Failure(
          .unavailable,
          "process \(processes) used no energy while \(measured.model) answered; if it only passes requests on, give the "
            + "address of the server behind it")
      }
    }
    let whose: String
    switch scope {
    case .processes: whose = "of the server's processes"
    case .machine: whose = "host-wide: all work on the machine while it answered, less what there was just before"
    }
    let found = MeanRequestCalibration(
      windows, noun: "summary",
      note: """
        \(whose); \(measured.joules.count) windows over \(measured.answers.count) bulletins; \
        ROUGE \(Decimals.fixed(quality, places: 2)) of 100
        """)
    var receipt = found.receipt
    receipt.id = id.description
    let perSummary = found.perRequest
    return VariantRecord(
      id: id, alias: alias, name: measured.model, calibrated: Wall.clock(), quality: quality, qualityLow: qualityLow,
      samples: measured.answers.count,
      perUnit: (perSummary.value.joules, max(0, perSummary.low.joules), perSummary.high.joules), perRequest: (0, 0, 0),
      receipt: receipt)
  }
}
