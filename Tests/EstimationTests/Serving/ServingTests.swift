import Accounting
import Estimation
import Factors
import Foundation
import Methods
import Quantities
import Testing

@Suite("Served work that nobody measured")
struct ServingTests {
  let tables: FactorTables
  let text: TextEstimator
  let site: Site
  init() throws {
    tables = try FactorTables.embedded()
    text = TextEstimator(tables)
    var site = try Site(region: "DE", from: tables.regions)
    site.pue = .figure(DeclaredValue.figure("PUE", Ratio(1.2), note: "stated by the test"))
    site.onSiteWater = .figure(
      DeclaredValue.figure("WUE", WaterIntensity.litresPerKilowattHour(0.5), note: "stated by the test"))
    site.price = .figure(DeclaredValue.figure("price", Ratio(0.2), note: "stated by the test"))
    self.site = site
  }

  private func model(_ billions: Double, active: Double? = nil) throws -> ServedModel {
    try ServedModel(named: "a model", billions: billions...billions, activeBillions: active.map { $0...$0 })
  }

  private func joules(_ change: (inout TextWork) throws -> Void) throws -> Double {
    var work = TextWork(model: try model(30), outputTokens: 500, inputTokens: 200)
    work.accelerator = "H100"
    work.batch = 16
    try change(&work)
    return try text.footprint(of: work, at: site).energy.accelerators.value.joules
  }

  private func rises(_ values: [Double]) -> Bool { zip(values, values.dropFirst()).allSatisfy { $0 < $1 } }

  @Test("Energy rises with tokens of every kind, with context, parameters and bits")
  func rising() throws {
    #expect(rises(try [1, 10, 500, 5000, 100_000].map { count in try joules { $0.outputTokens = count } }))
    #expect(rises(try [0, 10, 500, 5000, 100_000].map { count in try joules { $0.inputTokens = count } }))
    #expect(rises(try [0, 100, 5000].map { count in try joules { $0.reasoningTokens = count } }))
    #expect(rises(try [0, 100, 5000, 100_000].map { count in try joules { $0.cachedTokens = count } }))
    #expect(rises(try [1, 100, 10_000].map { count in try joules { $0.contextTokens = count } }))
    #expect(
      rises(
        try [0.5, 1, 3, 8, 14, 30, 32].map { size in
          try joules {
            $0.model = try model(size)
            $0.accelerators = 1
          }
        }))
    #expect(
      rises(
        try [1, 3, 10, 22, 30].map { size in try joules { $0.model = try model(30, active: size) } }))
    #expect(
      rises(
        try [WeightPrecision.int4, .fp8, .bf16].map { format in
          try joules { $0.model = try ServedModel(named: "a model", billions: 30...30, precision: format) }
        }))
  }

  @Test("A cached prompt costs less than one that is read")
  func cached() throws {
    let read = try joules { $0.inputTokens = 5000 }
    let kept = try joules {
      $0.inputTokens = 0
      $0.cachedTokens = 5000
    }
    #expect(kept < read)
  }

  @Test("Energy for one request falls with the batch until memory is full, of mixtures of experts, too")
  func batch() throws {
    let batches: [Double] = [1, 2, 4, 8, 16, 32, 64, 128, 256]
    #expect(
      rises(
        try batches.reversed().map { size in
          try joules {
            $0.batch = size
            $0.model = try model(8)
          }
        }))
    #expect(
      rises(
        try batches.reversed().map { size in
          try joules {
            $0.batch = size
            $0.model = try model(100, active: 5)
          }
        }))
    let full = try joules { $0.batch = 16_384 }
    #expect(try joules { $0.batch = 8192 } == full)
  }

  @Test("Without a batch, an accelerator or a prompt the interval is wider than with each of them")
  func priors() throws {
    func width(_ change: (inout TextWork) throws -> Void) throws -> Double {
      var work = TextWork(model: try model(8), outputTokens: 400, inputTokens: 200)
      work.accelerator = "H100"
      work.batch = 32
      try change(&work)
      let energy = try text.footprint(of: work, at: site).work.energy.estimate
      #expect(energy.low < energy.value && energy.value < energy.high)
      return energy.high / energy.low
    }
    let all = try width { _ in }
    #expect(try width { $0.batch = nil } > all)
    #expect(try width { $0.accelerator = nil } > all)
    #expect(try width { $0.inputTokens = nil } > all)
    #expect(try width { $0.model = try ServedModel(named: "closed", billions: 2...30) } > 1.2 * all)
  }

  @Test("A model stated as a range has every size of it in its interval")
  func range() throws {
    func energy(_ model: ServedModel) throws -> Estimate<Energy> {
      var work = TextWork(model: model, outputTokens: 400, inputTokens: 200)
      work.accelerator = "B200"
      work.accelerators = 8
      work.batch = 32
      return try text.footprint(of: work, at: site).energy.accelerators.estimate
    }
    let range = try energy(try ServedModel(named: "closed", billions: 100...400))
    for size in [100.0, 200, 400] {
      let one = try energy(try model(size)).value
      #expect(range.low <= one && one <= range.high, "\(size)")
    }
  }

  @Test("Every figure's receipt reaches a source, or says who stated or chose it, on every leaf")
  func leaves() throws {
    var works: [ServedFootprint] = []
    for (name, gpu) in [("Llama 3.1 8B", nil), ("Qwen3 235B-A22B", "B200"), ("gpt-oss-120b", "MI300X")] {
      var work = TextWork(
        model: ServedModel(try tables.openModels.model(name)), outputTokens: 400, inputTokens: gpu == nil ? nil : 100)
      work.accelerator = gpu
      work.utilisation = gpu == nil ? nil : 0.4
      works.append(try text.footprint(of: work, at: site))
    }
    let size = try ServedModel(named: "closed", billions: 1...3)
    for direction in SpeechWork.Direction.allCases {
      works.append(
        try text.footprint(of: try SpeechWork.work(direction, audioSeconds: 60, model: size), at: site))
    }
    works.append(try text.footprint(of: .embedding(of: 512, by: size), at: site))
    let images = DiffusionEstimator(tables)
    for entry in tables.diffusionModels.entries {
      works.append(try images.footprint(of: DiffusionWork(entry), at: site))
    }
    works.append(
      try images.footprint(of: try DiffusionWork(.video, named: "closed", billions: 5...30), at: site))
    for work in works {
      for receipt in [
        work.work.energy.receipt, try work.work.totalCarbon.get().receipt, try work.work.water.total.get().receipt,
        try work.work.cost.get().receipt, try work.work.duration.get().receipt,
      ] { expectExplained(receipt, work.work.label) }
    }
  }

  @Test("What a table notes of a diffusion model stands in the receipts of its settings")
  func diffusionNotes() throws {
    let entries = try FactorTables.embedded().diffusionModels.entries
    #expect(entries.contains { $0.note != nil })
    for entry in entries { #expect(DiffusionWork(entry).steps.receipt.note == entry.note, "\(entry.name)") }
  }

  @Test("The machine's energy is the product of the factors that are given beside it")
  func factors() throws {
    var work = TextWork(model: try model(8), outputTokens: 400, inputTokens: 100)
    work.utilisation = 0.25
    work.nodeFactor = 1.5
    let energy = try text.footprint(of: work, at: site).energy
    let output = try #require(energy.outputToken?.value.joules)
    let input = try #require(energy.inputToken?.value.joules)
    #expect(
      abs(output * 400 + input * 100 - energy.accelerators.value.joules) < 1e-9 * energy.accelerators.value.joules)
    let idle = 1 + 3 * (46.0 / 407) / 0.6
    #expect(abs(energy.idleFactor.value.value - idle) < 1e-12)
    let product = energy.accelerators.value.joules * 1.5 * idle
    #expect(abs(energy.machineEnergy.value.joules - product) < 1e-9 * product)
  }

  @Test("Two models on the same server share what nobody knows of it, and each has its own distance from the fit")
  func shared() throws {
    func energy(_ size: Double, tokens: Double = 400) throws -> Estimate<Energy> {
      let work = TextWork(model: try model(size), outputTokens: tokens)
      return try text.footprint(of: work, at: site).work.energy.estimate
    }
    func width<Q>(_ estimate: Estimate<Q>) -> Double { log(estimate.high.baseValue / estimate.low.baseValue) }
    let (small, large) = (try energy(8), try energy(70))
    let ratio = large / small
    #expect(width(ratio) < 0.9 * hypot(width(small), width(large)))
    #expect(ratio.value.value > 1)
    let own = Set(ratio.deviations.keys.filter { $0.hasPrefix("fit:text-model:") })
    #expect(own.count == 2, "\(ratio.deviations.keys)")
    // One model twice: what it is off by it is off by in both, and goes.
    let twice = try energy(8, tokens: 800) / small
    #expect(width(twice) < 0.2 * width(small))
  }

  @Test("Embodied carbon and time fall to one request in a batch, and grow with idle time that is counted")
  func embodied() throws {
    func carbon(_ batch: Double, _ utilisation: Double?) throws -> Double {
      var work = TextWork(model: try model(8), outputTokens: 400, inputTokens: 100)
      work.accelerator = "H100"
      work.batch = batch
      work.utilisation = utilisation
      return try text.footprint(of: work, at: site).work.embodied.get().value.grams
    }
    let alone = try carbon(1, nil)
    #expect(try carbon(64, nil) < alone / 10)
    #expect(abs(try carbon(1, 0.25) / alone - 4) < 1e-9)
  }
}
