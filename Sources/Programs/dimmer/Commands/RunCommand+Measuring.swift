import Foundation
import Ledger
import Metering
import Quantities
import Service

/// What was measured, and what was said about it.
struct MeasuredRun {
  /// How it came to its end.
  enum Ending {
    /// A command of ours ended.
    case command(RunOutcome)
    /// What ran already ended, or we were told to stop, or its recording was at its end.
    case attached(AttachSession.Outcome)
  }

  let id: ActivityID
  let request: RunRequest
  let ending: Ending
  let context: RunAccounting.Context
  let accounting: RunAccounting
  /// Whether there is a place for a record; when not, the user has been told.
  let hasPlace: Bool

  /// Whether there is a journal.
  var journal: String? {
    switch ending {
    case .command(let outcome): outcome.journal
    case .attached(let outcome): outcome.journal
    }
  }

  /// What went wrong with the meter.
  var faults: [String] {
    switch ending {
    case .command(let outcome): outcome.faults
    case .attached(let outcome): outcome.faults + [outcome.unmeasuredReason].compactMap { $0 }
    }
  }
}

extension RunCommand {
  /// Runs and measures the command, or measures what runs already.
  ///
  /// It must be called on the main thread before anything was awaited. Then the program has this thread only, with the
  /// signal mask that Dimmer was started with, which the command must get; and signals wait here to be passed on. Once
  /// something is awaited, libdispatch lets the main thread take every signal with its default action.
  @MainActor
  func measure() throws -> MeasuredRun {
    let replay = try recorded()
    try checkSubject(on: replay)
    guard let known = PowerModel(rawValue: model) else {
      let names = PowerModel.allCases.map(\.rawValue).joined(separator: ", ")
      throw Failure(.usage, "--model '\(model)' is not known; there are \(names)")
    }
    let context = try context()
    let accounting = try RunAccounting()
    try accounting.check(context)
    let span = try Span(parsing: period)
    guard (0.01...60).contains(span.seconds) else { throw Failure(.usage, "--period must be 10 ms to 60 s") }
    let directory = try Record.directory()
    let id = IdentifierSource().next(.run)
    let environment = ProcessInfo.processInfo.environment

    var request = RunRequest(
      run: id.description, command: subjectCommand, journal: "\(directory.journalDirectory)/\(id).journal",
      meterProgram: ProcessInfo.processInfo.meterPath)
    request.name = name ?? subjectName
    request.region = context.region
    request.periodMilliseconds = Int(span.seconds * 1000)
    request.model = known
    request.sockets = MeterAddress.candidates(environment: environment)
    // A command started here is part of the run that we are in; what runs already, or ran elsewhere, is not.
    if !command.isEmpty, replay == nil {
      request.parent = environment["DIMMER_RUN_ID"].flatMap { ActivityID(parsing: $0)?.description }
    }
    // A command that calls dimmer run again makes parts of this run.
    setenv("DIMMER_RUN_ID", id.description, 1)
    let hasPlace = Self.keep(context, request: request, directory: directory)
    let intensity = accounting.intensity(for: context)
    let ending =
      if let replay {
        try follow(replay, request, intensity: intensity, tellsFaults: hasPlace)
      } else {
        measure(request, intensity: intensity, tellsFaults: hasPlace)
      }
    return MeasuredRun(
      id: id, request: request, ending: ending, context: context, accounting: accounting, hasPlace: hasPlace)
  }

  /// The recorded machine, when one is named.
  private func recorded() throws -> MachineReplay? {
    guard let machine else { return nil }
    do throws(MeteringError) { return try MachineReplay(machine) } catch {
      throw Failure(.data, error.description)
    }
  }

  private func checkSubject(on replay: MachineReplay?) throws {
    if let attach, attach <= 0 { throw Failure(.usage, "--attach needs a process number, not \(attach)") }
    if let replay {
      guard attach == nil || cgroup == nil else { throw Failure(.usage, "give one of --attach PID and --cgroup PATH") }
      guard attach != nil || cgroup != nil || replay.subject != nil else {
        throw Failure(
          .usage, "the recording does not say who was followed; name it by --attach PID or --cgroup PATH")
      }
      return
    }
    let subjects = [!command.isEmpty, attach != nil, cgroup != nil].count { $0 }
    guard subjects > 0 else { throw Failure(.usage, "no command; write it after '--': dimmer run -- CMD") }
    guard subjects == 1 else { throw Failure(.usage, "give one of a command, --attach PID and --cgroup PATH") }
    guard let attach else { return }
    guard FileManager.default.fileExists(atPath: "/proc/\(attach)") else {
      throw Failure(.noInput, "there is no process \(attach); 'ps' lists those that run")
    }
  }

  /// The command that the record names.
  private var subjectCommand: [String] {
    // A process of a recording may be any other one here.
    guard let attach, machine == nil else { return command }
    let words = (try? Data(contentsOf: URL(fileURLWithPath: "/proc/\(attach)/cmdline"))) ?? Data()
    return words.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
  }

  private var subjectName: String {
    if let cgroup { return cgroup }
    if let program = subjectCommand.first { return URL(fileURLWithPath: program).lastPathComponent }
    return attach.map { "process \($0)" } ?? "a recorded machine"
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
    // What is visible here tells nothing of the embodied carbon of a machine elsewhere.
    return RunAccounting.Context(
      region: region, pue: pue, machine: machine == nil ? .visible : nil, tags: tags, onSiteWater: wue,
      clock: machine == nil ? nil : "replay of a recorded machine")
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

  private func measure(_ request: RunRequest, intensity: CarbonIntensity?, tellsFaults: Bool) -> MeasuredRun.Ending {
    let live = quiet || !Output.errorIsTerminal ? nil : LiveLine(intensity: intensity)
    defer { live?.clear() }
    let onFault = { (text: String) in if tellsFaults { Output.progress(text) } }
    guard command.isEmpty else {
      do throws(RunRefusal) {
        return .command(try RunSession(request).run(onSample: { live?.show($0) }, onFault: onFault))
      } catch {
        forget(request)
        Output.error(error.description)
        Foundation.exit(error.status)
      }
    }
    let outcome = AttachSession(request, pid: attach, group: cgroup).run(
      onSample: { live?.show($0) }, onFault: onFault)
    if let reason = outcome.unmeasuredReason, outcome.journal == nil {
      forget(request)
      Output.error(reason)
      Foundation.exit((reason.contains("another user's") ? ExitStatus.noPermission : .unavailable).rawValue)
    }
    return .attached(outcome)
  }

  /// Measures on a recorded machine; nothing is started.
  private func follow(
    _ replay: MachineReplay, _ request: RunRequest, intensity: CarbonIntensity?, tellsFaults: Bool
  ) throws -> MeasuredRun.Ending {
    let live = quiet || !Output.errorIsTerminal ? nil : LiveLine(intensity: intensity)
    defer { live?.clear() }
    let subject = attach.map { MeasuredSubject.process($0) } ?? cgroup.map { MeasuredSubject.group($0) }
    let outcome = ReplaySession(request, of: replay, measuring: subject).run(
      onSample: { live?.show($0) }, onFault: { text in if tellsFaults { Output.progress(text) } })
    if let reason = outcome.unmeasuredReason, outcome.journal == nil {
      forget(request)
      // Thrown, so that what was laid out of the recording is removed.
      throw Failure(.data, reason)
    }
    return .attached(outcome)
  }

  private func forget(_ request: RunRequest) {
    RunAccounting.Context.remove(besideJournal: request.journal)
    try? FileManager.default.removeItem(atPath: request.journal)
  }
}
