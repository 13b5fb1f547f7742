import ArgumentParser
import AsyncHTTPClient
import Foundation
import Grid
import Ledger
import Quantities
import Reporting
import Service
import ServiceLifecycle
import UnixSignals

/// `dimmer demo`: the main job on this machine, end to end.
struct DemoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "The main job on this machine, end to end, in about two minutes.",
    discussion: """
      Trains a family of image classifiers, serves them with MLServer, measures each one's energy, and lets 'dimmer
      serve' switch between them while 48 real hours of California's grid pass. Every answer is checked against the
      true label. It ends with a table and an HTML report.

      Examples:
        dimmer demo
        dimmer demo --summary demo.json
        dimmer demo --keep             leave the page running afterwards

      Python 3.11 and its venv are needed; the first run installs the models' packages into .venv.
      """)

  @Option(help: ArgumentHelp("Write the result as JSON to FILE.", valueName: "FILE"))
  var summary: String?

  @Option(help: ArgumentHelp("Write the HTML report to FILE.", valueName: "FILE"))
  var report = "dimmer-demo.html"

  @Option(help: "Grid hours to pass.")
  var hours = 48

  @Option(help: "Real seconds that a grid hour takes.")
  var secondsPerHour = 2.4

  @Flag(help: "Leave the page running until Ctrl-C.")
  var keep = false

  @Option(help: ArgumentHelp("The Python environment.", valueName: "DIR"))
  var venv = ".venv"

  func validate() throws {
    guard (1...48).contains(hours) else { throw ValidationError("--hours must be 1 to 48: the built-in trace has 48") }
    guard (0.2...3600).contains(secondsPerHour) else { throw ValidationError("--seconds-per-hour must be 0.2 to 3600") }
  }

  func run() async throws {
    let signals = await UnixSignalsSequence(trapping: [.sigint, .sigterm, .sighup])
    let job = self
    // The job or a signal, whichever comes first; a signal cancels the job, which then ends its processes.
    let outcome = try await withThrowingTaskGroup(of: UnixSignal?.self) { group in
      group.addTask {
        try await Demo(options: job).run()
        return nil
      }
      group.addTask {
        for await signal in signals { return signal }
        return nil
      }
      defer { group.cancelAll() }
      return try await group.next() ?? nil
    }
    if let outcome {
      Output.progress("stopped; nothing is left running")
      Foundation.exit(outcome == .sigint ? 130 : outcome == .sigterm ? 143 : 129)
    }
  }
}
