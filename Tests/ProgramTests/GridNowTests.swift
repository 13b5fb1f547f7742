import Foundation
import Testing

/// `dimmer grid now` with services that are away, slow or lie, over real connections.
@Suite("dimmer grid now")
struct GridNowTests {
  private static func configuration(_ address: String) -> String {
    """
    grid:
      region: US-CAL-CISO
      providers: [{service: electricity-maps, address: "\(address)", key_env: GRID_KEY}]
    models:
      - alias: chat
        floor: 80
        variants: [{name: a, url: "http://127.0.0.1:9", quality: 90, energy_per_unit: 2 J}]

    """
  }

  private func now(_ space: Workspace, _ place: String, _ options: String...) async throws -> Ending {
    try await space.start(
      ["grid", "now", place, "--timeout", "2s"] + options, environment: ["GRID_KEY": ReplayedProvider.key]
    ).end()
  }

  @Test(
    "whatever the service does, the answer says from what it is and why from nothing better",
    arguments: [
      (ReplayedProvider.Manner.fails, "status 500"), (.html, "a web page"), (.hangs, "no whole answer within"),
      (.drips, "no whole answer within"), (.limits, "it asks to be left alone until"),
      (.answers, "and is too old"),
    ])
  func standsIn(_ manner: ReplayedProvider.Manner, _ words: String) async throws {
    try await Workspace.use { space in
      let provider = try await ReplayedProvider.start(space, at: "2021-03-20T12:50:00Z", manner: manner)
      try space.write("dimmer.yaml", Self.configuration(provider.address))
      let json = try await now(space, "US-CAL-CISO", "--config", "dimmer.yaml", "--json")
      #expect(json.status == 0, "\(json.error)")
      let document = try JSON(json.output)
      #expect(document["rung"].string == "yearly-mean" && document["unit"].string == "g/kWh")
      #expect(try document["value"].number() > 100)
      expectContractOfFigures(document["intensity_grams_per_kwh"], methods: try await space.methods())
      let step = document["steps"][0]
      #expect(step["provider"].string == "Electricity Maps" && step["answered"].bool == false)
      #expect(step["reason"].string?.contains(words) == true, "\(step)")
      // The chain's own clock, not the noisy machine's: nobody was waited for longer than was allowed.
      #expect(try step["duration_seconds"].number() < 2.5)
      let text = try await now(space, "US-CAL-CISO", "--config", "dimmer.yaml")
      #expect(text.status == 0 && text.output.contains("g/kWh") && text.output.contains("estimated"))
      #expect(text.error.contains("the yearly mean stands in") && text.error.contains(words), "\(text.error)")
    }
  }

  @Test("a service that refuses connections is named with what to look at")
  func refused() async throws {
    try await Workspace.use { space in
      try space.write("dimmer.yaml", Self.configuration("http://127.0.0.1:9/v3"))
      let text = try await now(space, "US-CAL-CISO", "--config", "dimmer.yaml")
      #expect(text.status == 0, "\(text.error)")
      #expect(text.error.contains("Electricity Maps: it cannot be reached"), "\(text.error)")
      #expect(text.error.contains("check the network and the address"))
    }
  }

  @Test("without a configuration and asking nobody there is the yearly mean, and that is said")
  func offline() async throws {
    try await Workspace.use { space in
      let text = try await space.dimmer("grid", "now", "DE", "--offline")
      #expect(text.status == 0 && text.output.hasPrefix("Germany: "), "\(text.output)\(text.error)")
      #expect(text.error.contains("the yearly mean stands in"))
    }
  }

  @Test(
    "a place that nobody knows or that could be two is refused, never guessed",
    arguments: [
      ("Atlantis", "no region 'Atlantis'"), ("Georgia", "write one of GE, azure:"),
      ("us-west-22", "us-west-2"),
    ])
  func places(_ place: String, _ words: String) async throws {
    try await Workspace.use { space in
      let ending = try await space.dimmer("grid", "now", place, "--offline")
      #expect(ending.status == 64 && ending.output.isEmpty, "\(ending.output)")
      #expect(ending.error.contains(words), "\(ending.error)")
    }
  }

  @Test("a slip in the configuration is named with its line, a configuration that is not there ends with 66")
  func configurations() async throws {
    try await Workspace.use { space in
      try space.write(
        "dimmer.yaml", Self.configuration("http://127.0.0.1:9").replacing("electricity-maps", with: "electricity-map"))
      let slip = try await now(space, "DE", "--config", "dimmer.yaml")
      #expect(slip.status == 78 && slip.error.contains("dimmer.yaml:3"), "\(slip.error)")
      #expect(slip.error.contains("electricity-map'"))
      #expect(try await now(space, "DE", "--config", "absent.yaml").status == 66)
      #expect(try await space.dimmer("grid", "now", "DE", "--timeout", "0").status == 64)
      #expect(try await space.dimmer("grid", "now").status == 64)
    }
  }
}
