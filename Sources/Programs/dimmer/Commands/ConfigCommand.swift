import ArgumentParser
import Foundation
import Service

/// `dimmer config`: the configuration file.
struct ConfigCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config", abstract: "Check a configuration file.",
    discussion: """
      Example:
        dimmer config check --config dimmer.yaml
      """, subcommands: [Check.self])

  /// `dimmer config check`.
  struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Read dimmer.yaml, name what is wrong with its line, and review ladder and grid.",
      discussion: """
        Says which variants are of no use, where one is missing, whether floors are within reach, and what it is worth
        here to watch the grid: from the configured series, or from what providers said and is kept.

        Example:
          dimmer config check --config dimmer.yaml --ask
        """)

    @Flag(help: "Ask the model servers, too, whether variants of an alias take and give the same tensors (KServe v2).")
    var ask = false

    @Option(help: ArgumentHelp("The file.", valueName: "FILE"))
    var config = "dimmer.yaml"

    func run() async throws {
      let configuration = try ConfigurationFile.read(config)
      let probes = try ProbeFiles.read(of: configuration)
      let variants = configuration.models.reduce(0) { $0 + $1.variants.count }
      Output.result(
        "\(config) is fine: \(configuration.models.count) alias(es), \(variants) variant(s), gateway on \(configuration.gateway), page on \(configuration.control)"
      )
      for (alias, set) in probes.sorted(by: { $0.key < $1.key }) {
        Output.result("\(alias): its variants' quality is kept fresh with \(set.probes.count) probes.")
      }
      for line in try await ConfigurationReview.sentences(of: configuration, asking: ask) { Output.result(line) }
    }
  }
}

/// Reading `dimmer.yaml`, with the environment over it.
enum ConfigurationFile {
  static func read(_ path: String) throws -> Configuration {
    try Configuration(yaml: String(decoding: try Files.read(path), as: UTF8.self), file: path)
  }

  /// Keys come from the environment and from files.
  static var secrets: SecretReader {
    SecretReader(environment: ProcessInfo.processInfo.environment) { try Files.read($0) }
  }

  /// The grid's part alone.
  static func grid(_ path: String) throws -> GridSettings {
    try GridSettings(yaml: String(decoding: try Files.read(path), as: UTF8.self), file: path)
  }
}
