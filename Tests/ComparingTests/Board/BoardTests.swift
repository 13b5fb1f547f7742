import Accounting
import Estimation
import Factors
import Ledger
import Methods
import MethodsConformance
import Quantities
import Testing

@testable import Comparing

@Suite("The board")
struct BoardTests {
  @Test("Options are the cross product of the axes, each once")
  func crossProduct() throws {
    let board = try Boards.make(
      "task=chat&model=Llama 3.1 8B,Llama 3.3 70B&region=DE,FR,DE&precision=bf16,fp8&cached=0,0.9")
    #expect(board.options.count == 16)
    #expect(Set(board.options.map(\.label)).count == 16)
  }

  @Test("One place or one model by several of its names is one option, and counts once for what is typical")
  func synonyms() throws {
    let board = try Boards.make("task=chat&model=Llama 3.1 8B,llama-3.1-8b,Llama 3.3 70B&region=DE,de,DEU,Germany,FR")
    #expect(Set(board.options.compactMap(\.choice.region)) == ["DE", "FR"])
    #expect(board.options.count == 4)
    let zones = try Boards.make("task=chat&model=Llama 3.1 8B&region=US,US-CAL-CISO")
    #expect(zones.options.count == 2, "a zone is not its country")
  }

  @Test("Typical is the median over all options: the middle one, or the mean of the two in the middle")
  func median() throws {
    for (places, middle) in [("DE,FR,PL", 1), ("DE,FR,PL,SE", 1)] {
      let board = try Boards.make("task=chat&model=Llama 3.1 8B&region=\(places)")
      let values = board.options.compactMap { $0.value(.carbon) }.sorted()
      #expect(values.count == board.options.count)
      let expected = values.count % 2 == 1 ? values[middle] : (values[middle] + values[middle + 1]) / 2
      let typical = try #require(board.typical[.carbon]?.estimate)
      #expect(abs(typical.value.value / expected - 1) < 1e-12)
    }
    let one = try Boards.make("task=chat&model=Llama 3.1 8B&region=DE")
    #expect(one.typical[.carbon]?.estimate == nil)
    #expect(one.options[0].verdict(.carbon).standing == .unknown)
  }

  @Test("What options share cancels: the same model on a clearly cleaner grid is lower, although intervals overlap")
  func cancelling() throws {
    let board = try Boards.make("task=chat&model=Llama 3.1 8B&region=FR,DE,PL")
    let france = try #require(board.options.first { $0.choice.region == "FR" })
    let germany = try #require(board.options.first { $0.choice.region == "DE" })
    let (low, high) = (try #require(france.estimate(.carbon)), try #require(germany.estimate(.carbon)))
    #expect(high.low < low.high, "intervals overlap")
    #expect(france.verdict(.carbon).standing == .lower)
    #expect(germany.verdict(.carbon).standing == .typical && germany.verdict(.carbon).percent == 0)
    #expect(france.verdict(.energy).standing == .typical, "the same energy everywhere")
  }

  @Test("How far a model lies from the fit is its own: models of nearly one size are not told apart")
  func ownFit() throws {
    let board = try Boards.make("task=chat&model=Llama 3.1 8B,Nemotron Nano 9B v2,Gemma 3 12B&region=DE")
    for option in board.options { #expect(option.verdict(.carbon).standing == .typical, "\(option.label)") }
    let precision = try Boards.make("task=chat&model=Llama 3.1 8B&precision=bf16,fp8,int4&region=DE")
    for option in precision.options { #expect(option.verdict(.carbon).standing == .typical, "\(option.label)") }
  }

  @Test("Without a signal of the grid times have one value and no verdict but typical, and the board says so")
  func timesWithoutSignal() throws {
    let board = try Boards.make("task=chat&model=Llama 3.1 8B&region=DE&time=now,%2B3h,tonight")
    #expect(Set(board.options.compactMap { $0.value(.carbon) }).count == 1)
    for option in board.options { #expect(option.verdict(.carbon).standing == .typical) }
    #expect(board.statements.contains { $0.contains("hours there cannot be compared") })
  }

  @Test("With a signal the cleaner hour is lower, as far as the forecast is sure")
  func timesWithSignal() throws {
    func intensity(_ grams: Double, _ relative: Double, _ name: String) -> Finding<CarbonIntensity> {
      .figure(
        PublishedFactor.figure(
          "intensity", CarbonIntensity.gramsPerKilowattHour(grams), relative: -relative...relative, uncertainty: name,
          source: Source("a test")))
    }
    let slot = { (time: BoardTime) in BoardSlot(region: "DE", time: time) }
    for (grams, relative, standing) in [(250.0, 0.1, Verdict.Standing.lower), (400, 0.4, .typical)] {
      let board = try Boards.make(
        "task=chat&model=Llama 3.1 8B&region=DE&time=now,%2B3h,%2B6h",
        signals: [
          slot(.now): intensity(500, 0.01, "now"), slot(.later(.hours(3))): intensity(grams, relative, "three"),
          slot(.later(.hours(6))): intensity(490, 0.01, "six"),
        ])
      #expect(board.options[1].verdict(.carbon).standing == standing)
      #expect(!board.statements.contains { $0.contains("hours there cannot be compared") })
    }
  }

  @Test("Filters hide options and change nothing of what is typical; unknown passes no filter")
  func filters() throws {
    let all = try Boards.make(Boards.usual)
    let some = try Boards.make(Boards.usual + "&filter=latency<=8s")
    #expect(some.shown.map(\.choice.model) == ["Llama 3.1 8B", "Llama 3.1 8B"])
    #expect(some.hidden == 2)
    #expect(some.typical == all.typical)
    #expect(try Boards.make(Boards.usual + "&max_latency=8").shown.count == 2)
    #expect(try Boards.make(Boards.usual + "&filter=quality>0").shown.isEmpty)
    #expect(try Boards.make(Boards.usual + "&limit=1").shown.count == 1)
  }

  @Test("Sorting puts the best first and the unknown last; quality is best when it is high")
  func sorting() throws {
    let rows = "&row=by hand: latency=60 s, quality=0.9&quality=Llama 3.1 8B=0.7&quality=Llama 3.3 70B=0.8"
    let byCarbon = try Boards.make(Boards.usual + rows)
    let values = byCarbon.shown.compactMap { $0.value(.carbon) }
    #expect(values == values.sorted() && values.count == 4)
    #expect(byCarbon.shown.last?.choice.model == "by hand")
    let byQuality = try Boards.make(Boards.usual + rows + "&sort=quality")
    #expect(byQuality.shown.first?.choice.model == "by hand")
    #expect(byQuality.shown.last?.choice.model == "Llama 3.1 8B")
  }

  @Test("Without a place carbon is unknown, the list is sorted by electricity, and the board says why")
  func noPlace() throws {
    let board = try Boards.make("task=chat&model=Llama 3.3 70B,Llama 3.1 8B")
    #expect(board.sortedBy == .energy && board.shown.first?.choice.model == "Llama 3.1 8B")
    #expect(board.options.allSatisfy { $0.value(.carbon) == nil && $0.verdict(.carbon).standing == .unknown })
    #expect(board.statements.contains { $0.hasPrefix("No place was named") })
  }

  @Test("Carbon counts the same of every option: making is left out as soon as one option does not know it")
  func boundaries() throws {
    let estimated = try Boards.make(Boards.usual)
    #expect(estimated.boundaries.carbon == .useAndMaking && estimated.boundaries.water == .plants)
    #expect(try Boards.make(Boards.usual + "&wue=0.3").boundaries.water == .siteAndPlants)
    var samples = VariantSamples()
    let mixed = try Boards.make(Boards.usual + "&alias=texts", variants: [samples.text("small")])
    #expect(mixed.boundaries.carbon == .use)
    let option = try #require(mixed.options.first { $0.basis == .estimated })
    #expect(option.value(.carbon) == option.figures.use.figure?.value.grams)
  }

  @Test("Measured variants are options by their newest calibration, with their measured quality")
  func measured() throws {
    var samples = VariantSamples()
    let variants = [
      samples.image("small", joules: 1, quality: 74, at: 0), samples.image("small", joules: 2, quality: 75, at: 10),
      samples.image("large", joules: 9, quality: 83, at: 0),
    ]
    let board = try Boards.make("alias=digits&region=DE&quality=small=0.1", variants: variants)
    #expect(board.options.map(\.choice.model) == ["large", "small"])
    #expect(board.options.allSatisfy { $0.basis == .measured })
    let small = board.options[1]
    #expect(small.value(.energy) == 2.5 && small.value(.quality) == 0.75)
    #expect(small.value(.latency) == nil)
    let work = try Boards.make("task=chat&alias=texts&region=DE", variants: [samples.text("small")])
    // 0.5 J, 1 J for the text, 250 x 0.01 J and 400 x 0.1 J.
    #expect(abs((work.options[0].value(.energy) ?? 0) - 44) < 1e-9)
  }

  @Test("What was measured goes before an estimate of the same name")
  func measuredFirst() throws {
    var samples = VariantSamples()
    let board = try Boards.make(
      "task=chat&alias=texts&model=Llama 3.1 8B&region=DE", variants: [samples.text("Llama 3.1 8B")])
    #expect(board.options.map(\.basis) == [.measured])
    #expect(board.leftOut.map(\.reason) == ["it was measured, which goes before an estimate"])
  }

  @Test("Choices that cannot be are left out with the reason")
  func leftOut() throws {
    let closed = try Boards.make("task=chat&model=GPT-4o=100:400,Llama 3.1 8B&precision=fp8&region=DE")
    #expect(closed.options.map(\.choice.model) == ["Llama 3.1 8B"])
    #expect(closed.leftOut.map(\.label) == ["GPT-4o, fp8, DE"])
    var samples = VariantSamples()
    let mixed = try Boards.make(
      "task=chat&alias=digits,texts", variants: [samples.text("a"), samples.image("b", joules: 1, quality: 80, at: 0)])
    #expect(mixed.options.count == 1 && mixed.leftOut.count == 1)
  }

  @Test("The law of receipts holds in every figure of every option")
  func leaves() throws {
    var samples = VariantSamples()
    let boards = [
      try Boards.make(Boards.usual + "&pue=1.2&wue=0.3&price=0.3&cached=0,0.5&row=by hand: carbon=0.2 g"),
      try Boards.make("task=reasoning&model=GPT-X=100:400/20:60&region=World&pue=unknown&gpu=B200"),
      try Boards.make("task=image&model=FLUX.1 dev,Some service=5:20&region=SE"),
      try Boards.make("task=video&model=HunyuanVideo&region=US&steps=30&frames=61"),
      try Boards.make("task=chat&alias=texts&region=DE", variants: [samples.text("small")]),
    ]
    for board in boards {
      for option in board.options {
        for measure in Measure.allCases {
          let receipt = option.receipt(measure)
          guard receipt.value != nil else { continue }
          #expect(comparingLaw.breaches(of: receipt) == [], "\(option.label): \(measure.rawValue)")
        }
      }
    }
  }

  @Test("A U-Net and a transformer stand on one board, by any of their names")
  func unets() throws {
    let board = try Boards.make("task=image&model=stabilityai/stable-diffusion-xl-base-1.0,SD 1.5,FLUX.1 dev&gpu=H100")
    let energies = try board.options.map { try #require($0.value(.energy)) }
    #expect(energies.count == 3)
    #expect(energies[1] < energies[0] && energies[0] < energies[2])
    #expect(throws: (any Error).self) { try Boards.make("task=image&model=SDXL,Stable Diffusion XXL") }
  }

  @Test("Pictures and clips are compared at one size, whatever each model is published with")
  func oneSize() throws {
    let board = try Boards.make("task=image&model=FLUX.1 dev,Stable Diffusion 3.5 Large&region=SE")
    #expect(board.functionalUnit == "one picture: 1024 x 1024 pixels")
    let small = try Boards.make("task=image&model=FLUX.1 dev,Stable Diffusion 3.5 Large&region=SE&width=512&height=512")
    for (large, small) in zip(board.options, small.options) {
      #expect(try #require(small.value(.energy)) < large.value(.energy) ?? 0)
    }
  }
}

/// Calibrations for tests.
struct VariantSamples {
  private var ids = IdentifierSource()

  mutating func image(_ name: String, joules: Double, quality: Double, at seconds: Double) -> VariantRecord {
    make("digits", name, perUnit: joules, quality: quality, at: seconds, tokens: nil)
  }

  mutating func text(_ name: String) -> VariantRecord {
    make("texts", name, perUnit: 1, quality: 60, at: 0, tokens: (0.01, 0.1))
  }

  private mutating func make(
    _ alias: String, _ name: String, perUnit: Double, quality: Double, at seconds: Double,
    tokens: (input: Double, output: Double)?
  ) -> VariantRecord {
    let receipt = Receipt(
      label: "energy of one unit", value: perUnit, low: perUnit * 0.9, high: perUnit * 1.1, unit: Energy.baseUnit,
      origin: .measured, method: "token-fit@1", source: Source("a test"))
    return VariantRecord(
      id: ids.next(), alias: alias, name: name,
      calibrated: Timestamp(milliseconds: 1_600_000_000_000 + Int64(seconds * 1000)), quality: quality,
      qualityLow: quality - 2, samples: 500, perUnit: (perUnit, perUnit * 0.9, perUnit * 1.1),
      perRequest: (0.5, 0.45, 0.55), perInputToken: tokens.map { EnergyCoefficient($0.input) },
      perOutputToken: tokens.map { EnergyCoefficient($0.output) }, receipt: receipt)
  }
}
