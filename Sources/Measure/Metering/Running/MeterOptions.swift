/// What a resident meter is told on its command line.
public struct MeterOptions: Hashable, Sendable {
  /// The run's id.
  public var run = ""
  /// The journal's path.
  public var journal = ""
  /// The descriptor of the control socket.
  public var control: Int32 = -1
  /// How often samples are taken, milliseconds.
  public var periodMilliseconds = 1000
  /// Processes of Dimmer besides the meter.
  public var own: [Int32] = []
  /// Processes whose new children belong to the run.
  public var reapers: [Int32] = []
  /// Whether a journal is continued.
  public var resumes = false
  /// The run's name.
  public var name: String?
  /// The region.
  public var region: String?
  /// The activity that the run is part of.
  public var parent: String?
  /// The command, for the record.
  public var command: [String] = []
  /// Where the kernel's files are.
  public var machine = MachineRoot.here
  /// Another NVIDIA driver library.
  public var gpuLibrary: String?

  /// Nothing told yet.
  public init() {}

  /// The arguments that tell a meter this.
  public var arguments: [String] {
    var words = ["run", "--run", run, "--journal", journal, "--control-fd", "\(control)"]
    words += ["--period-ms", "\(periodMilliseconds)"]
    for pid in own { words += ["--self", "\(pid)"] }
    for pid in reapers { words += ["--reaper", "\(pid)"] }
    if resumes { words.append("--resume") }
    for (key, value) in [("--name", name), ("--region", region), ("--parent", parent), ("--gpu-library", gpuLibrary)] {
      if let value { words += [key, value] }
    }
    if machine.proc != MachineRoot.here.proc { words += ["--proc", machine.proc] }
    if machine.sys != MachineRoot.here.sys { words += ["--sys", machine.sys] }
    if !command.isEmpty { words += ["--command"] + command }
    return words
  }

  /// Reads arguments, the program's name and the word `run` left out.
  ///
  /// - Throws: ``MeteringError`` that names the argument.
  public init(parsing arguments: [String]) throws(MeteringError) {
    var rest = arguments[...]
    while let key = rest.popFirst() {
      switch key {
      case "--run": run = try Self.value(key, &rest)
      case "--journal": journal = try Self.value(key, &rest)
      case "--control-fd": control = try Self.number(key, &rest)
      case "--period-ms":
        periodMilliseconds = try Self.number(key, &rest)
        guard (10...60_000).contains(periodMilliseconds) else {
          throw MeteringError("--period-ms must be 10 to 60000; counters wrap and short windows read as nothing")
        }
      case "--self": own.append(try Self.number(key, &rest))
      case "--reaper": reapers.append(try Self.number(key, &rest))
      case "--resume": resumes = true
      case "--name": name = try Self.value(key, &rest)
      case "--region": region = try Self.value(key, &rest)
      case "--parent": parent = try Self.value(key, &rest)
      case "--gpu-library": gpuLibrary = try Self.value(key, &rest)
      case "--proc": machine = MachineRoot(proc: try Self.value(key, &rest), sys: machine.sys)
      case "--sys": machine = MachineRoot(proc: machine.proc, sys: try Self.value(key, &rest))
      case "--command":
        command = Array(rest)
        rest = []
      default: throw MeteringError("unknown argument '\(key)'; dimmer-meter --help lists them")
      }
    }
  }

  private static func value(_ key: String, _ rest: inout ArraySlice<String>) throws(MeteringError) -> String {
    guard let value = rest.popFirst() else { throw MeteringError("\(key) needs a value") }
    return value
  }

  private static func number<N: FixedWidthInteger>(
    _ key: String, _ rest: inout ArraySlice<String>
  ) throws(MeteringError) -> N {
    let text = try value(key, &rest)
    guard let number = N(text), number >= 0 else { throw MeteringError("\(key) needs a whole number, not '\(text)'") }
    return number
  }
}
