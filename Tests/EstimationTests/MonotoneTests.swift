import Accounting
import Estimation
import Factors
import Methods
import Quantities
import Testing

/// Laws that hold for whatever is estimated: more work, a heavier model or a dirtier place never gives less; ten times
/// the work is ten times the footprint where nothing else changes; parts add up.
@Suite("More is never less, over drawn work")
struct MonotoneTests {
  let tables: FactorTables
  let text: TextEstimator
  let pictures: DiffusionEstimator
  init() throws {
    tables = try FactorTables.embedded()
    text = TextEstimator(tables)
    pictures = DiffusionEstimator(tables)
  }

  /// What is compared of a footprint: value and ends of each figure that is known.
  private func amounts(_ work: WorkFootprint) -> [(name: String, value: Double, low: Double, high: Double)] {
    [
      work.energy.receipt, work.facilityEnergy.figure.receipt, work.carbon.receipt(labelled: "carbon"),
      work.embodied.receipt(labelled: "embodied"), work.totalCarbon.receipt(labelled: "total"),
      work.water.onSite.receipt(labelled: "water on site"), work.water.offSite.receipt(labelled: "water off site"),
      work.cost.receipt(labelled: "cost"),
    ].compactMap { receipt in
      guard let value = receipt.value, let low = receipt.low, let high = receipt.high else { return nil }
      return (receipt.label, value, low, high)
    }
  }

  /// That no figure of the second is below that of the first, at value and ends.
  private func expect(
    _ less: WorkFootprint, atMost more: WorkFootprint, _ why: String, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let slack = 1 + 1e-9
    for (one, other) in zip(amounts(less), amounts(more)) {
      #expect(one.value <= other.value * slack, "\(why): \(one.name)", sourceLocation: sourceLocation)
      #expect(one.low <= other.low * slack, "\(why): low end of \(one.name)", sourceLocation: sourceLocation)
      #expect(one.high <= other.high * slack, "\(why): high end of \(one.name)", sourceLocation: sourceLocation)
    }
  }

  private func stated<Q: Quantity>(_ label: String, _ value: Q) -> Figure<Q> {
    DeclaredValue.figure(label, value, note: "by the test")
  }

  private func site(pue: Double = 1.2, grams: Double = 300, wue: Double = 0.4, price: Double = 0.2) -> Site {
    Site(
      name: "drawn", intensity: .figure(stated("grid", .gramsPerKilowattHour(grams))),
      pue: .figure(stated("PUE", Ratio(pue))), onSiteWater: .figure(stated("WUE", .litresPerKilowattHour(wue))),
      offSiteWater: .figure(stated("EWIF", .litresPerKilowattHour(3))), price: .figure(stated("price", Ratio(price))))
  }

  private func drawnText(_ random: inout Draws) throws -> TextWork {
    let total = random.between(0.1, 150)
    let active = random.isHeads ? total : total * random.between(0.05, 1)
    let precision = [WeightPrecision.bf16, .fp8, .int4][random.below(3)]
    var work = TextWork(
      model: try ServedModel(
        named: "drawn", billions: total...total, activeBillions: active...active, precision: precision),
      outputTokens: random.between(1, 5000), inputTokens: random.isHeads ? nil : random.between(1, 20_000))
    work.accelerator = [nil, "H100 SXM", "A100 SXM 80GB", "B200", "MI300X"][random.below(5)]
    // So many hold any drawn model, so that none of its memory is the tighter for being larger by a step of two.
    work.accelerators = 16
    work.batch = random.isHeads ? nil : random.between(1, 256)
    work.reasoningTokens = random.isHeads ? 0 : random.between(1, 5000)
    work.cachedTokens = random.isHeads ? 0 : random.between(1, 5000)
    work.utilisation = random.isHeads ? nil : random.between(0.05, 1)
    return work
  }

  /// Each way in which a request can be more, with a factor above 1 to make it so.
  private static var moreOfText: [(String, (inout TextWork, Double) throws -> Void)] {
    [
      ("output tokens", { $0.outputTokens *= $1 }), ("input tokens", { $0.inputTokens = ($0.inputTokens ?? 250) * $1 }),
      ("reasoning", { $0.reasoningTokens = max(1, $0.reasoningTokens) * $1 }),
      ("cached tokens", { $0.cachedTokens = max(1, $0.cachedTokens) * $1 }),
      ("node factor", { $0.nodeFactor = 1 + $1 }), ("idle time", { $0.utilisation = ($0.utilisation ?? 1) / $1 }),
      ("smaller batch", { $0.batch = max(1, ($0.batch ?? 32) / $1) }),
      (
        "parameters",
        { work, factor in
          let (total, active) = (work.model.totalBillions.value.value, work.model.activeBillions.value.value)
          let bits = work.model.weightBits.value.value
          guard let precision = WeightPrecision.allCases.first(where: { $0.bits == bits }) else { return }
          let larger = (total * factor)...(total * factor)
          work.model = try ServedModel(
            named: "drawn", billions: larger, activeBillions: (active * factor)...(active * factor),
            precision: precision)
        }
      ),
      (
        "wider weights",
        { work, _ in
          let (total, active) = (work.model.totalBillions.value.value, work.model.activeBillions.value.value)
          work.model = try ServedModel(
            named: "drawn", billions: total...total, activeBillions: active...active, precision: .bf16)
        }
      ),
    ]
  }

  @Test("A request with more of anything takes no less of anything, at value and ends of the interval")
  func requests() throws {
    var random = Draws(11)
    for _ in 0..<150 {
      var work = try drawnText(&random)
      let factor = random.between(1.01, 3)
      for (what, change) in Self.moreOfText {
        var base = work
        // What changes has a stated beginning: a prior's interval is no smaller amount.
        if what == "input tokens" { base.inputTokens = work.inputTokens ?? 250 }
        if what == "smaller batch" { base.batch = work.batch ?? 32 }
        if what == "idle time" { base.utilisation = work.utilisation ?? 1 }
        if what == "node factor" { base.nodeFactor = 1 + 0.5 * factor }
        var more = base
        try change(&more, factor)
        expect(
          try text.footprint(of: base, at: site()).work, atMost: try text.footprint(of: more, at: site()).work,
          "\(what) x\(factor) of \(base.model.name) \(base)")
      }
      work.label = nil
    }
  }

  @Test("A dirtier, thirstier, dearer place or more overhead takes no less, and in proportion")
  func places() throws {
    var random = Draws(12)
    for _ in 0..<100 {
      let work = try drawnText(&random)
      let factor = random.between(1.01, 5)
      let base = try text.footprint(of: work, at: site()).work
      for other in [site(pue: 1.2 * factor), site(grams: 300 * factor), site(wue: 0.4 * factor)] {
        expect(base, atMost: try text.footprint(of: work, at: other).work, "place x\(factor)")
      }
      let dirtier = try text.footprint(of: work, at: site(grams: 300 * factor)).work
      #expect(abs(try dirtier.carbon.get().value.grams / base.carbon.get().value.grams / factor - 1) < 1e-9)
      let hungrier = try text.footprint(of: work, at: site(pue: 1.2 * factor)).work
      #expect(abs(hungrier.facilityEnergy.figure.value / base.facilityEnergy.figure.value / factor - 1) < 1e-9)
      let dearer = try text.footprint(of: work, at: site(price: 0.2 * factor)).work
      #expect(abs(try dearer.cost.get().value.value / base.cost.get().value.value / factor - 1) < 1e-9)
    }
  }

  @Test("Ten times the tokens at one context are ten times the energy; answer and prompt add up")
  func proportion() throws {
    var random = Draws(13)
    for _ in 0..<150 {
      var work = try drawnText(&random)
      (work.reasoningTokens, work.cachedTokens, work.contextTokens) = (0, 0, random.between(1, 9000))
      work.inputTokens = random.between(1, 5000)
      func joules(_ input: Double, _ output: Double) throws -> Double {
        (work.inputTokens, work.outputTokens) = (input, output)
        return try text.footprint(of: work, at: site()).work.energy.value.joules
      }
      let (input, output) = (random.between(1, 5000), random.between(1, 5000))
      let both = try joules(input, output)
      #expect(abs(try joules(10 * input, 10 * output) / both - 10) < 1e-6)
      #expect(abs((try joules(input, 0) + joules(0, output)) / both - 1) < 1e-9)
    }
  }

  @Test("A picture or a clip with more pixels, steps, frames or copies takes no less; ten copies are ten times one")
  func diffusion() throws {
    var random = Draws(14)
    for _ in 0..<150 {
      var work: DiffusionWork
      if random.isHeads {
        work = DiffusionWork(tables.diffusionModels.entries[random.below(tables.diffusionModels.entries.count)])
      } else {
        let low = random.between(0.5, 10)
        work = try DiffusionWork(
          random.isHeads ? .image : .video, named: "drawn", billions: low...(low * random.between(1, 4)))
      }
      work.accelerator = random.isHeads ? nil : "H100 SXM"
      let size = (random.between(256, 2048), random.between(256, 2048))
      let steps = random.between(4, 80)
      let frames = work.medium == .video ? random.between(1, 200) : nil
      let factor = random.between(1.01, 4)
      func made(_ w: Double = 1, _ h: Double = 1, _ s: Double = 1, _ f: Double = 1, _ c: Double = 1) throws
        -> WorkFootprint
      {
        var one = work
        try one.take(
          width: size.0 * w, height: size.1 * h, frames: frames.map { $0 * f }, steps: steps * s, count: c)
        return try pictures.footprint(of: one, at: site()).work
      }
      let base = try made()
      for (what, more) in [
        ("width", try made(factor)), ("height", try made(1, factor)), ("steps", try made(1, 1, factor)),
        ("frames", try made(1, 1, 1, factor)), ("copies", try made(1, 1, 1, 1, 1 + factor)),
      ] { expect(base, atMost: more, "\(what) x\(factor) of \(work.name)") }
      #expect(abs(try made(1, 1, 1, 1, 10).energy.value / base.energy.value - 10) < 1e-9)
      // What is done once for a piece, like its decoding, is not done again for each step.
      #expect(try made(1, 1, 10).energy.value / base.energy.value < 10 * (1 + 1e-9))
    }
  }

  @Test("A training run with more parameters, tokens or hours takes no less, and in proportion")
  func training() throws {
    var random = Draws(15)
    let names = ["H100 SXM", "A100 SXM 80GB", "B200", "MI300X", "L40S"]
    for _ in 0..<150 {
      let device = try TrainingDevice(named: names[random.below(names.count)], from: tables)
      let (parameters, tokens) = (random.between(1e6, 1e12), random.between(1e6, 1e14))
      func run(_ p: Double = 1, _ t: Double = 1) throws -> WorkFootprint {
        let operations = TrainingRun.operations(
          parameters: stated("parameters", Ratio(parameters * p)), tokens: stated("tokens", Ratio(tokens * t)))
        return try TrainingRun("drawn", effort: .operations(operations), device: device).footprint(at: site())
      }
      func hours(_ hours: Double) throws -> WorkFootprint {
        try TrainingRun("drawn", effort: .deviceTime(stated("hours", .hours(hours))), device: device)
          .footprint(at: site())
      }
      let factor = random.between(1.01, 50)
      let base = try run()
      expect(base, atMost: try run(factor), "parameters x\(factor)")
      expect(base, atMost: try run(1, factor), "tokens x\(factor)")
      expect(try hours(tokens / 1e6), atMost: try hours(tokens / 1e6 * factor), "hours x\(factor)")
      for (one, ten) in zip(amounts(base), amounts(try run(1, 10))) {
        #expect(abs(ten.value / one.value - 10) < 1e-6 && abs(ten.low / one.low - 10) < 1e-6, "\(one.name)")
        #expect(abs(ten.high / one.high - 10) < 1e-6, "\(one.name)")
      }
    }
  }

  @Test("Phases add up to their whole; more of a phase is never less of the cycle")
  func phases() throws {
    var random = Draws(16)
    for _ in 0..<100 {
      let drawn = DevelopmentPhase.allCases.filter { _ in random.isHeads }
      guard !drawn.isEmpty else { continue }
      let amounts = drawn.map { _ in (random.between(1, 1e9), random.between(1, 1e6)) }
      func cycle(_ factor: Double, at place: Int) throws -> CycleBalance {
        let phases = drawn.enumerated().map { index, phase in
          let scale = index == place ? factor : 1
          return PhaseWork(
            phase, energy: stated("energy of \(phase.name)", .kilowattHours(amounts[index].0 * scale)),
            embodied: .figure(stated("making of \(phase.name)", .kilograms(amounts[index].1))))
        }
        return try CycleBalance(
          DevelopmentCycle("drawn", phases: phases, site: site(), life: stated("life", .years(4))), levers: [])
      }
      let base = try cycle(1, at: 0)
      let sum = base.rows.reduce(0) { $0 + $1.before.energy.value.joules }
      #expect(abs(sum / base.before.energy.value.joules - 1) < 1e-9)
      let carbon = try base.rows.reduce(0) { try $0 + $1.before.total.get().value.grams }
      #expect(abs(carbon / (try base.before.total.get().value.grams) - 1) < 1e-9)
      let place = random.below(drawn.count)
      let more = try cycle(random.between(1.01, 9), at: place)
      #expect(more.before.energy.value > base.before.energy.value)
      #expect(try more.before.total.get().value > base.before.total.get().value)
    }
  }
}

/// Numbers drawn from a seed, so that a failure can be seen again.
private struct Draws {
  private var state: UInt64
  init(_ seed: UInt64) { state = seed }

  /// The next 64 bits (SplitMix64).
  private mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var bits = state
    bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
    return bits ^ (bits >> 31)
  }

  mutating func below(_ count: Int) -> Int { Int(next() % UInt64(count)) }
  var isHeads: Bool { mutating get { next() % 2 == 0 } }
  /// A number between two others, evenly on the scale of ratios.
  mutating func between(_ low: Double, _ high: Double) -> Double {
    low * pow(ratio: high / low, Double(next() >> 11) / Double(1 << 53))
  }

  private func pow(ratio: Double, _ share: Double) -> Double {
    // Halves of the exponent: enough for drawing, and without a library for powers.
    var (result, root, left) = (1.0, ratio, share)
    for _ in 0..<24 {
      root = root.squareRoot()
      left *= 2
      if left >= 1 {
        result *= root
        left -= 1
      }
    }
    return result
  }
}
