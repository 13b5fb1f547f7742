import Foundation
import Testing

/// Clients of the Carbon Aware SDK at the control port of `dimmer serve`.
@Suite("The Carbon Aware SDK's clients")
struct CarbonAwareClientTests {
  private static let start = "2021-03-18T12:50:00Z"

  /// Gives a test a `dimmer serve` whose grid is a service that plays the recorded days in real time.
  private func use(_ body: (Workspace, Serving) async throws -> Void) async throws {
    try await Workspace.use { space in
      let provider = try await ReplayedProvider.start(space, at: Self.start)
      let serving = try await Serving.start(
        space,
        configuration: """
          gateway: {listen: "127.0.0.1:0"}
          control: {listen: "127.0.0.1:0"}
          grid:
            region: US-CAL-CISO
            replay: {start: \(Self.start), speed: 1}
            providers: [{service: electricity-maps, address: "\(provider.address)", key_env: GRID_KEY}]
            patience: 2 s
          models:
            - alias: chat
              floor: 80
              variants:
                - {name: small, url: "http://127.0.0.1:9", quality: 74, energy_per_unit: 2 J}
                - {name: large, url: "http://127.0.0.1:9", quality: 83, energy_per_unit: 9 J}

          """, environment: ["GRID_KEY": ReplayedProvider.key])
      try await provider.follow(serving)
      try await body(space, serving)
    }
  }

  @Test("a client gets from every path what can be worked out from the trace alone")
  func answers() async throws {
    let python = try #require(Programs.system("python3"), "python3 is not on the PATH")
    try await use { space, serving in
      let ending = try await space.start(program: [
        python, "\(Programs.root)/Tests/CarbonAwareClient/check.py", "http://127.0.0.1:\(serving.control)",
        space.file("trace.csv"), Self.start,
      ]).end()
      #expect(ending.status == 0, "\(ending.error)")
      #expect(ending.error.contains("\nOK\n") && !ending.error.contains("skipped"), "\(ending.error)")
    }
  }

  /// `scripts/setup.sh test` brings schemathesis. `make fuzz` asks for more examples a path, from other seeds.
  private static let schemathesis: String? = {
    let path = "\(Programs.root)/.venv-tests/bin/schemathesis"
    return FileManager.default.isExecutableFile(atPath: path) ? path : nil
  }()

  @Test(
    "schemathesis finds no fault against the description that is served, with every check",
    .enabled(if: schemathesis != nil, "no schemathesis: 'scripts/setup.sh test' brings it"))
  func fuzzed() async throws {
    let schemathesis = try #require(Self.schemathesis)
    let examples = Programs.environment("DIMMER_FUZZ_EXAMPLES") ?? "25"
    // A recorded series: nobody has to be asked, so that what is tried is the interface.
    try await Workspace.use { space in
      let serving = try await Serving.start(space, configuration: Serving.configuration(upstream: 9))
      let ending = try await space.start(program: [
        schemathesis, "--config-file", "\(Programs.root)/Tests/CarbonAwareClient/schemathesis.toml", "run",
        "http://127.0.0.1:\(serving.control)/swagger/v1/swagger.json", "--checks", "all", "--max-examples", examples,
        "--seed", Programs.environment("DIMMER_FUZZ_SEED") ?? "20210320", "--continue-on-failure",
      ]).end(within: .seconds(3600))
      #expect(ending.status == 0, "\(ending.output.suffix(6000)) \(ending.error)")
      #expect(ending.output.contains("Tested: 9"), "\(ending.output)")
    }
  }
}
