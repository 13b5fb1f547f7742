import Metering
import Quantities

#if canImport(Glibc)
  import Glibc
#endif

/// The resident's command line. Arguments are read by hand: the meter carries nothing that it does not need.
enum MeterCommand {
  static func run(_ arguments: [String]) -> Int32 {
    guard let word = arguments.first else { return usage("a command is missing") }
    let rest = Array(arguments.dropFirst())
    if rest.prefix(while: { $0 != "--" }).contains(where: { $0 == "--help" || $0 == "-h" }) {
      return say(help)
    }
    switch word {
    case "--help", "-h", "help": return say(help)
    case "serve": return withOptions(rest, serve)
    case "record", "replay":
      guard let folder = rest.first, !folder.hasPrefix("-") else { return usage("\(word) needs a folder") }
      return withOptions(Array(rest.dropFirst())) { options in
        guard options.pid == nil || options.group == nil else { return usage("give one of --pid and --cgroup") }
        return word == "record" ? record(options, folder) : replay(options, folder)
      }
    case "sample": return withOptions(rest, sample)
    case "sources": return withOptions(rest, sources)
    case "measure":
      let split = rest.firstIndex(of: "--") ?? rest.endIndex
      let command = Array(rest[split...].dropFirst())
      return withOptions(Array(rest[..<split])) { options in measure(options, command) }
    default: return usage("unknown command '\(word)'")
    }
  }

  private static func withOptions(_ words: [String], _ body: (MeterOptions) -> Int32) -> Int32 {
    do throws(MeteringError) {
      return body(try MeterOptions(parsing: words))
    } catch {
      return usage(error.description)
    }
  }

  private static func serve(_ options: MeterOptions) -> Int32 {
    guard options.recording == nil else { return usage("serve is for this machine; 'replay DIR' reads a recording") }
    guard options.client >= 0 || options.model == .dimmer else {
      return usage("a meter for all goes by Dimmer's own models; give --model to the run")
    }
    let access: SourceAccess
    do throws(MeteringError) { access = try Self.access(options) } catch {
      complain(error.description)
      return 78
    }
    guard options.client < 0 else {
      MeterService.leaveTerminal()
      MeterService(
        machine: options.machine, gpuLibrary: options.gpuLibrary, access: access, inherited: options.client
      ).run()
      return 0
    }
    let isRoot = geteuid() == 0
    let ofUser = getenv("XDG_RUNTIME_DIR").flatMap {
      MeterAddress.ofUser(environment: ["XDG_RUNTIME_DIR": String(cString: $0)])
    }
    guard let path = options.socket ?? (isRoot ? MeterAddress.ofMachine : ofUser) else {
      return usage("serve needs --socket FILE, because XDG_RUNTIME_DIR is not set")
    }
    let stop = StopSignal.descriptor()
    do throws(MeterSocket.Failure) {
      let socket = try MeterSocket(path: path, isForAll: isRoot)
      complain("serving at \(path)")
      MeterService(
        machine: options.machine, gpuLibrary: options.gpuLibrary, access: access, listener: socket.descriptor,
        stop: stop
      ).run()
      return 0
    } catch {
      complain(error.description)
      return error.status
    }
  }

  /// What the environment and the options say of sources.
  private static func access(_ options: MeterOptions) throws(MeteringError) -> SourceAccess {
    var access = try SourceAccess { name in getenv(name).map { String(cString: $0) } }
    access.gpuLibrary = options.gpuLibrary
    access.model = options.model
    return access
  }

  private static func sources(_ options: MeterOptions) -> Int32 {
    let recording: MachineReplay?
    let access: SourceAccess
    do throws(MeteringError) { access = try Self.access(options) } catch {
      complain(error.description)
      return 78
    }
    do throws(MeteringError) { recording = try options.recording.map(opened) } catch {
      complain(error.description)
      return 65
    }
    let meter =
      recording.map { HostMeter(replaying: $0, model: options.model) }
      ?? HostMeter(machine: options.machine, access: access)
    for source in meter.descriptions {
      let low = Decimals.significant(source.relative.lowerBound * 100, digits: 2)
      let high = Decimals.significant(source.relative.upperBound * 100, digits: 2)
      _ = say(
        "\(source.component.rawValue): \(source.name) [\(source.origin.rawValue), \(source.method), \(low) % to +\(high) %]"
      )
      _ = say("  \(source.reason)")
    }
    if let reason = meter.gpuReason { _ = say("gpu: none\n  \(reason)") }
    switch meter.busyPath {
    case .accountingGroup(let file), .unifiedGroup(let file): _ = say("busy time: \(file)")
    case .statistics: _ = say("busy time: \((recording?.machine ?? options.machine).proc)/stat, in ticks")
    }
    return meter.descriptions.isEmpty ? 69 : 0
  }

  private static func opened(_ path: String) throws(MeteringError) -> MachineReplay { try MachineReplay(path) }

  private static func record(_ options: MeterOptions, _ folder: String) -> Int32 {
    if let pid = options.pid, pid <= 0 { return usage("--pid needs a process number, not \(pid)") }
    let access: SourceAccess
    do throws(MeteringError) { access = try Self.access(options) } catch {
      complain(error.description)
      return 78
    }
    let recorder = MachineRecorder(
      machine: options.machine, to: folder, keepsNames: options.keepsNames, access: access,
      measuring: options.group.map { .group($0) } ?? options.pid.map { .process($0) })
    do throws(MeteringError) {
      try recorder.begin()
      var schedule = schedule(options)
      let looks = UInt64(max((options.seconds ?? 10) * 1000 / options.periodMilliseconds, 1))
      while schedule.number <= looks {
        Clocks.sleep(until: schedule.due)
        let now = Clocks.monotonic
        try recorder.frame()
        schedule.advance(after: now)
      }
    } catch {
      complain(error.description)
      return 74
    }
    complain("\(recorder.frames) looks behind the first are recorded in \(folder)")
    return 0
  }

  private static func schedule(_ options: MeterOptions) -> PeriodSchedule {
    PeriodSchedule(start: Clocks.monotonic, period: UInt64(options.periodMilliseconds) * 1_000_000)
  }

  /// A line for each look; or one line over all of them.
  private static func replay(_ options: MeterOptions, _ folder: String, isOne: Bool = false) -> Int32 {
    do throws(MeteringError) {
      let replay = try opened(folder)
      let meter = HostMeter(replaying: replay, model: options.model)
      let group = try options.group.map { (path) throws(MeteringError) in
        try ControlGroup(path, machine: replay.machine)
      }
      let first =
        if let group { try meter.start(group: group) } else { try meter.start(roots: options.pid.map { [$0] } ?? []) }
      let hasRun = group != nil || options.pid != nil
      var before = first
      while replay.advance() {
        let now = try meter.read()
        if !isOne { _ = say(line(now, since: before, withRun: hasRun)) }
        before = now
      }
      for fault in meter.takeFaults() { complain(fault) }
      if isOne, before.monotonic > first.monotonic { _ = say(line(before, since: first)) }
      if let fault = replay.fault {
        complain(fault)
        return 65
      }
      return 0
    } catch {
      complain(error.description)
      return 65
    }
  }

  private static func sample(_ options: MeterOptions) -> Int32 {
    if let recording = options.recording { return replay(options, recording, isOne: true) }
    let access: SourceAccess
    do throws(MeteringError) { access = try Self.access(options) } catch {
      complain(error.description)
      return 78
    }
    let meter = HostMeter(machine: options.machine, access: access, asksAll: !options.isHostOnly)
    do throws(MeteringError) {
      let before = try meter.start()
      if let seconds = options.seconds { return try sample(meter, options, seconds, from: before) }
      Clocks.sleep(until: schedule(options).due)
      return say(line(try meter.read(), since: before, asksAll: !options.isHostOnly))
    } catch {
      complain(error.description)
      return 69
    }
  }

  /// A line for each period, and in the end how punctual the looks were. Each line is over what its two looks say, so
  /// one that came late makes a longer line, not a wrong one.
  private static func sample(
    _ meter: HostMeter, _ options: MeterOptions, _ seconds: Int, from first: CumulativeSample
  ) throws(MeteringError) -> Int32 {
    var schedule = schedule(options)
    let periods = UInt64(max(seconds * 1000 / options.periodMilliseconds, 1))
    var before = first
    var looks = 0
    var last = schedule.start
    var drift: Int64 = 0
    while schedule.number <= periods {
      Clocks.sleep(until: schedule.due)
      last = Clocks.monotonic
      drift = Int64(last.nanoseconds - schedule.due.nanoseconds)
      let now = try meter.read(isComplete: false)
      for fault in meter.takeFaults() { complain(fault) }
      put(line(now, since: before, asksAll: !options.isHostOnly), on: 1)
      before = now
      looks += 1
      schedule.advance(after: last)
    }
    let milliseconds = { (nanoseconds: UInt64) in Decimals.fixed(Double(nanoseconds) / 1e6, places: 3) }
    // The last look's moment less the start and the periods until then: what a clock that drifts would add up.
    complain(
      "looks=\(looks) missed=\(schedule.missed) worst_late_ms=\(milliseconds(schedule.worstLateness)) "
        + "drift_ms=\(milliseconds(UInt64(max(drift, 0)))) "
        + "span_seconds=\(Decimals.fixed((last - schedule.start).seconds, places: 6))")
    return 0
  }

  private static func measure(_ options: MeterOptions, _ command: [String]) -> Int32 {
    guard !command.isEmpty else { return usage("measure needs a command behind --") }
    guard options.recording == nil else { return usage("measure is for this machine; 'replay DIR' reads a recording") }
    let run = "run-\(getpid())-\(Clocks.wall.milliseconds)"
    var request = RunRequest(
      run: run, command: command, journal: options.journal.isEmpty ? "\(run).journal" : options.journal,
      meterProgram: "/proc/self/exe")
    request.periodMilliseconds = options.periodMilliseconds
    request.machine = options.machine
    request.gpuLibrary = options.gpuLibrary
    request.model = options.model
    do throws(RunRefusal) {
      let outcome = try RunSession(request).run(onFault: complain)
      summarise(outcome)
      return outcome.termination.status
    } catch {
      complain(error.description)
      return error.status
    }
  }

  private static func summarise(_ outcome: RunOutcome) {
    guard let path = outcome.journal, let journal = try? Journal(path: path), let last = journal.last,
      let first = journal.samples.first
    else { return complain("nothing was measured: \(outcome.unmeasuredReason ?? "the journal is empty")") }
    let terms = last.total
    let cpu = Double(last.cpu.run - first.cpu.run) / 1e9
    complain(
      "\(terms.run.energy.formatted()) of \(terms.host.energy.formatted()) in "
        + "\(Decimals.significant(outcome.duration.seconds, digits: 3)) s, \(Decimals.significant(cpu, digits: 3)) CPU s; "
        + "journal \(path)")
  }

  /// Watts by component: all, and the idle part.
  private static func line(
    _ sample: CumulativeSample, since before: CumulativeSample, withRun: Bool = false, asksAll: Bool = true
  ) -> String {
    let span = sample.monotonic - before.monotonic
    var words = ["seconds=\(Decimals.fixed(span.seconds, places: 3))"]
    let usage = sample.cpu.usage(since: before.cpu)
    words.append("cpu_usage=\(Decimals.fixed(usage, places: 3))")
    for component in Component.allCases {
      guard let all = sample.components[component] else { continue }
      let terms = all - (before.components[component] ?? EnergyTerms())
      words.append("\(component.rawValue)_watts=\(Decimals.significant((terms.host.energy / span).watts, digits: 4))")
      // What of the memory nobody holds is not known where nobody is asked.
      guard asksAll || component != .memory else { continue }
      words.append(
        "\(component.rawValue)_idle_watts=\(Decimals.significant((terms.idle.energy / span).watts, digits: 4))")
      if withRun {
        words.append(
          "\(component.rawValue)_run_watts=\(Decimals.significant((terms.run.energy / span).watts, digits: 4))")
      }
    }
    return words.joined(separator: " ")
  }
}
