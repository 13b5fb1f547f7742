import Metering
import Quantities

#if canImport(Glibc)
  import Glibc
#endif

/// The resident's command line. Arguments are read by hand: the meter carries nothing that it does not need.
enum MeterCommand {
  static let help = """
    dimmer-meter reads what this machine's energy sources say and shares it out over processes.

      dimmer-meter sources                        what can be read here, and why not more
      dimmer-meter sample [--period-ms N]         one line: watts by component, over one period
      dimmer-meter measure [OPTION]... -- COMMAND [ARGUMENT]...
                                                  run a command and say what it took
      dimmer-meter serve [--socket FILE]          one meter for all who ask, at /run/dimmer/meter.sock as root, else at
                                                  $XDG_RUNTIME_DIR/dimmer/meter.sock; 'dimmer run' finds it
      dimmer-meter serve --fd N                   the meter of one client, whose connected socket is descriptor N

    Options of all:
      --proc DIR, --sys DIR      where the kernel's files are (a container's view of the host, a recorded machine)
      --gpu-library FILE         another NVIDIA driver library than libnvidia-ml.so.1
    Options of sample and measure:
      --period-ms N              how often to read, 10 to 60000 (default 1000)
    Options of measure:
      --journal FILE             where the journal goes (default ./RUN.journal)

    Environment:
      DIMMER_PROMETHEUS_SOURCE   a page of an exporter to read besides: URL[,metric=NAME,unit=W|J|mJ|uJ,component=cpu|gpu|platform]

    Examples:
      dimmer-meter sources
      dimmer-meter sample --period-ms 200
      dimmer-meter measure --journal train.journal -- python3 train.py --epochs 3
      sudo dimmer-meter serve

    Exit status: 0 done, 64 wrong arguments, 69 nothing could be measured or another meter serves there, 77 no
    permission; measure passes on the command's own.
    """

  static func run(_ arguments: [String]) -> Int32 {
    guard let word = arguments.first else { return usage("a command is missing") }
    let rest = Array(arguments.dropFirst())
    if rest.prefix(while: { $0 != "--" }).contains(where: { $0 == "--help" || $0 == "-h" }) {
      return say(help)
    }
    switch word {
    case "--help", "-h", "help": return say(help)
    case "serve": return withOptions(rest, serve)
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
    let access: SourceAccess
    do throws(MeteringError) {
      access = try SourceAccess { name in getenv(name).map { String(cString: $0) } }
    } catch {
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

  private static func sources(_ options: MeterOptions) -> Int32 {
    let meter = HostMeter(machine: options.machine, gpuLibrary: options.gpuLibrary)
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
    case .statistics: _ = say("busy time: \(options.machine.proc)/stat, in ticks")
    }
    return meter.descriptions.isEmpty ? 69 : 0
  }

  private static func sample(_ options: MeterOptions) -> Int32 {
    let meter = HostMeter(machine: options.machine, gpuLibrary: options.gpuLibrary)
    do throws(MeteringError) {
      let before = try meter.start()
      usleep(UInt32(options.periodMilliseconds) * 1000)
      return say(line(try meter.read(), since: before))
    } catch {
      complain(error.description)
      return 69
    }
  }

  private static func measure(_ options: MeterOptions, _ command: [String]) -> Int32 {
    guard !command.isEmpty else { return usage("measure needs a command behind --") }
    let run = "run-\(getpid())-\(Clocks.wall.milliseconds)"
    var request = RunRequest(
      run: run, command: command, journal: options.journal.isEmpty ? "\(run).journal" : options.journal,
      meterProgram: "/proc/self/exe")
    request.periodMilliseconds = options.periodMilliseconds
    request.machine = options.machine
    request.gpuLibrary = options.gpuLibrary
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
  private static func line(_ sample: CumulativeSample, since before: CumulativeSample) -> String {
    let span = sample.monotonic - before.monotonic
    var words = ["seconds=\(Decimals.fixed(span.seconds, places: 3))"]
    let usage = sample.cpu.usage(since: before.cpu)
    words.append("cpu_usage=\(Decimals.fixed(usage, places: 3))")
    for component in Component.allCases {
      guard let terms = sample.components[component] else { continue }
      words.append("\(component.rawValue)_watts=\(Decimals.significant((terms.host.energy / span).watts, digits: 4))")
      words.append(
        "\(component.rawValue)_idle_watts=\(Decimals.significant((terms.idle.energy / span).watts, digits: 4))")
    }
    return words.joined(separator: " ")
  }

  private static func say(_ text: String) -> Int32 {
    print(text)
    return 0
  }

  private static func usage(_ text: String) -> Int32 {
    complain("\(text)\ndimmer-meter --help shows how it is used")
    return 64
  }

  private static func complain(_ text: String) {
    let line = "dimmer-meter: \(text)\n"
    _ = line.withCString { write(2, $0, strlen($0)) }
  }
}
