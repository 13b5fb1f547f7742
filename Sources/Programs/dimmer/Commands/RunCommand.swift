import ArgumentParser

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
        dimmer run --attach 4711 --name server        until process 4711 ends, or Ctrl-C
        dimmer run --cgroup /system.slice/vllm.service
        dimmer run --model codecarbon -- python train.py   to compare figures with CodeCarbon's
        dimmer run --machine ./machine                whom 'dimmer record' was told to follow there

      A dimmer run inside another is a part of it. When the machine's meter ('dimmer-meter serve') answers at
      /run/dimmer/meter.sock it does the reading; else the run has a meter of its own.

      Without --region (or DIMMER_REGION) carbon is unknown, never guessed. Exit status: the command's own; 127 when it
      is not there, 126 when it can not be run. With --machine nothing is started, a command is for the record only, times
      and period are the recording's, and the exit status is 0, or 65 when the recording can not be read.
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

  @Option(help: ArgumentHelp("Measure a process that runs already, and its descendants.", valueName: "PID"))
  var attach: Int32?

  @Option(help: ArgumentHelp("Measure a control group: its path below the mount, or in full.", valueName: "PATH"))
  var cgroup: String?

  @Option(
    help: ArgumentHelp(
      "Whose models stand in for what is not measured: dimmer, codecarbon or codecarbon-process.", valueName: "NAME"))
  var model = "dimmer"

  @Option(
    help: ArgumentHelp(
      "Measure on a recorded machine instead of this one: whom it followed, or --attach or --cgroup of it.",
      valueName: "DIR"))
  var machine: String?

  @Flag(name: .shortAndLong, help: "No live line and no label.")
  var quiet = false

  @Argument(parsing: .postTerminator, help: "The command and its arguments, after '--'.")
  var command: [String] = []
}
