import ArgumentParser
import Foundation
import UnixSignals

/// `dimmer demo`: the main job on this machine, end to end.
struct DemoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "The main job on this machine, end to end, in about two minutes.",
    discussion: """
      Serves a family of models, measures each one's energy, and lets 'dimmer serve' switch between them while 48 real
      hours of California's grid pass. Every answer is held against what is right. It ends with a table and an HTML
      report. 'vision' is what runs without a word more: image classifiers. 'text' has summarisers.

      Examples:
        dimmer demo
        dimmer demo --summary demo.json
        dimmer demo --keep             leave the page running afterwards
        dimmer demo text
        dimmer demo text --upstream http://127.0.0.1:11434

      Python 3.11 and its venv are needed; the first run installs the models' packages into .venv.
      'dimmer demo vision --help' and 'dimmer demo text --help' list the options.
      """, subcommands: [VisionCommand.self, TextCommand.self], defaultSubcommand: VisionCommand.self)
}

/// `dimmer demo vision`.
struct VisionCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "vision", abstract: "Image classifiers behind MLServer; every image is held against its true label.",
    discussion: """
      Examples:
        dimmer demo vision
        dimmer demo vision --summary demo.json
      """)

  @OptionGroup var options: DemoOptions

  func run() async throws { try await options.untilStopped { try await VisionDemo(options: options).run() } }
}

/// `dimmer demo text`.
struct TextCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "text",
    abstract: "Summarisers behind an OpenAI-shaped server; every summary is scored by ROUGE.",
    discussion: """
      Extractive summarisers of rising cost shorten bulletins of five articles, which Dimmer brings with it (CC0). With
      --upstream the models of an Ollama, vLLM or llama.cpp server on this machine do it instead. Their energy is that of
      the process at the server's port and of what it starts. Where that process can not be seen (another user's, or in a
      container) it is what the whole machine used beyond idle while it answered, less what it used between: then keep
      other work low.

      Examples:
        dimmer demo text
        dimmer demo text --upstream http://127.0.0.1:11434 --models llama3.2:1b,llama3.2:3b,llama3.1:8b
      """)

  @OptionGroup var options: DemoOptions

  @Option(help: ArgumentHelp("An OpenAI-shaped server on this machine whose models answer.", valueName: "URL"))
  var upstream: String?

  @Option(help: ArgumentHelp("Models of that server, with commas between; all without it.", valueName: "NAMES"))
  var models: String?

  @Option(
    help: ArgumentHelp(
      "Bulletins on which each model is measured (default: 96; 16 with --upstream).", valueName: "COUNT"))
  var bulletins: Int?

  func validate() throws {
    guard models == nil || upstream != nil else {
      throw ValidationError("--models chooses among the models of --upstream; it needs that")
    }
    guard (8...1000).contains(bulletins ?? 96) else { throw ValidationError("--bulletins must be 8 to 1000") }
    if let upstream { _ = try UpstreamAddress(upstream) }
  }

  func run() async throws {
    try await options.untilStopped {
      let names = models.map { $0.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) } }
      let address = try upstream.map { try UpstreamAddress($0) }
      try await TextDemo(
        options: options, upstream: address, names: names, bulletins: bulletins ?? (upstream == nil ? 96 : 16)
      ).run()
    }
  }
}
