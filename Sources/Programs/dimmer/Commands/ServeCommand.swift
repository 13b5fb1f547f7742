import ArgumentParser
import Factors
import Foundation
import Grid
import Ledger
import Logging
import Metering
import Quantities
import Service
import ServiceLifecycle
import Switching
import UnixSignals

/// `dimmer serve`: the gateway, its control loops and the page.
struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Serve models behind aliases and switch variants with the grid.",
    discussion: """
      Example:
        dimmer serve --config dimmer.yaml

      with dimmer.yaml as:

        gateway: {listen: "127.0.0.1:8080"}
        control: {listen: "127.0.0.1:8081"}
        grid: {region: US-CAL-CISO, series: intensity.csv, column: intensity_g_per_kwh}
        models:
          - alias: chat
            floor: 80
            variants:
              - {name: small, url: "http://127.0.0.1:9001", quality: 74, energy_per_unit: 120 J}
              - {name: large, url: "http://127.0.0.1:9002", quality: 83, energy_per_unit: 900 J}

      Live signals instead of a file, best first; keys come from the environment (dimmer grid --help names them):

        grid: {region: DE, providers: [electricity-maps, energy-charts]}

      Callers use the alias as the model's name (KServe v2 or OpenAI); a variant's own name is never substituted.
      The control port's /metrics shows Prometheus what this machine takes: joules by part, idle, Dimmer's own, and the
      processes, sessions, containers and control groups that take most. The machine's meter reads it where one serves,
      else a meter here; the page says which. Settings and their defaults:

        meter: {period: 5 s, rows: 20, names: []}      names: [kepler, scaphandre] adds theirs, as '?names=kepler' does

      More that an alias and a variant can be told ('dimmer config check' reviews it and says what timing is worth):

        keys: [{name: lab, key_env: LAB_KEY}]          then callers must show one; secrets stand in no file of settings
        models:
          - alias: chat
            floor: 80
            instant_floor: 75                          no hour below it
            guard: certain                             no day below the floor, even if nobody comes any more
            slo: {p95: 2 s}                            loads are held to what meets it, as measured
            sticky: 10 min
            hedge: {after: 2 s, below: 300 g/kWh}
            forecast: ensemble                         or persistence, provider
            probes: {file: probes.jsonl, judge: exact, sample: 50, least: 6 h, longest: 72 h}
                                                       asked at clean hours; what they find replaces 'quality'
            tokens: {input: 200, output: 150}          of a typical request, where energies are by token
            variants:
              - {name: large, model: "llama3:70b", urls: ["http://127.0.0.1:11434"], server: ollama, quality: 88,
                 energy_per_output_token: 6 J, idle_power: 70 W, load_energy: 9 kJ}
              - {name: brief, of: large, model: "llama3:70b", url: "http://127.0.0.1:11434", server: ollama,
                 directive: Answer briefly., quality: 84, energy_per_output_token: 6 J, tokens: {output: 40}}
              - {name: north, region: SE, pue: 1.1, model: "llama3:70b", url: "https://models.example", quality: 88,
                 energy_per_output_token: 6 J}     weighed and charged with the grid and PUE of where it stands

      Providers are asked for the regions of variants, too; a recorded series needs theirs beside it:

        grid: {region: DE, series: de.csv, column: ci, places: [{region: SE, series: se.csv, column: ci}]}

      All ports listen on loopback only. SIGTERM and Ctrl-C end it after the requests in flight are answered.
      """)

  @Option(help: ArgumentHelp("The configuration.", valueName: "FILE"))
  var config = "dimmer.yaml"

  @Option(
    help: ArgumentHelp("Write the two ports and the activity's id as JSON to FILE once both listen.", valueName: "FILE")
  )
  var ready: String?

  func run() async throws {
    let configuration = try ConfigurationFile.read(config)
    let probes = try ProbeFiles.read(of: configuration)
    let store = try await Record.openTakingInJournals()
    let identifiers = IdentifierSource()
    let started = Wall.clock()
    let (models, declared) = try await Calibrations.models(
      of: configuration, store: store, identifiers: identifiers, now: started)
    let grid = try GridSetup(
      configuration.grid, store: store as? any SignalStore,
      regions: Set(models.flatMap(\.ladder.places)))

    var activity = Activity(
      id: identifiers.next(.serve), name: models.map(\.alias).joined(separator: ", "), started: started,
      clock: grid.clockText)
    activity.region = grid.region
    activity.gridStarted = grid.clock.now
    let presence = try Presence(of: activity.id, in: Record.directory())
    let site = [try Record.pue(configuration.pue, of: activity.id), try Record.embodiedPerSecond(of: activity.id)]
    try await store.commit(LedgerEntry(activity: activity, figures: site, variants: declared))

    let readyFile = ready
    let activityID = activity.id
    var setup = DimmerServer.Setup(
      configuration: configuration, models: models, provider: grid.provider, clock: grid.clock,
      clockText: grid.clockText, store: store, activity: activity.id, identifiers: identifiers, wall: Wall.clock,
      machine: try Self.machine(), desk: grid.desk, secrets: ConfigurationFile.secrets,
      residency: models.contains(where: \.canBeUnloaded) ? OllamaResidency(exchange: PlainHTTP.exchange) : nil,
      past: grid.past, site: site, places: grid.places,
      onListening: { gateway, control in
        Output.progress(
          "gateway on http://\(configuration.gateway.host):\(gateway), page on http://\(configuration.control.host):\(control)/"
        )
        guard let readyFile else { return }
        let text = "{\"gateway_port\":\(gateway),\"control_port\":\(control),\"activity\":\"\(activityID)\"}\n"
        do { try Files.write(text, to: readyFile) } catch { Output.error("\(error)") }
      })
    setup.probes = probes
    setup.sendProbe = PlainHTTP.probe
    let server = try DimmerServer(setup, logger: Log.logger("serve", level: .notice))
    let group = ServiceGroup(
      configuration: .init(
        services: server.services.map { .init(service: $0, successTerminationBehavior: .gracefullyShutdownGroup) },
        gracefulShutdownSignals: [.sigterm, .sigint], logger: Log.logger("services", level: .error)))

    var failure: (any Error)?
    do { try await group.run() } catch { failure = error }
    await grid.close()
    activity.status = failure == nil ? .done : .failed
    activity.reason = failure.map { "ended with an error: \($0)" }
    activity.ended = Wall.clock()
    activity.gridEnded = grid.clock.now
    try await store.commit(LedgerEntry(activity: activity))
    presence.end()
    if let failure { throw failure }
  }
}

extension ServeCommand {
  /// What the machine is read with for `/metrics`.
  fileprivate static func machine() throws -> MachineAccess {
    let environment = ProcessInfo.processInfo.environment
    do throws(MeteringError) {
      return MachineAccess(
        sockets: MeterAddress.candidates(environment: environment), sources: try SourceAccess { environment[$0] })
    } catch {
      throw Failure(.configuration, error.description)
    }
  }
}

/// The questions with known answers that a configuration names.
enum ProbeFiles {
  /// Reads them, by alias.
  static func read(of configuration: Configuration) throws -> [String: ProbeSet] {
    var sets: [String: ProbeSet] = [:]
    for model in configuration.models {
      guard let file = model.probes?.file else { continue }
      sets[model.alias] = try ProbeSet(lines: String(decoding: try Files.read(file), as: UTF8.self), file: file)
    }
    return sets
  }
}

/// Structured logs on stderr, warnings and worse unless `DIMMER_LOG` says otherwise.
enum Log {
  static func logger(_ label: String, level: Logger.Level = .warning) -> Logger {
    var logger = Logger(label: "dimmer.\(label)") { StreamLogHandler.standardError(label: $0) }
    let wanted = ProcessInfo.processInfo.environment["DIMMER_LOG"].flatMap { Logger.Level(rawValue: $0.lowercased()) }
    logger.logLevel = wanted ?? level
    return logger
  }
}
