import Accounting
import Methods
import Quantities
import Testing

@Suite("What other tools say, as figures with receipts")
struct PeerFigureTests {
  private let training: [String: MethodValue] = [
    "params_b": .number(11), "tokens_b": .number(500), "ci_kg_per_kwh": .number(0.5), "pue": .number(1.1),
    "system_w": .number(300), "peak_tflops": .number(100), "efficiency": .number(0.5), "devices": .number(64),
  ]

  @Test("Numbers come in base units: the same as the tool's own, times the unit")
  func units() throws {
    let own = try PeerMethods.named("llmcarbon-training").calculate(training)
    let receipts = try PeerMethods.figure(kind: "llmcarbon.training", inputs: training)
    guard case .number(let megawattHours)? = own["mwh"], case .number(let tonnes)? = own["tco2e"],
      case .number(let days)? = own["days"]
    else {
      Issue.record("a number is missing")
      return
    }
    #expect(agrees(try #require(receipts["mwh"]?.value), megawattHours * 3.6e9))
    #expect(agrees(try #require(receipts["tco2e"]?.value), tonnes * 1e6))
    #expect(agrees(try #require(receipts["days"]?.value), days * 86_400))
    #expect(receipts["mwh"]?.unit == "J" && receipts["tco2e"]?.unit == "g" && receipts["days"]?.unit == "s")
  }

  @Test("Each receipt names the tool with its version, the method, and every number that went in as a declared leaf")
  func citation() throws {
    let receipt = try #require(try PeerMethods.figure(kind: "llmcarbon.training", inputs: training)["mwh"])
    #expect(receipt.source?.citation.contains("LLMCarbon") == true && receipt.method == "llmcarbon-training@1")
    #expect(receipt.origin == .modelled)
    #expect(receipt.inputs.count == training.count)
    #expect(receipt.inputs.allSatisfy { $0.origin == .declared && $0.note != nil && $0.value != nil })
    let power = try #require(receipt.inputs.first { $0.label.contains("system_w") })
    #expect(power.value == 300 && power.unit == "W")
    let intensity = try #require(receipt.inputs.first { $0.label.contains("ci_kg_per_kwh") })
    #expect(intensity.value == 500 && intensity.unit == "g/kWh")
  }

  @Test("The tool's own defaults stand beside what was given, as assumed")
  func defaults() throws {
    let receipt = try #require(
      try PeerMethods.figure(
        kind: "derived.batch_allocation",
        inputs: [
          "server_j": .number(100), "requests": .table([["prefill": .number(1), "decode": .number(2)]]),
          "prefill_weight": .number(0.1),
        ])["idle_j_each"])
    let idle = try #require(receipt.inputs.first { $0.label.contains("idle_j") })
    #expect(idle.origin == .assumed && idle.note?.contains("default") == true)
    #expect(receipt.inputs.contains { $0.label.contains("requests[0].decode") && $0.value == 2 })
  }

  @Test("Typed figures are the receipts: energy, carbon with its range, water")
  func typed() throws {
    let figure = try PeerMethods.run(
      kind: "boavizta.embodied", inputs: ["component": .text("ram"), "capacity_gb": .number(32)])
    let carbon = try #require(figure.carbon)
    #expect(agrees(carbon.value.grams / 1000, 32 / 1.25 * 2.2 + 5.22))
    #expect(carbon.estimate.low < carbon.value && carbon.value < carbon.estimate.high)
    #expect(figure.energy == nil && figure.water == nil)
    #expect(figure.receipts["kgco2e"]?.low == figure.receipts["min"]?.value)
    #expect(figure.receipts["kgco2e"]?.high == figure.receipts["max"]?.value)
    let run = try PeerMethods.run(kind: "llmcarbon.training", inputs: training)
    #expect(run.energy?.value.joules == run.receipts["mwh"]?.value)
  }

  @Test("Kilograms of antimony are never grams of carbon, and primary energy is not the peer's electricity")
  func notCarbon() throws {
    for (key, receipt) in try PeerMethods.figure(
      kind: "ecologits.video",
      inputs: [
        "model": .text("openai/sora-2-pro"), "resolution": .text("720p"), "duration_s": .number(4),
        "zone": .text("WOR"),
      ])
    {
      #expect(key.contains("Sb") == (receipt.unit == "g Sb"), "\(key) in \(receipt.unit)")
      #expect((receipt.low ?? 0) <= (receipt.value ?? -1) && (receipt.value ?? 0) <= (receipt.high ?? -1), "\(key)")
    }
  }

  @Test("A range is told as two ends, with what was asked for in words")
  func range() throws {
    let figure = try PeerMethods.run(
      kind: "ecologits.video",
      inputs: [
        "model": .text("openai/sora-2-pro"), "resolution": .text("720p"), "duration_s": .number(4),
        "zone": .text("WOR"),
      ])
    let energy = try #require(figure.energy)
    #expect(energy.estimate.low < energy.value && energy.value < energy.estimate.high)
    #expect(energy.receipt.note?.contains("two ends") == true)
    #expect(energy.receipt.note?.contains("model openai/sora-2-pro") == true)
    #expect(figure.carbon != nil && figure.water != nil)
  }

  @Test("An unknown tool is refused with near names, bad inputs as by the method itself")
  func refused() {
    let unknown = #expect(throws: MethodError.self) { try PeerMethods.figure(kind: "ecologits.lm", inputs: [:]) }
    #expect(unknown?.description.contains("ecologits-llm") == true)
    var negative = training
    negative["tokens_b"] = .number(-1)
    #expect(throws: MethodError.self) { try PeerMethods.figure(kind: "llmcarbon.training", inputs: negative) }
  }
}

extension PeerMethods {
  /// The entry of that name.
  fileprivate static func named(_ name: String) throws -> Method {
    try MethodRegistry(all).method(named: name)
  }
}

@Suite("What Dimmer assumed of parts")
struct PartAssumptionTests {
  private func note(_ inputs: [String: MethodValue]) throws -> String? {
    let outputs = try MethodRegistry(PeerMethods.all).method(ofKind: "boavizta.embodied").calculate(inputs)
    if case .text(let text)? = outputs["note"] { return text }
    return nil
  }

  @Test("What nobody states of a server or processor is said beside the figure")
  func notes() throws {
    let server = try #require(try note(["server": .text("archetype p4d.24xlarge")]))
    #expect(server.contains("p4d.24xlarge: assumed by Dimmer") && server.contains("memory_modules"))
    #expect(server.contains("8275CL: assumed by Dimmer (die_mm2)"))
    let named = try note(["component": .text("cpu"), "name": .text("AMD EPYC 7R13")])
    #expect(named?.contains("7763") == true)
    #expect(try note(["component": .text("cpu"), "name": .text("AMD EPYC 7763")]) == nil)
    #expect(try note(["component": .text("cpu"), "die_mm2": .number(694)]) == nil)
  }

  @Test("An instance's power says that it is an approximation; without a design power there is none")
  func power() throws {
    let method = try MethodRegistry(PeerMethods.all).method(ofKind: "boavizta.embodied")
    let known = try method.calculate(["cloud": .text("aws"), "instance": .text("m5.large")])
    #expect(known["avg_power_w_without_gpu"] != nil)
    #expect(try note(["cloud": .text("aws"), "instance": .text("m5.large")])?.contains("approximation") == true)
    let unknown = try method.calculate(["cloud": .text("aws"), "instance": .text("p5.48xlarge")])
    #expect(unknown["avg_power_w_without_gpu"] == nil)
  }
}
