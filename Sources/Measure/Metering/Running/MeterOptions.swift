/// What a meter is told on its command line.
public struct MeterOptions: Hashable, Sendable {
  /// Where the kernel's files are.
  public var machine = MachineRoot.here
  /// Another NVIDIA driver library.
  public var gpuLibrary: String?
  /// Whose models stand in for what is not measured.
  public var model = PowerModel.dimmer
  /// How often samples are taken, milliseconds.
  public var periodMilliseconds = 1000
  /// The journal's path.
  public var journal = ""
  /// Where to listen.
  public var socket: String?
  /// The descriptor of the one client to serve, or -1.
  public var client: Int32 = -1

  /// The folder of a recorded machine to read in the place of this one.
  public var recording: String?
  /// How long to sample or to record, seconds; `nil` when it was not said.
  public var seconds: Int?
  /// Whether to sample the machine alone, asking no process.
  public var isHostOnly = false
  /// Whether a recording keeps the names of processes.
  public var keepsNames = false
  /// A process of a recording to measure.
  public var pid: Int32?
  /// A control group of a recording to measure.
  public var group: String?

  /// Nothing told yet.
  public init() {}

  /// The arguments that tell another meter which machine to read, and by whose models.
  public var machineArguments: [String] {
    var words: [String] = []
    if let gpuLibrary { words += ["--gpu-library", gpuLibrary] }
    if model != .dimmer { words += ["--model", model.rawValue] }
    if machine.proc != MachineRoot.here.proc { words += ["--proc", machine.proc] }
    if machine.sys != MachineRoot.here.sys { words += ["--sys", machine.sys] }
    return words
  }

  /// Reads arguments, those of the program's name and of its command left out.
  ///
  /// - Throws: ``MeteringError`` that names the argument.
  public init(parsing arguments: [String]) throws(MeteringError) {
    var rest = arguments[...]
    while let key = rest.popFirst() {
      switch key {
      case "--journal": journal = try Self.value(key, &rest)
      case "--socket": socket = try Self.value(key, &rest)
      case "--fd": client = try Self.number(key, &rest)
      case "--period-ms":
        periodMilliseconds = try Self.number(key, &rest)
        guard (10...60_000).contains(periodMilliseconds) else {
          throw MeteringError("--period-ms must be 10 to 60000; counters wrap and short windows read as nothing")
        }
      case "--machine": recording = try Self.value(key, &rest)
      case "--seconds":
        let number: Int = try Self.number(key, &rest)
        guard (1...86_400).contains(number) else { throw MeteringError("--seconds must be 1 to 86400") }
        seconds = number
      case "--names": keepsNames = true
      case "--host-only": isHostOnly = true
      case "--pid": pid = try Self.number(key, &rest)
      case "--cgroup": group = try Self.value(key, &rest)
      case "--gpu-library": gpuLibrary = try Self.value(key, &rest)
      case "--model":
        let name = try Self.value(key, &rest)
        guard let known = PowerModel(rawValue: name) else {
          let names = PowerModel.allCases.map(\.rawValue).joined(separator: ", ")
          throw MeteringError("--model '\(name)' is not known; there are \(names)")
        }
        model = known
      case "--proc": machine = MachineRoot(proc: try Self.value(key, &rest), sys: machine.sys)
      case "--sys": machine = MachineRoot(proc: machine.proc, sys: try Self.value(key, &rest))
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
