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
        "dimmer.yaml:5: 'url' must begin with http:// (a model server beside Dimmer)"
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
