import Foundation
import Testing

@Suite("dimmer methods and dimmer calc")
struct CalcTests {
  /// One published or hand-made vector: inputs as JSON, the output looked at, its value and relative tolerance.
  struct Vector: Sendable, CustomTestStringConvertible {
    let method: String
    let input: String
    let key: String
    let value: Double
    var tolerance = 1e-9

    var testDescription: String { "\(method) \(input.prefix(60)) gives \(key) = \(value)" }
  }

  /// Intensity of CISO, March 2021, 49 hours (artifact of CLOVER), and EfficientNet with synthetic energies.
  private static let march = MarchTrace.values.map { "\($0)" }.joined(separator: ",")
  private static let ladder = """
    [{"name":"B1","quality":78.382,"energy_joules":0.235},{"name":"B3","quality":81.528,"energy_joules":0.29},
    {"name":"B5","quality":83.776,"energy_joules":0.695},{"name":"B7","quality":84.582,"energy_joules":2.05}]
    """

  static let vectors: [Vector] = [
    // Points of Boavizta's curve, TDP 225 W.
    Vector(method: "load-curve", input: #"{"tdp_watts":225,"load":0}"#, key: "power_watts", value: 27),
    Vector(method: "load-curve", input: #"{"tdp_watts":225,"load":0.05}"#, key: "power_watts", value: 49.5),
    Vector(method: "load-curve", input: #"{"tdp_watts":225,"load":0.25}"#, key: "power_watts", value: 108.28125),
    Vector(method: "load-curve", input: #"{"tdp_watts":225,"load":0.5}"#, key: "power_watts", value: 168.75),
    Vector(method: "load-curve", input: #"{"tdp_watts":225,"load":0.75}"#, key: "power_watts", value: 199.125),
    Vector(method: "load-curve", input: #"{"tdp_watts":225,"load":1}"#, key: "power_watts", value: 229.5),
    // Cloud Carbon Footprint, EPYC 2nd generation.
    Vector(
      method: "vcpu-load", input: #"{"vcpus":8,"load":0.5,"idle_watts":0.47,"full_watts":1.69}"#, key: "power_watts",
      value: 8.64),
    // 1.2 kWh at 56.039 g/kWh, without and with PUE 1.5, counted once.
    Vector(
      method: "operational-carbon@1", input: #"{"energy_joules":4320000,"pue":1,"intensity_grams_per_kwh":56.039}"#,
      key: "carbon_grams", value: 67.2468),
    Vector(
      method: "operational-carbon", input: #"{"energy_joules":4320000,"pue":1.5,"intensity_grams_per_kwh":56.039}"#,
      key: "carbon_grams", value: 100.8702),
    // 10 kWh, WUE 0.55 L/kWh, PUE 1.2, EWIF 3.142 L/kWh: 5.5 + 37.704 litres.
    Vector(
      method: "water",
      input: #"{"energy_joules":3.6e7,"wue_litres_per_kwh":0.55,"pue":1.2,"ewif_litres_per_kwh":3.142}"#,
      key: "water_litres", value: 43.204),
    Vector(
      method: "water",
      input: #"{"energy_joules":3.6e7,"wue_litres_per_kwh":0.55,"pue":1.2,"ewif_litres_per_kwh":3.142}"#,
      key: "on_site_litres", value: 5.5),
    // 18 J in 4 s of which 2 W would have flowed anyway leave 10 J for 5 requests.
    Vector(
      method: "mean-request-calibration@1",
      input: #"{"joules":18,"background_watts":2,"seconds":4,"requests":5}"#, key: "joules_per_request", value: 2),
    // A tenth of a 1000 kg server for an hour of four years.
    Vector(
      method: "embodied-by-time",
      input: #"{"embodied_grams":1000000,"reserved_seconds":3600,"life_seconds":126144000,"share":0.1}"#,
      key: "carbon_grams", value: 2.853881278538813),
    Vector(
      method: "sci",
      input: #"{"energy_joules":3600000,"intensity_grams_per_kwh":400,"embodied_grams":100,"units":1000}"#,
      key: "sci_grams_per_unit", value: 0.5),
    // Three intervals of 3600 requests at 100, 300, 500 g/kWh: the mix of M and S at 74, and of M and L at 79.
    Vector(
      method: "static-mix",
      input:
        #"{"variants":[{"name":"S","quality":70,"energy_joules":1},{"name":"M","quality":78,"energy_joules":2},{"name":"L","quality":80,"energy_joules":6}],"floor":74,"intensities_grams_per_kwh":[100,300,500],"requests":3600}"#,
      key: "carbon_grams", value: 1.35),
    Vector(
      method: "price-rule",
      input:
        #"{"variants":[{"name":"S","quality":70,"energy_joules":1},{"name":"M","quality":78,"energy_joules":2},{"name":"L","quality":80,"energy_joules":6}],"floor":79,"intensities_grams_per_kwh":[100,300,500],"requests":3600}"#,
      key: "carbon_grams", value: 2.8),
    Vector(
      method: "static-mix",
      input: "{\"variants\":\(ladder),\"floor\":83,\"intensities_grams_per_kwh\":[\(march)],\"requests\":1000}",
      key: "carbon_grams", value: 1.8076, tolerance: 1e-4),
    Vector(
      method: "price-rule",
      input: "{\"variants\":\(ladder),\"floor\":83,\"intensities_grams_per_kwh\":[\(march)],\"requests\":1000}",
      key: "carbon_grams", value: 1.6074, tolerance: 1e-4),
    Vector(
      method: "price-rule",
      input: "{\"variants\":\(ladder),\"floor\":84,\"intensities_grams_per_kwh\":[\(march)],\"requests\":1000}",
      key: "price", value: 227.492, tolerance: 1e-4),
    Vector(
      method: "timing-gain",
      input:
        "{\"lower_energy_joules\":0.695,\"upper_energy_joules\":2.05,\"upper_share\":0.2779,\"intensities_grams_per_kwh\":[\(march)]}",
      key: "gain", value: 0.1890, tolerance: 1e-3),
    Vector(
      method: "timing-gain",
      input:
        "{\"lower_energy_joules\":0.29,\"upper_energy_joules\":0.695,\"upper_share\":0.6548,\"intensities_grams_per_kwh\":[\(march)]}",
      key: "gain", value: 0.1108, tolerance: 1e-3),
  ]

  @Test("calc gives the published values", arguments: vectors)
  func publishedValue(_ vector: Vector) async throws {
    try await Workspace.use { space in
      try space.write("in.json", vector.input)
      let ending = try await space.dimmer("calc", vector.method, "--input", "-", input: space.file("in.json"))
      #expect(ending.status == 0, "\(ending.error)")
      let answer = try JSON(ending.output)
      #expect(try answer["method"].text().hasPrefix(vector.method.split(separator: "@")[0] + "@"))
      let value = try answer[vector.key].number()
      #expect(abs(value - vector.value) <= vector.tolerance * abs(vector.value), "\(value)")
    }
  }

  @Test("Inputs come as key=value, from a file and from stdin alike, and key=value goes over the file")
  func ways() async throws {
    try await Workspace.use { space in
      let file = try space.write("in.json", #"{"tdp_watts": 225, "load": 0.5}"#)
      for arguments in [
        ["tdp_watts=225", "load=0.5"], ["--input", file], ["--input", file, "--json"], ["--input", file, "load=0.5"],
      ] {
        let ending = try await space.start(["calc", "load-curve"] + arguments).end()
        #expect(try JSON(ending.output)["power_watts"].double == 168.75, "\(arguments): \(ending.error)")
      }
      let over = try await space.dimmer("calc", "load-curve", "--input", file, "load=1")
      #expect(try JSON(over.output)["power_watts"].double == 229.5)
    }
  }

  @Test(
    "Wrong inputs end with 64 and name the input",
    arguments: [
      (["load-curve", "tdp_wats=225", "load=0.5"], "tdp_wats"), (["load-curve", "load=0.5"], "tdp_watts"),
      (["load-curve", "tdp_watts=-5", "load=0.5"], "tdp_watts"),
      (["load-curve", "tdp_watts=abc", "load=0.5"], "tdp_watts"),
      (["load-curve", "tdp_watts=225", "load=1.3"], "load"), (["load-curve", "tdp_watts=225", "load=nan"], "load"),
      (["load-curve", "tdp_watts=inf", "load=1"], "tdp_watts"), (["load-curve", "tdp_watts"], "key=value"),
      (["operational-carbon", "energy_joules=1", "pue=0.9", "intensity_grams_per_kwh=1"], "pue"),
      (["load-curv", "tdp_watts=1"], "load-curve"), (["load-curve@9", "tdp_watts=225", "load=1"], "load-curve"),
      (
        [
          "timing-gain", "lower_energy_joules=1", "upper_energy_joules=2", "upper_share=0.5",
          "intensities_grams_per_kwh=1,2",
        ], "intensities_grams_per_kwh"
      ),
    ])
  func wrongInputs(_ arguments: [String], _ named: String) async throws {
    try await Workspace.use { space in
      let ending = try await space.start(["calc"] + arguments).end()
      #expect(ending.status == 64, "\(ending.error)")
      #expect(ending.error.contains(named), "\(ending.error)")
      #expect(ending.outputBytes.isEmpty)
    }
  }

  @Test(
    "What is not a JSON object of inputs ends with 65",
    arguments: [
      "", "{", "[]", "3", "null", "\"text\"", #"{"tdp_watts": 225, "load": [1, null]}"#,
      #"{"tdp_watts": 225, "load": {"a": true}}"#, #"{"tdp_watts": 225, "load": [[1]]}"#,
      #"{"tdp_watts": true, "load": 1}"#, "{\"tdp_watts\": 225, \"load\": 1} trailing",
    ])
  func notJSON(_ text: String) async throws {
    try await Workspace.use { space in
      let ending = try await space.dimmer("calc", "load-curve", "--input", "-", input: space.write("in", text))
      #expect(ending.status == 65, "\(ending.output) \(ending.error)")
      #expect(ending.error.contains("standard input"))
      #expect(ending.outputBytes.isEmpty)
    }
  }

  @Test("A kind answers under outputs, with nested inputs, lists of rows and nulls for what is not given")
  func kinds() async throws {
    try await Workspace.use { space in
      let product = try await space.dimmer(
        "calc", "derived.uncertainty", "--input", "-",
        input: space.write(
          "u", #"{"energy":{"value":2,"rel":0.03},"pue":{"value":1.5,"rel":0},"ci":{"value":100,"rel":0.04}}"#))
      #expect(product.status == 0, "\(product.error)")
      let answer = try JSON(product.output)
      #expect(try answer["method"].text() == "derived-uncertainty@1")
      #expect(abs(try answer["outputs"]["g"].number() - 300) < 1e-9)
      #expect(abs(try answer["outputs"]["rel"].number() - 0.05) < 1e-12)
      let batch = try await space.dimmer(
        "calc", "derived.batch_allocation", "--input", "-",
        input: space.write(
          "b",
          #"{"server_j":90,"idle_j":null,"requests":[{"prefill":10,"decode":1},{"prefill":0,"decode":1}],"prefill_weight":0.1}"#
        ))
      #expect(batch.status == 0, "\(batch.error)")
      #expect(try JSON(batch.output)["outputs"]["j"].array.map { try $0.number() } == [60, 30])
      #expect(try JSON(batch.output)["outputs"]["idle_j_each"].number() == 0)
    }
  }

  @Test(
    "Wrong inputs of a kind end with 64 and say what would be right",
    arguments: [
      ("act.cpa", #"{"process":"6nm"}"#, "5nm"), ("act.cpaa", "{}", "act-cpa"),
      ("act.cpa", #"{"process":"7nm","yield_":1.5}"#, "yield_"), ("act.logic", #"{"process":"7nm"}"#, "area_mm2"),
      ("act.dram", #"{"process":"ddr4_10nm","gb":-1}"#, "gb"),
      ("derived.operational", #"{"it_kwh":1,"pue":0.9,"ci_g":100}"#, "pue"),
      ("derived.uncertainty", #"{"energy":3,"pue":{"value":1,"rel":0},"ci":{"value":1,"rel":0}}"#, "energy"),
      (
        "derived.uncertainty", #"{"energy":{"value":-3,"rel":0},"pue":{"value":1,"rel":0},"ci":{"value":1,"rel":0}}"#,
        "energy.value"
      ),
      ("boavizta.embodied", #"{"cloud":"aws","instance":"m5.lage"}"#, "m5.large"),
      ("boavizta.embodied", #"{"component":"gpu","name":"NVIDIA A100 SXM4 80G"}"#, "NVIDIA A100 SXM4 80GB"),
      ("boavizta.embodied", #"{"component":"ram","capacity_gb":64,"instance":"m5.large"}"#, "instance"),
      ("load-curve", #"{"tdp_watts":null,"load":1}"#, "tdp_watts"),
      ("load-curve", #"{"tdp_watts":225,"load":{"a":1}}"#, "load"),
    ])
  func wrongKindInputs(_ kind: String, _ input: String, _ named: String) async throws {
    try await Workspace.use { space in
      let ending = try await space.dimmer("calc", kind, "--input", "-", input: space.write("in.json", input))
      #expect(ending.status == 64, "\(ending.output) \(ending.error)")
      #expect(ending.error.contains(named), "\(ending.error)")
      #expect(ending.outputBytes.isEmpty)
    }
  }

  @Test("A file that is not there ends with 66 and is named")
  func missingFile() async throws {
    try await Workspace.use { space in
      let ending = try await space.dimmer("calc", "load-curve", "--input", space.file("absent.json"))
      #expect(ending.status == 66)
      #expect(ending.error.contains("absent.json") && ending.error.contains("no such file"), "\(ending.error)")
    }
  }

  @Test("Every method is listed with version, citation and inputs, and can be looked at by name")
  func methods() async throws {
    try await Workspace.use { space in
      let document = try JSON(try await space.dimmer("methods", "--json").output)
      let methods = document["methods"].array
      #expect(methods.count > 30)
      #expect(Set(methods.compactMap { $0["id"].string }).count == methods.count, "an id stands twice")
      for method in methods {
        let id = try method["id"].text()
        #expect(id.wholeMatch(of: /[a-z0-9-]+@\d+/) != nil, "\(id)")
        for key in ["summary", "formula", "citation"] { #expect(method[key].string?.isEmpty == false, "\(id): \(key)") }
        #expect(!method["outputs"].array.isEmpty, "\(id)")
      }
      let one = try await space.dimmer("methods", "operational-carbon")
      #expect(one.output.contains("GHG Protocol") && one.output.contains("intensity_grams_per_kwh"))
      #expect(
        try JSON(try await space.dimmer("methods", "operational-carbon@1", "--json").output)["id"].string
          == "operational-carbon@1")
      #expect(try await space.dimmer("methods", "no-such-method").status == 64)
    }
  }
}

/// 49 hours of CISO in March 2021, g/kWh (artifact of CLOVER).
enum MarchTrace {
  static let values = [
    124.57, 135.6, 148.61, 166.42, 240.4, 291.63, 295.64, 302.89, 314.22, 320.24, 330.58, 324.14, 329.44, 340.14,
    353.57, 351.81, 352.33, 287.67, 165.83, 117.63, 96.83, 98.22, 101.37, 102.56, 103.57, 113.15, 145.22, 170.3, 252.83,
    309.9, 309.1, 316.32, 324.73, 327.01, 344.15, 350.98, 350.25, 356.07, 368.39, 366.53, 362.84, 291.19, 166.62,
    135.32, 117.1, 110.78, 113.75, 111.79, 110.71,
  ]

  /// As a CSV with hourly times from midnight on; hours in `missing` have no value, those in `absent` no row.
  static func csv(missing: Set<Int> = [], absent: Set<Int> = []) -> String {
    var text = "datetime_utc,intensity_g_per_kwh\n"
    for (hour, value) in values.enumerated() where !absent.contains(hour) {
      let day = 20 + hour / 24
      let clock = hour % 24 < 10 ? "0\(hour % 24)" : "\(hour % 24)"
      text += "2021-03-\(day)T\(clock):00Z,\(missing.contains(hour) ? "" : "\(value)")\n"
    }
    return text
  }
}
