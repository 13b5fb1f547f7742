import ArgumentParser
import Foundation
import UnixSignals

/// What both demos can be told.
struct DemoOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Write the result as JSON to FILE.", valueName: "FILE"))
  var summary: String?

  @Option(name: [.long, .customLong("html")], help: ArgumentHelp("Write the HTML report to FILE.", valueName: "FILE"))
  var report = "dimmer-demo.html"

  @Option(help: "Grid hours to pass.")
  var hours = 48

  @Option(help: "Real seconds that a grid hour takes (default: 2.4, more where models are slow).")
  var secondsPerHour: Double?

  @Flag(help: "Leave the page running until Ctrl-C.")
  var keep = false

  @Option(help: ArgumentHelp("The Python environment.", valueName: "DIR"))
  var venv = ".venv"

  /// The seconds of a grid hour where nothing else is said.
  static let usualSecondsPerHour = 2.4

  func validate() throws {
    guard (1...48).contains(hours) else { throw ValidationError("--hours must be 1 to 48: the built-in trace has 48") }
    guard (0.2...3600).contains(secondsPerHour ?? Self.usualSecondsPerHour) else {
      throw ValidationError("--seconds-per-hour must be 0.2 to 3600")
    }
  }

  /// Runs a job until it is done or a signal comes; a signal cancels the job, which then ends its processes.
  func untilStopped(_ job: @escaping @Sendable () async throws -> Void) async throws {
    let signals = await UnixSignalsSequence(trapping: [.sigint, .sigterm, .sighup])
    let signal = try await withThrowingTaskGroup(of: UnixSignal?.self) { group in
      group.addTask {
        try await job()
        return nil
      }
      group.addTask {
        for await signal in signals { return signal }
        return nil
      }
      defer { group.cancelAll() }
      return try await group.next() ?? nil
    }
    if let signal {
      Output.progress("stopped; nothing is left running")
      Foundation.exit(signal == .sigint ? 130 : signal == .sigterm ? 143 : 129)
    }
  }
}
