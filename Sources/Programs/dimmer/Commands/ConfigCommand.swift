import ArgumentParser
import Service

/// `dimmer config`: the configuration file.
struct ConfigCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config", abstract: "Check a configuration file.",
    discussion: """
      Example:
        dimmer config check --config dimmer.yaml
      """, subcommands: [Check.self])

  /// `dimmer config check`.
  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Read dimmer.yaml and name what is wrong with file and line.",
      discussion: """
        Example:
          dimmer config check --config dimmer.yaml
        """)

    @Option(help: ArgumentHelp("The file.", valueName: "FILE"))
    var config = "dimmer.yaml"

    func run() throws {
      let configuration = try ConfigurationFile.read(config)
      let variants = configuration.models.reduce(0) { $0 + $1.variants.count }
      Output.result(
        "\(config) is fine: \(configuration.models.count) alias(es), \(variants) variant(s), gateway on \(configuration.gateway), page on \(configuration.control)"
      )
    }
  }
}

/// Reading `dimmer.yaml`, with the environment over it.
enum ConfigurationFile {
  static func read(_ path: String) throws -> Configuration {
    try Configuration(yaml: String(decoding: try Files.read(path), as: UTF8.self), file: path)
  }

  /// The grid's part alone.
  static func grid(_ path: String) throws -> GridSettings {
    try GridSettings(yaml: String(decoding: try Files.read(path), as: UTF8.self), file: path)
  }
}
