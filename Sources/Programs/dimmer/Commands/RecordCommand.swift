import ArgumentParser
import Foundation
import Quantities

/// `dimmer record`: a machine in a folder, to be replayed elsewhere.
struct RecordCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "record", abstract: "Record what this machine tells of its energy in a folder, for a bug report.",
    discussion: """
      Kept are the kernel's files that a meter reads, with their modes, look by look: no command lines, no environment,
      no names of processes unless --names is given. 'dimmer doctor --machine DIR' and 'dimmer-meter replay DIR' read it
      elsewhere.

      Examples:
        dimmer record ./machine
        dimmer record ./machine --seconds 30 --period 200ms
        dimmer record ./machine --pid 4711            'dimmer run --machine ./machine' then makes a run of it
        dimmer record ./machine --cgroup /system.slice/vllm.service
      """)

  @Argument(help: "The folder to make; it must not be there.")
  var folder: String

  @Option(help: "How long, in seconds.")
  var seconds = 10

  @Option(help: "How often, for example 1s or 200ms.")
  var period = "1s"

  @Option(help: ArgumentHelp("The process to follow: its control group is kept, too.", valueName: "PID"))
  var pid: Int32?

  @Option(help: ArgumentHelp("The control group to follow: its path below the mount.", valueName: "PATH"))
  var cgroup: String?

  @Flag(help: "Keep the names of processes.")
  var names = false

  func run() throws {
    guard pid == nil || cgroup == nil else { throw Failure(.usage, "give one of --pid and --cgroup") }
    let span = try Span(parsing: period)
    // The meter does it, with whatever it may read; this process becomes the meter.
    let meter = ProcessInfo.processInfo.meterPath
    let words =
      [meter, "record", folder, "--seconds", "\(seconds)", "--period-ms", "\(Int(span.seconds * 1000))"]
      + (names ? ["--names"] : []) + (pid.map { ["--pid", "\($0)"] } ?? [])
      + (cgroup.map { ["--cgroup", $0] } ?? [])
    let arguments = words.map { strdup($0) } + [nil]
    execv(meter, arguments)
    throw Failure(.unavailable, "\(meter) cannot be started: \(String(cString: strerror(errno)))")
  }
}
