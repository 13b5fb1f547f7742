import Accounting
import ArgumentParser
import Foundation
import Ledger
import LedgerSQLite
import Metering
import Methods
import Quantities
import Reporting
import Service

/// `dimmer run`: measure a command.
struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Measure a command: energy, carbon and water of its whole process tree.",
    discussion: """
      The command's own output, signals and exit status pass through untouched; Dimmer writes to stderr only. Each period
      is journalled, so that even SIGKILL loses at most one.

      Examples:
        dimmer run -- make -j2
        dimmer run --region DE --name train --summary run.json -- python train.py
        dimmer run --region US-CAL-CISO --pue 1.2 -- ./job.sh

      Without --region (or DIMMER_REGION) carbon is unknown, never guessed. Exit status: the command's own; 127 when it
      is not there, 126 when it can not be run.
      """)

  @Option(help: "The grid: an ISO country, an Electricity Maps zone, or provider:region of a cloud.")
  var region: String?

  @Option(help: "What to call the run; the command's name without it.")
  var name: String?

  @Option(help: ArgumentHelp("Write the run's JSON record to FILE.", valueName: "FILE"))
  var summary: String?

  @Option(help: "The site's PUE (total over IT energy, at least 1); without it no overhead is counted.")
  var pue: Double?

  @Option(help: "The site's own water use in litres per kWh of IT energy (WUE); without it water is unknown.")
  var wue: Double?

  @Option(help: ArgumentHelp("Attach key=value; may be given several times.", valueName: "key=value"))
  var tag: [String] = []

  @Option(help: "Sampling period, for example 1s or 200ms.")
  var period = "1s"

  @Flag(name: .shortAndLong, help: "No live line and no label.")
  var quiet = false

  @Argument(parsing: .postTerminator, help: "The command and its arguments, after '--'.")
  var command: [String] = []

  /// What was measured, and what was said about it.
  struct Measured {
    let id: ActivityID
    let request: RunRequest
    let outcome: RunOutcome
    let context: RunAccounting.Context
    let accounting: RunAccounting
    /// Whether there is a place for a record; when not, the user has been told.
    let hasPlace: Bool
  }

  /// Runs and measures the command.
  ///
  /// It must be called on the main thread before anything was awaited. Then the program has this thread only, with the
  /// signal mask that Dimmer was started with, which the command must get; and signals wait here to be passed on. Once
  /// something is awaited, libdispatch lets the main thread take every signal with its default action.
  @MainActor
  func measure() throws -> Measured {
    guard !command.isEmpty else { throw Failure(.usage, "no command; write it after '--': dimmer run -- CMD") }
    let context = try context()
    let accounting = try RunAccounting()
    try accounting.check(context)
    let span = try Span(parsing: period)
    guard (0.01...60).contains(span.seconds) else { throw Failure(.usage, "--period must be 10 ms to 60 s") }
    let directory = try Record.directory()
    let id = IdentifierSource().next(.run)
    let environment = ProcessInfo.processInfo.environment

    var request = RunRequest(
      run: id.description, command: command, journal: "\(directory.journalDirectory)/\(id).journal",
      meterProgram: ProcessInfo.processInfo.meterPath)
    request.name = name ?? URL(fileURLWithPath: command[0]).lastPathComponent
    request.region = context.region
    request.periodMilliseconds = Int(span.seconds * 1000)
    request.sockets = MeterAddress.candidates(environment: environment)
    request.parent = environment["DIMMER_RUN_ID"].flatMap { ActivityID(parsing: $0)?.description }
    // A command that calls dimmer run again makes parts of this run.
    setenv("DIMMER_RUN_ID", id.description, 1)
    let hasPlace = Self.keep(context, request: request, directory: directory)
    let outcome = measure(request, intensity: accounting.intensity(for: context), tellsFaults: hasPlace)
    return Measured(
      id: id, request: request, outcome: outcome, context: context, accounting: accounting, hasPlace: hasPlace)
  }

  /// Puts what was measured on record, tells about it and ends as the command did.
  func finish(_ measured: Measured) async -> Never {
    await record(measured)
    Self.end(like: measured.outcome.termination)
  }

  private func context() throws -> RunAccounting.Context {
    let environment = ProcessInfo.processInfo.environment
    var tags: [String: String] = [:]
    for pair in tag {
      guard let split = pair.firstIndex(of: "="), split > pair.startIndex else {
        throw Failure(.usage, "--tag '\(pair)' is not key=value")
      }
      tags[String(pair[..<split])] = String(pair[pair.index(after: split)...])
    }
    let region = region ?? environment["DIMMER_REGION"].flatMap { $0.isEmpty ? nil : $0 }
    return RunAccounting.Context(region: region, pue: pue, machine: .visible, tags: tags, onSiteWater: wue)
  }

  /// Keeps what is known beforehand beside the journal to be.
  ///
  /// - Returns: whether there is a place for a record at all; the user has been told when there is none.
  private static func keep(_ context: RunAccounting.Context, request: RunRequest, directory: DataDirectory) -> Bool {
    do {
      try FileManager.default.createDirectory(
        atPath: directory.journalDirectory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
      try context.keep(besideJournal: request.journal)
      return true
    } catch {
      Output.error(
        "\(directory.path) can not be written: the run is not measured; set DIMMER_DATA_DIR to a folder of yours")
      return false
    }
  }

  private func measure(_ request: RunRequest, intensity: CarbonIntensity?, tellsFaults: Bool) -> RunOutcome {
    let live = quiet || !Output.errorIsTerminal ? nil : LiveLine(intensity: intensity)
    let session = RunSession(request)
    do throws(RunRefusal) {
      let outcome = try session.run(onSample: { live?.show($0) }, onFault: { if tellsFaults { Output.progress($0) } })
      live?.clear()
      return outcome
    } catch {
      RunAccounting.Context.remove(besideJournal: request.journal)
      try? FileManager.default.removeItem(atPath: request.journal)
      Output.error(error.description)
      Foundation.exit(error.status)
    }
  }

  /// Puts the run into the ledger and tells about it. Whatever fails here, the command's own ending stands.
  private func record(_ measured: Measured) async {
    guard measured.hasPlace else { return }
    let (outcome, accounting, context) = (measured.outcome, measured.accounting, measured.context)
    do {
      let path = measured.request.journal
      let journal = outcome.journal == nil ? nil : try Journal(path: path)
      let kept = journal.flatMap { accounting.entry(journal: $0, path: path, context: context) }
      if kept == nil {
        let reason = outcome.faults.isEmpty ? ": the meter wrote no journal" : ""
        Output.error("nothing was measured\(reason); 'dimmer-meter sources' tells what can be read here")
      }
      let entry =
        kept ?? accounting.entry(unmeasured: measured.id, outcome: outcome, request: measured.request, context: context)
      guard let activity = entry.activity else { return }
      var account = ActivityAccount(
        activity: activity, components: entry.components, conservation: entry.conservation, figures: entry.figures)
      do {
        let store = try await Record.openTakingInJournals(committing: entry)
        // A run whose meter died may still be completed by a later one: what was said about it stays until then.
        if activity.status == .done || activity.status == .failed {
          RunAccounting.Context.remove(besideJournal: path)
        }
        account = try await store.account(of: activity.id) ?? account
      } catch {
        Output.error(
          "the run could not be put into the ledger: \(error)\ndimmer: its journal is kept and will be taken in by the next command: \(path)"
        )
      }
      if let summary { try Files.write(RunSummary.json(account).text(indent: true) + "\n", to: summary) }
      if !quiet { Output.rawError(RunLabel.text(account, style: Output.errorStyle) + "\n") }
    } catch { Output.error("\(error)") }
  }

  /// Ends as the command did: with its status, or by its signal.
  private static func end(like termination: RunOutcome.Termination) -> Never {
    if case .signalled(let number) = termination {
      var none = rlimit(rlim_cur: 0, rlim_max: 0)
      setrlimit(__rlimit_resource_t(UInt32(RLIMIT_CORE.rawValue)), &none)
      signal(number, SIG_DFL)
      var set = sigset_t()
      sigemptyset(&set)
      sigaddset(&set, number)
      pthread_sigmask(SIG_UNBLOCK, &set, nil)
      // To this thread, which takes it here and now; another one might take it only after the exit below.
      raise(number)
    }
    Foundation.exit(termination.status)
  }
}

/// The live line of a run on a terminal: watts, energy, carbon where a region was given, and time, redrawn in place.
final class LiveLine {
  private let intensity: CarbonIntensity?
  private var last: CumulativeSample?
  private var first: CumulativeSample?

  init(intensity: CarbonIntensity?) { self.intensity = intensity }

  func show(_ sample: CumulativeSample) {
    let start = first ?? sample
    first = start
    defer { last = sample }
    guard let last, sample.monotonic > last.monotonic else { return }
    let span = sample.monotonic - last.monotonic
    let power = (sample.total.run.energy - last.total.run.energy) / span
    let elapsed = (sample.monotonic - start.monotonic).formatted()
    let used = sample.total.run.energy
    let carbon = intensity.map { "  \((used * $0).formatted())" } ?? ""
    Output.rawError("\r\u{1B}[Kdimmer: \(power.formatted())  \(used.formatted())\(carbon)  \(elapsed)")
  }

  func clear() { Output.rawError("\r\u{1B}[K") }
}
