import Gateway
import Ledger
import LedgerSQLite
import Methods
import Quantities
import Switching
import Testing

@testable import Service

@Suite("models and keys in dimmer.yaml")
struct ModelConfigurationTests {
  private func configuration(_ yaml: String) throws -> Configuration {
    try Configuration(yaml: yaml, file: "dimmer.yaml")
  }

  @Test("every setting of a model, a variant and a key is read")
  func everySetting() throws {
    let configuration = try configuration(
      """
      gateway: {unknown_paths: forward}
      keys:
        - {name: paper, key_env: PAPER_KEY, comments: false, usage: true}
        - {name: lab, key_file: /run/lab}
      models:
        - alias: chat
          floor: 80
          instant_floor: 75
          policy: trailing-price
          hysteresis: 0.1
          dwell: 2 h
          slo: {p95: 2 s}
          sticky: 10 min
          difficulty: prompt-length
          hedge: {after: 2 s, below: 300 g/kWh}
          comments: false
          usage: true
          forecast: persistence
          tokens: {input: 200, output: 150}
          variants:
            - name: large
              model: llama3:70b
              urls: ["http://127.0.0.1:9100", "https://models.example/llm"]
              api_key_env: LLM_KEY
              precision: fp16
              region: SE
              quality: 88
              energy_per_input_token: 1 mJ
              energy_per_output_token: 6 J
              energy_per_request: 3 J
              idle_power: 70 W
              load_energy: 9 kJ
            - {name: brief, of: large, directive: Answer briefly., url: "http://127.0.0.1:9100", server: ollama,
               api_key_file: /run/key, quality: 82, energy_per_output_token: 6 J, tokens: {output: 40}}
      """)
    #expect(configuration.unknownPaths == .forwarded)
    #expect(configuration.keys.map(\.name) == ["paper", "lab"])
    #expect(configuration.keys.map(\.place) == [.variable("PAPER_KEY"), .file("/run/lab")])
    #expect(configuration.keys[0].comments == false && configuration.keys[0].usage == true)
    #expect(configuration.keys[1].comments == nil)
    let model = try #require(configuration.models.first)
    #expect(model.instantFloor == 75 && model.hysteresis == 0.1 && model.dwell == .hours(2))
    #expect(model.latencyObjective == .seconds(2) && model.stickiness == .seconds(600))
    #expect(model.difficulty == .promptLength && model.forecast == .persistence)
    #expect(model.hedge == HedgeSettings(after: .seconds(2), below: .gramsPerKilowattHour(300)))
    #expect(!model.comments && model.usage)
    let (large, brief) = (model.variants[0], model.variants[1])
    #expect(large.model == "llama3:70b" && large.precision == "fp16" && large.region == "SE")
    #expect(large.urls == ["http://127.0.0.1:9100", "https://models.example/llm"])
    #expect(large.key == .variable("LLM_KEY") && brief.key == .file("/run/key"))
    #expect(large.idlePower == .watts(70) && large.loadEnergy == .joules(9000))
    #expect(brief.base == "large" && brief.directive == "Answer briefly." && brief.server == .ollama)
    #expect(large.tokens(beside: model).output == 150 && brief.tokens(beside: model).output == 40)
    #expect(brief.tokens(beside: model).input == 200)
  }

  @Test("a configuration can name every policy there is, and each name finds its policy")
  func policies() throws {
    let names = SwitchingPolicies.all.map { $0.name.prefix { $0 != "@" } }
    #expect(Set(PolicyName.allCases.map { $0.rawValue[...] }) == Set(names))
    for name in PolicyName.allCases {
      let yaml = "models: [{alias: a, floor: 10, policy: \(name.rawValue), variants: [{name: x, url: 'http://h'}]}]"
      #expect(try configuration(yaml).models[0].switchingPolicy.name.hasPrefix(name.rawValue + "@"))
    }
  }

  @Test("hysteresis and dwell reach the policy; a dwell is rounded up to whole intervals")
  func hysteresis() throws {
    var model = ModelSettings(alias: "a", floor: 10, variants: [])
    #expect(try (model.switchingPolicy as? RecedingHorizon)?.hysteresis == nil)
    model.dwell = .hours(2.5)
    #expect(try (model.switchingPolicy as? RecedingHorizon)?.hysteresis == Hysteresis(margin: 0.05, dwell: 3))
    (model.policy, model.hysteresis, model.dwell) = (.trailingPrice, 0.2, nil)
    #expect(try (model.switchingPolicy as? TrailingPrice)?.hysteresis == Hysteresis(margin: 0.2, dwell: 3))
  }

  @Test("energies by token weigh by the tokens of a typical request, so that a brief answer is a cheaper variant")
  func tokens() throws {
    let yaml = """
      models:
        - alias: chat
          floor: 80
          tokens: {input: 100, output: 200}
          variants:
            - {name: plain, url: "http://h", quality: 90, energy_per_input_token: 10 mJ, energy_per_output_token: 6 J}
            - {name: brief, of: plain, directive: Be brief., url: "http://h", quality: 85, energy_per_output_token: 6 J,
               tokens: {output: 40}}
      """
    let found = try Calibrations.models(
      of: configuration(yaml), kept: [], identifiers: IdentifierSource(), now: at("2026-01-01"))
    let model = try #require(found.models.first)
    #expect(found.declared.count == 2 && found.declared.allSatisfy { $0.receipt.origin == .declared })
    #expect(model.ladder.variants.map(\.name) == ["brief", "plain"])
    #expect(abs(model.ladder.variants[0].energy.joules - 240) < 1e-9)
    #expect(abs(model.ladder.variants[1].energy.joules - 1201) < 1e-9)
    #expect(model.tariffs["plain"]?.perOutputToken?.value == 6)
    #expect(model.tariffs["brief"]?.perInputToken == nil)
  }

  @Test(
    "a calibration by the token takes its typical request from the record where none is stated, else says what to do")
  func measuredTokens() async throws {
    let folder = try TemporaryFolder()
    let store = try folder.ledger()
    var record = VariantRecord.sample("plain", alias: "chat", quality: 90, perUnit: 0, perRequest: 5)
    record.perOutputToken = EnergyCoefficient(2)
    let activity = IdentifierSource().next(.serve)
    try await store.commit(
      LedgerEntry(activity: Activity(id: activity, name: "chat", started: at("2026-01-01")), variants: [record]))
    let yaml = "models: [{alias: chat, floor: 80, variants: [{name: plain, url: 'http://h'}]}]"
    let read = { () async throws in
      try await Calibrations.models(
        of: configuration(yaml), store: store, identifiers: IdentifierSource(), now: at("2026-01-02")
      ).models[0]
    }
    await #expect {
      _ = try await read()
    } throws: { error in
      "\(error)".contains("say 'tokens: {input: N, output: M}'")
    }
    for tokens in [10, 30] as [Int64] {
      var request = RequestRecord.served(
        by: "plain", units: 1, at: at("2026-01-01"), activity: activity, alias: "chat")
      request.tokensOut = tokens
      try await store.append([request])
    }
    #expect(try await read().ladder.variants[0].energy == .joules(45))
  }

  private static func model(_ more: String, variants: String = "[{name: x, url: 'http://h'}]") -> String {
    "models:\n  - alias: a\n    floor: 50\n\(more)    variants: \(variants)\n"
  }

  @Test(
    "a slip is named with its line and what to do",
    arguments: [
      (model("    instant_floor: 60\n"), 2, "'instant_floor' is above 'floor'"),
      (model("    policy: clover\n    dwell: 1 h\n"), 5, "for the policies receding-horizon and trailing-price"),
      (model("    policy: cheapest\n"), 4, "it must be one of receding-horizon"),
      (model("    slo: {p99: 1 s}\n"), 4, "unknown key 'p99'"),
      (model("    slo: {}\n"), 4, "'slo' needs 'p95'"),
      (model("    hedge: {below: 300 g/kWh}\n"), 4, "'hedge' needs 'after'"),
      (model("    difficulty: hard\n"), 4, "it must be one of prompt-length, header"),
      (model("    sticky: 0 s\n"), 4, "'sticky' must be 1 s to 7 d"),
      (model("    forecast: oracle\n"), 4, "provider, ensemble, persistence"),
      (model("", variants: "[{name: x, urls: []}]"), 4, "'urls' is empty"),
      (model("", variants: "[{name: x}]"), 4, "'url' is missing"),
      (model("", variants: "[{name: x, url: 'http://h', urls: ['http://i']}]"), 4, "'url' or 'urls', not both"),
      (model("", variants: "[{name: x, url: 'http://h', of: y}]"), 4, "without one use 'model'"),
      (
        model("", variants: "[{name: x, url: 'http://h', of: y, directive: Be brief.}]"), 4,
        "'y', which is no variant of 'a'"
      ),
      (
        model("", variants: "[{name: x, url: 'http://h', api_key_env: A, api_key_file: b}]"), 4,
        "'api_key_env' or 'api_key_file', not both"
      ),
      (model("", variants: "[{name: x, url: 'http://h', energy_per_output_token: 6 J}]"), 4, "needs 'tokens: {output"),
      (model("", variants: "[{name: x, url: 'http://h', energy_per_unit: -6 J}]"), 4, "must not be negative"),
      (model("", variants: "[{name: x, url: 'http://h', region: nowhere}]"), 4, "nowhere"),
      ("keys: [{name: a}]\nmodels: []\n", 1, "'key_env' or 'key_file' is missing"),
      ("keys: [{name: a, key: sk-secret}]\nmodels: []\n", 1, "unknown key 'key'"),
      ("gateway: {unknown_paths: 500}\nmodels: []\n", 1, "it must be one of 404, forward"),
    ])
  func slips(yaml: String, line: Int, words: String) {
    #expect {
      _ = try configuration(yaml)
    } throws: { error in
      let text = "\(error)"
      let isNamed = text.hasPrefix("dimmer.yaml:\(line): ") && text.contains(words) && !text.contains("sk-secret")
      if !isNamed { Issue.record("got: \(text)") }
      return isNamed
    }
  }

  @Test("secrets come from the environment or a file; what is missing is named by its place, and no error holds one")
  func secrets() throws {
    let reader = SecretReader(environment: ["A": " sk-1\n", "B": "", "C": "sk\u{7}2"]) { path in
      guard path == "/run/key" else { throw ConfigurationError(file: path, line: 0, "not there") }
      return Array("sk-3\n".utf8)
    }
    #expect(try reader.secret(at: .variable("A"), of: "x") == "sk-1")
    #expect(try reader.secret(at: .file("/run/key"), of: "x") == "sk-3")
    for (place, words) in [
      (SecretPlace.variable("B"), "environment variable B is empty"), (.variable("D"), "variable D is empty"),
      (.variable("C"), "characters that no key has"), (.file("/run/none"), "cannot be read"),
    ] {
      #expect {
        _ = try reader.secret(at: place, of: "variant 'x'")
      } throws: { error in
        "\(error)".contains(words) && "\(error)".contains("variant 'x'") && !"\(error)".contains("sk")
      }
    }
  }
}
