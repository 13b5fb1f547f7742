import ArgumentParser
import Grid
import GridProviders
import Methods
import Quantities
import Reporting
import Service

extension GridCommand {
  /// `dimmer grid now`.
  struct Now: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "The value that holds now, with its interval, its age and what it rests on.",
      discussion: """
        Always answers within --timeout (10 s). What stands in when no provider
        answers, and why, is said on stderr and in the JSON's 'steps'. Exit
        status 69 when nothing at all is known.

        Examples:
          dimmer grid now DE
          dimmer grid now westeurope --json | jq .intensity_grams_per_kwh.value
          dimmer grid now --series intensity.csv --column intensity_g_per_kwh \\
            --at 2023-06-03T16:20Z
        """)

    @OptionGroup var signal: SignalOptions

    @Option(help: ArgumentHelp("The moment, for a file; now unless given.", valueName: "TIME"))
    var at: Timestamp?

    @Flag(help: "One JSON document.")
    var json = false

    func run() async throws {
      if let series = try signal.fileSeries() { return try show(series) }
      guard at == nil else { throw Failure(.usage, "--at is for files; providers are asked about now") }
      try await signal.withDesk { desk, subject in
        show(await desk.now(subject.region, subject.kind, accepting: subject.accepting), subject)
      }
    }

    private func show(_ answer: ChainAnswer, _ subject: GridSubject) {
      let found = answer.signal(at: answer.answeredAt)
      let steps: JSONValue = .array(
        answer.steps.map { step in
          [
            "provider": .string(step.supplier), "answered": .bool(step.failure == nil),
            "reason": .optional(step.failure?.description), "duration_seconds": .number(step.duration.seconds),
          ]
        })
      if json {
        var document = found.map(SignalText.json) ?? [("reason", .string(answer.reason))]
        document.insert(("region", .string(subject.region.name)), at: 0)
        document.insert(("rung", .string(answer.rung.rawValue)), at: 1)
        if found != nil { document.append(("reason", .string(answer.reason))) }
        document += [
          ("flags", .array(answer.flags.map { .string($0.description) })), ("answered_at", .time(answer.answeredAt)),
          ("steps", steps),
        ]
        Output.result(.object(document.map { (key: $0.0, value: $0.1) }))
      } else if let found {
        Output.result("\(subject.name): \(SignalText.line(found, at: answer.answeredAt))")
        Output.progress(answer.reason)
      }
      if found == nil { Failure.end(with: Failure(.unavailable, "\(subject.name): \(answer.reason)")) }
    }

    private func show(_ series: Series) throws {
      let moment = at ?? WallGridClock().now
      guard let slot = series.slot(at: moment) else {
        let extent = series.extent.map { "; it reaches from \($0.lowerBound) to \($0.upperBound)" } ?? ""
        throw Failure(.data, "the file has no value for \(moment)\(extent); name another moment with --at")
      }
      let found = series.signal(slot)
      if json {
        Output.result(.object(SignalText.json(found).map { (key: $0.0, value: $0.1) }))
      } else {
        Output.result(SignalText.line(found, at: moment))
      }
    }
  }
}

/// Signals as text and JSON.
enum SignalText {
  /// `342 g/kWh (190 to 520), average life cycle ..., for 13:00 to 14:00, issued 12 min ago by X`.
  static func line(_ signal: Signal, at moment: Timestamp) -> String {
    let range = signal.low.flatMap { low in
      signal.high.map { " (\(number(low)) to \(number($0)))" }
    }
    let age = moment > signal.issuedAt ? "\((moment - signal.issuedAt).formatted(significantDigits: 2)) ago" : "now"
    return "\(number(signal.value)) \(signal.unit)\(range ?? ""), \(signal.kind.label), "
      + "\(signal.validity.lowerBound) to \(signal.validity.upperBound), issued \(age) by \(signal.provider)"
      + (signal.isEstimated ? ", estimated" : "")
  }

  static func number(_ value: Double) -> String { Decimals.significant(value, digits: 4) }

  /// The signal's members.
  static func json(_ signal: Signal) -> [(String, JSONValue)] {
    let figure: JSONValue = signal.figure().map { .figure($0.receipt) } ?? .null
    return [
      ("kind", .string(signal.kind.rawValue)), ("intensity_grams_per_kwh", figure), ("value", .number(signal.value)),
      ("unit", .string(signal.unit)), ("valid_from", .time(signal.validity.lowerBound)),
      ("valid_to", .time(signal.validity.upperBound)), ("issued_at", .time(signal.issuedAt)),
      ("provider", .string(signal.provider)), ("estimated", .bool(signal.isEstimated)),
      ("source", .string(signal.source.citation)), ("licence", .optional(signal.source.licence)),
    ]
  }
}
