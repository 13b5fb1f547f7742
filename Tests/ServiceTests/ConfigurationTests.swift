import Grid
import GridProviders
import Quantities
import Telemetry
import Testing

@testable import Service

@Suite("dimmer.yaml")
struct ConfigurationTests {
  static let whole = """
    gateway: {listen: "127.0.0.1:9000", loops: 2}
    control:
      listen: "[::1]:9001"
    grid:
      region: US-CAL-CISO
      trace: ciso
      issue_lag: 1h
      replay: {start: 2021-03-20T00:00:00Z, speed: 1440}
    pue: 1.2
    meter: {period: 10 s, rows: 7, names: [scaphandre, kepler]}
    models:
      - alias: digits
        floor: 86
        interval: 30min
        policy: trailing-price
        variants:
          - {name: small, url: "http://127.0.0.1:9100", quality: 58.5, quality_low: 57.9, energy_per_unit: 0.1 mJ}
          - name: large
            url: http://127.0.0.1:9100
    """

  @Test("every setting is read")
  func everySetting() throws {
    let configuration = try Configuration(yaml: Self.whole, file: "dimmer.yaml")
    #expect(configuration.gateway.description == "127.0.0.1:9000")
    #expect(configuration.loops == 2)
    #expect(configuration.control.description == "[::1]:9001")
    #expect(configuration.grid.region == "US-CAL-CISO")
    #expect(configuration.grid.source == .builtInTrace)
    #expect(configuration.grid.issueLag == .hours(1))
    #expect(configuration.grid.replay?.speed == 1440)
    #expect(configuration.pue == 1.2)
    #expect(configuration.meter.period == .seconds(10) && configuration.meter.rows == 7)
    #expect(configuration.meter.names == [.kepler, .scaphandre])
    let model = try #require(configuration.models.first)
    #expect(model.alias == "digits" && model.floor == 86 && model.policy == .trailingPrice)
    #expect(model.interval == .seconds(1800))
    #expect(model.variants[0].energyPerUnit == .joules(0.0001))
    #expect(model.variants[1].quality == nil)
  }

  @Test(
    "a mistake is named with file and line",
    arguments: [
      ("gatway: {}\n", "dimmer.yaml:1: unknown key 'gatway'; did you mean gateway?"),
      ("pue: 0.9\nmodels: []\n", "dimmer.yaml:1: 'pue' must be a number from 1 to 5"),
      ("models: []\n", "dimmer.yaml:1: 'models' is empty"),
      ("meter: {period: 100 ms}\nmodels: []\n", "dimmer.yaml:1: 'meter.period' must be 1 s to 1 min"),
      ("meter:\n  names: [zeus]\nmodels: []\n", "dimmer.yaml:2: names must be of kepler, scaphandre"),
      ("pue: 1.1\n", "dimmer.yaml:1: 'models' is missing: at least one alias with its variants is needed"),
      (
        "gateway:\n  listen: 0.0.0.0:80\nmodels: []\n",
        "dimmer.yaml:2: 'gateway.listen' is 0.0.0.0: Dimmer listens on loopback (127.0.0.1 or ::1) only, until it has authentication"
      ),
      ("a: [1\n", "dimmer.yaml:2: not YAML: did not find expected ',' or ']'"),
      (
        "models:\n  - alias: a\n    floor: 101\n    variants: []\n",
        "dimmer.yaml:3: 'models[0].floor' must be a number from 0 to 100"
      ),
      (
        "models:\n  - alias: a\n    floor: 10\n    variants:\n      - {name: x, url: 'ftp://h'}\n",
        "dimmer.yaml:5: 'ftp://h' must begin with http:// or https://"
      ),
      (
        "models:\n  - alias: a\n    floor: 10\n    interval: 5 parsecs\n    variants: [{name: x, url: 'http://h'}]\n",
        "dimmer.yaml:4: 'models[0].interval': '5 parsecs' is not a number with one of s, ns, µs, us, ms, min, m, h, d, y, for example 1.5 s"
      ),
    ])
  func mistakes(yaml: String, message: String) {
    #expect {
      _ = try Configuration(yaml: yaml, file: "dimmer.yaml")
    } throws: { error in
      let text = "\(error)"
      if text != message { Issue.record("got: \(text)") }
      return text == message
    }
  }

  @Test("only loopback addresses are loopback", arguments: ["127.0.0.1:1", "127.9.9.9:1", "localhost:1", "[::1]:1"])
  func loopback(text: String) throws { #expect(try #require(ListenAddress(text)).isLoopback) }

  @Test("other addresses are not", arguments: ["0.0.0.0:1", "10.0.0.1:1", "[::]:1", "127.0.0.1.evil:1", "127.evil:1"])
  func notLoopback(text: String) throws { #expect(!(try #require(ListenAddress(text)).isLoopback)) }
}

@Suite("grid.providers in dimmer.yaml")
struct ProviderConfigurationTests {
  private static let rest = """

    models:
      - alias: a
        floor: 10
        variants: [{name: x, url: "http://127.0.0.1:9"}]
    """

  private func grid(_ yaml: String) throws -> GridSettings {
    try Configuration(yaml: "grid:\n" + yaml + Self.rest, file: "dimmer.yaml").grid
  }

  @Test("every key of a provider is read")
  func everyKey() throws {
    let settings = try grid(
      """
        region: DE
        kind: marginal
        accept: [average, average-direct]
        refresh: 10 min
        patience: 3 s
        providers:
          - energy-charts
          - {service: electricity-maps, address: "http://127.0.0.1:7/v3", key_env: SOME_KEY}
          - {service: watttime, user: somebody, key_file: /run/key, names: {US-CAL-CISO: CAISO_NORTH}}
          - {service: carbon-aware-sdk, address: "https://sdk.example:8443", kind: average-direct}
          - service: mapped
            address: "https://grid.example"
            path: "/v1/{region}?from={start}&to={end}"
            mapping:
              {name: mine, region: DE, kind: average, format: json, records: rows, time: t, time_format: iso8601,
               time_is: start, interval: 15 min, value: v, unit: g/kWh, estimated: e, issued: i, forecast: false,
               citation: a book, licence: CC0}
      """)
    #expect(settings.kind == .marginal && settings.accepting == [.average, .averageDirect])
    #expect(settings.refresh == .seconds(600) && settings.patience == .seconds(3))
    guard case .providers(let providers) = settings.source else {
      Issue.record("\(settings.source)")
      return
    }
    #expect(providers.map(\.service) == [.energyCharts, .electricityMaps, .wattTime, .carbonAwareSDK, .mapped])
    #expect(providers[0] == ProviderSettings(.energyCharts))
    #expect(providers[1].address?.description == "http://127.0.0.1:7/v3" && providers[1].key == .variable("SOME_KEY"))
    #expect(providers[2].user == "somebody" && providers[2].key == .file("/run/key"))
    #expect(providers[2].names == [try Region("US-CAL-CISO"): "CAISO_NORTH"])
    #expect(providers[3].kind == .averageDirect)
    let mapping = try #require(providers[4].mapping)
    #expect(providers[4].path == "/v1/{region}?from={start}&to={end}" && providers[4].file == nil)
    #expect(mapping.name == "mine" && mapping.kind == .average && mapping.format == .json && mapping.records == "rows")
    #expect(mapping.time == "t" && mapping.timeFormat == .iso8601 && mapping.timeIs == .start)
    #expect(mapping.intervalSeconds == 900 && mapping.value == "v" && mapping.unit == "g/kWh")
    #expect(mapping.estimated == "e" && mapping.issued == "i" && mapping.isForecast == false)
    #expect(mapping.citation == "a book" && mapping.licence == "CC0")
  }

  @Test(
    "a slip is named with its line",
    arguments: [
      ("  providers: [energy-charts]\n", 2, "'providers' needs 'region'"),
      ("  region: DE\n  trace: ciso\n  providers: [energy-charts]\n", 4, "one of them"),
      ("  region: DE\n  providers: energy-charts\n", 3, "must be a list"),
      ("  region: DE\n  providers:\n    - energy-chart\n", 4, "it must be one of electricity-maps"),
      ("  region: DE\n  providers:\n    - {adress: x}\n", 4, "did you mean address?"),
      ("  region: DE\n  providers:\n    - {address: \"http://h\"}\n", 4, "'service' is missing"),
      ("  region: DE\n  providers:\n    - {service: eia-930, address: nowhere}\n", 4, "'nowhere' is no address"),
      (
        "  region: DE\n  providers:\n    - {service: entso-e, key_env: A, key_file: b}\n", 4,
        "'key_env' or 'key_file', not both"
      ),
      ("  region: DE\n  providers:\n    - mapped\n", 4, "'mapped' needs"),
      ("  region: DE\n  providers:\n    - {service: mapped, file: f}\n", 4, "'mapped' needs 'mapping'"),
      ("  region: DE\n  providers:\n    - {service: carbon-aware-sdk}\n", 4, "needs 'address'"),
      ("  region: DE\n  kind: medium\n", 3, "it must be one of"),
      ("  region: DE\n  accept: average\n", 3, "must be a list"),
      ("  region: DE\n  refresh: 1 s\n", 2, "'refresh' must be 10 s to 24 h"),
      ("  region: DE\n  patience: 1 h\n", 2, "'patience' must be 0.1 s to 5 min"),
    ])
  func slips(yaml: String, line: Int, words: String) {
    #expect {
      _ = try grid(yaml)
    } throws: { error in
      let text = "\(error)"
      let isNamed = text.hasPrefix("dimmer.yaml:\(line): ") && text.contains(words)
      if !isNamed { Issue.record("got: \(text)") }
      return isNamed
    }
  }
}
