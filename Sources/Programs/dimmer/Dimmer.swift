import ArgumentParser

/// The command line. Each command is a file in Commands; what it prints follows one contract: results on stdout (a
/// table, or one JSON document with `--json`), progress and logs on stderr, exit status by sysexits.
@main
struct Dimmer: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dimmer",
    abstract: "Measure what AI work costs the planet, down to one query, and turn it down.",
    discussion: """
      Examples:
        dimmer run --region DE -- python train.py    measure a command: energy, carbon, water
        dimmer top                                   who takes the power of this machine, now
        dimmer doctor                                what can be read here, and the fix for what can not
        dimmer runs list                             what was measured
        dimmer import codecarbon emissions.csv       runs that another tool wrote down
        dimmer explain run_01k...                    where a figure comes from, down to its sources
        dimmer label run_01k...                      one card of a run or a request, to show to others
        dimmer estimate text --model "Llama 3.1 8B"  a request, an image, a training nobody measured
        dimmer compare --task chat --model ...       options side by side, and which are lower
        dimmer why gpt3 aiindex-gpt3                 why two figures differ, step by step
        dimmer reproduce training                    published numbers beside ours, with verdicts
        dimmer lint README.md                        slips of unit and boundary in a card or report
        dimmer equivalences --energy "1.2 kWh"       an amount beside everyday things
        dimmer restate                               kept figures under newer versions of methods
        dimmer savings                               what switching saved, day by day
        dimmer demo                                  the main job on this machine, in two minutes
        dimmer serve --config dimmer.yaml            the gateway that switches variants with the grid

      Figures have an interval (95 %), an origin and a method. What is not known is said to be unknown, never zero.
      Exit status: 0 done, 64 usage, 65 bad data, 66 no input, 69 a needed service is away, 74 I/O, 77 no permission,
      78 configuration. 'dimmer run' passes on the command's own status.
      """,
    version: Version.current,
    subcommands: [
      RunCommand.self, TopCommand.self, DoctorCommand.self, RecordCommand.self, RunsCommand.self, ExplainCommand.self,
      LabelCommand.self, ExportCommand.self, ImportCommand.self, RestateCommand.self, GridCommand.self,
      EstimateCommand.self, CompareCommand.self, WhyCommand.self, ReproduceCommand.self, LintCommand.self,
      EquivalencesCommand.self, MethodsCommand.self, CalcCommand.self, ReplayCommand.self, SavingsCommand.self,
      ServeCommand.self, DemoCommand.self, ConfigCommand.self,
    ])

  @MainActor
  static func main() async {
    Signals.surviveBrokenPipe()
    do {
      var command = try parseAsRoot(try NegativeNumbers.joined(Array(CommandLine.arguments.dropFirst())))
      if let run = command as? RunCommand {
        await run.finish(try run.measure())
      } else if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
      if let failure = Output.failure { throw failure }
    } catch {
      Failure.end(with: error)
    }
  }
}

/// The program's version, printed by `dimmer --version` and written into records.
enum Version {
  static let current = "0.1.0"
}
