import Accounting
import Factors
import Foundation
import Methods
import Quantities
import TestSupport
import Testing

@Suite("Embodied carbon")
struct EmbodiedTests {
  let table: EmbodiedTable
  init() throws { table = try FactorTables.embedded().embodied }

  private func byTime(_ kilograms: Double, _ reserved: Span, share: Double = 1) -> Figure<Carbon> {
    EmbodiedCarbon.byTime(
      total: Given.exact(Carbon.kilograms(kilograms)), reserved: Given.exact(reserved),
      life: Given.exact(Span.years(4)), share: Given.exact(Ratio(share)))
  }

  @Test("1000 kg over 4 years is 28.5 g an hour")
  func timeShare() {
    #expect(agrees(byTime(1000, .hours(1)).value.grams, 28.538812785, to: 1e-9))
    #expect(agrees(byTime(1000, .years(4)).value.grams, 1e6))
    #expect(agrees(byTime(1000, .hours(1), share: 0.25).value.grams, 28.538812785 / 4))
  }

  @Test("By use: a busy life makes each piece of work cheaper")
  func byUse() {
    let share = { (lifetime: Double) in
      EmbodiedCarbon.byUse(
        total: Given.exact(Carbon.kilograms(1000)), work: Given.exact(Ratio(1)),
        lifetimeWork: Given.exact(Ratio(lifetime))
      ).value.grams
    }
    #expect(agrees(share(1e6), 1))
    #expect(share(1e7) < share(1e6))
    // 1900 t of training over 1e11 requests.
    let training = EmbodiedCarbon.byUse(
      total: Given.exact(Carbon.kilograms(1_900_000)), work: Given.exact(Ratio(1)),
      lifetimeWork: Given.exact(Ratio(1e11)))
    #expect(agrees(training.value.grams, 0.019))
  }

  @Test("The parts of a device's time are its whole, in any split")
  func splitsOfTime() {
    var random = Seeded(50)
    for _ in 0..<100 {
      let cuts = (0..<Int.random(in: 1...9, using: &random)).map { _ in random.magnitude(0...6) }
      let whole = byTime(1500, .seconds(cuts.reduce(0, +))).value.grams
      #expect(agrees(cuts.map { byTime(1500, .seconds($0)).value.grams }.reduce(0, +), whole))
    }
  }

  @Test("ACT, 7 nm with 97 % abatement in Taiwan: 2318.229 g/cm2, and 19.3 kg for a die of 826 mm2 in its package")
  func a100Die() throws {
    let chips = ChipCarbon(table)
    let perArea = try chips.perArea(process: "7nm")
    #expect(agrees(perArea.value.baseValue, 2318.228571428571))
    let die = try chips.die(area: Given.exact(Area.squareMillimetres(826)), perArea: perArea)
    #expect(agrees(die.value.grams, 19298.568))
    #expect(die.estimate.low.grams <= 19298.568 / 2 && die.estimate.high.grams >= 19298.568 * 2 - 1e-6)
    #expect(die.receipt.flattened.contains { $0.source?.citation == "Meta ACT" && $0.source?.licence == "MIT" })
  }

  @Test("ACT, 10 nm in a coal-fired fab with 95 % abatement: 2228 g/cm2")
  func coalFab() throws {
    let coal = try FactorTables.embedded().fuels.intensity(of: "coal")
    let perArea = try ChipCarbon(table).perArea(process: "10nm", abatement: .percent95, fabGrid: coal)
    #expect(agrees(perArea.value.baseValue, 2228))
  }

  @Test("ACT, DDR4 of 3 GB without its package: 222.857 g; with it 150 g more")
  func dram() throws {
    let chips = ChipCarbon(table)
    let bare = try chips.memory(.dram, "ddr4_10nm", capacity: Given.exact(Bits.bytes(3e9)))
    #expect(agrees(bare.value.grams, 222.85714285714286))
    let packaged = try chips.memory(.dram, "ddr4_10nm", capacity: Given.exact(Bits.bytes(3e9)), packages: 1)
    #expect(agrees(packaged.value.grams - bare.value.grams, 150, to: 1e-6))
  }

  @Test("A disk's factor is after yield, and only memory and storage have one")
  func disk() throws {
    let disk = try ChipCarbon(table).memory(.disk, "Exosx12", capacity: Given.exact(Bits.bytes(1e12)))
    #expect(agrees(disk.value.grams, 1140))
    #expect(throws: FactorError.self) {
      try ChipCarbon(table).memory(.gpuCard, "any GPU", capacity: Given.exact(Bits.bytes(1)))
    }
    #expect(throws: FactorError.self) { try ChipCarbon(table).perArea(process: "6nm") }
  }

  @Test("Cloud Carbon Footprint's server: two CPUs, 384 GB, an SSD, a disk and a GPU")
  func ccfServer() throws {
    let parts = ServerCarbon.Parts(cpus: 2, memory: .bytes(384e9), ssds: 1, hdds: 1, gpus: 1)
    let server = try ServerCarbon(table).embodied(in: parts)
    let expected = 1_910_791.6666666667  // 1000 + 100 + 533 / 384 x 368 + 100 + 50 + 150 kg
    #expect(agrees(server.value.grams, expected))
    #expect(server.estimate.method == "ccf-server@1")
    #expect(server.estimate.origin == .modelled)
    #expect(server.receipt.inputs.count == 6)
    #expect(agrees(server.receipt.inputs.compactMap(\.value).reduce(0, +), expected))
    #expect(try ServerCarbon(table).life().value == .years(4))
  }

  @Test("A small server is never less than the base")
  func base() throws {
    #expect(try ServerCarbon(table).embodied(in: .init(cpus: 0, memory: .bytes(1e9))).value == .kilograms(1000))
  }

  @Test("Impact Framework has disks the other way round: two of them for an hour are 34.2466 g")
  func impactFramework() throws {
    let parts = ServerCarbon.Parts(memory: .bytes(16e9), hdds: 2)
    let theirs = ServerCarbon(table, model: .impactFramework)
    let share = EmbodiedCarbon.byTime(
      total: try theirs.embodied(in: parts), reserved: Given.exact(Span.hours(1)), life: try theirs.life(),
      share: Given.exact(Ratio(1)))
    #expect(agrees(share.value.grams, 34.24657534246575))
    #expect(try ServerCarbon(table).embodied(in: parts).value == .kilograms(1100))
  }

  @Test("Two servers of one model: what the model is off by cancels in their ratio; the GPUs' part does not")
  func modelCancels() throws {
    let one = try ServerCarbon(table).embodied(in: .init(memory: .bytes(16e9))).estimate
    let two = try ServerCarbon(table).embodied(in: .init(cpus: 2, memory: .bytes(64e9))).estimate
    #expect((two / one).deviations.isEmpty)
    let withGPU = try ServerCarbon(table).embodied(in: .init(memory: .bytes(16e9), gpus: 8)).estimate
    #expect(!(withGPU / one).deviations.isEmpty)
  }
}

@Suite("Embodied carbon of this machine")
struct MachineTests {
  /// Two CPUs and 384 GB: 1000 + 100 + 533 / 384 x 368 kg.
  let reference = 1_610_791.6666666667
  let rule: MachineCarbon
  init() throws { rule = MachineCarbon(try FactorTables.embedded()) }

  private func total(_ machine: Machine) throws -> Figure<Carbon> { try rule.account(of: machine).total }

  @Test("A machine that is no guest is a whole server of its visible parts")
  func bareMetal() throws {
    let figure = try total(Machine(threads: 16, parts: .init(cpus: 1, memory: .bytes(64e9)), isGuest: false))
    #expect(agrees(figure.value.grams, 1_066_625))
    #expect(figure.estimate.origin == .modelled)
    #expect(figure.receipt.note?.contains("whole server of its visible size") == true)
    #expect(figure.estimate.high / figure.value > 1.9)
  }

  @Test("A guest of a stated host is its share of that host's threads")
  func statedHost() throws {
    let host = Machine.Host(threads: 96, parts: .init(cpus: 2, memory: .bytes(384e9)))
    let figure = try total(Machine(threads: 24, parts: .init(memory: .bytes(8e9)), isGuest: true, host: host))
    #expect(agrees(figure.value.grams, reference / 4))
    #expect(figure.receipt.flattened.contains { $0.note == "24 of 96 threads" })
    let tooMany = try total(Machine(threads: 960, parts: .init(memory: .bytes(8e9)), isGuest: true, host: host))
    #expect(agrees(tooMany.value.grams, 4 * figure.value.grams))
  }

  @Test("A guest of an unknown host is a slice of a 384 GB server by memory: assumed, and a factor of four wide")
  func unknownHost() throws {
    let figure = try total(Machine(threads: 2, parts: .init(cpus: 2, memory: .bytes(3.84e9)), isGuest: true))
    #expect(agrees(figure.value.grams, reference / 100))
    #expect(figure.estimate.origin == .assumed)
    #expect(figure.estimate.high / figure.value >= 4)
    #expect(figure.value / figure.estimate.low >= 4)
    #expect(figure.receipt.note?.contains("unknown host") == true)
  }

  @Test("Slices of all sizes grow with memory and never exceed a whole server")
  func monotone() throws {
    var last = Carbon.zero
    for gigabytes in [1.0, 4, 64, 200, 383, 384, 512, 4096] {
      let machine = Machine(threads: 4, parts: .init(cpus: 2, memory: .bytes(gigabytes * 1e9)), isGuest: true)
      let figure = try total(machine)
      #expect(figure.value > last)
      let whole = try total(
        Machine(threads: 4, parts: .init(cpus: 2, memory: .bytes(max(384, gigabytes) * 1e9)), isGuest: false))
      #expect(figure.value <= whole.value)
      last = figure.value
    }
  }

  private func machine(_ cards: [Machine.Card], gigabytes: Double = 64, isGuest: Bool = false) -> Machine {
    Machine(threads: 8, parts: .init(memory: .bytes(gigabytes * 1e9)), isGuest: isGuest, cards: cards)
  }

  @Test("Cards that a machine shows are added by all models that know them, eight times one for eight")
  func cards() throws {
    let tables = try FactorTables.embedded()
    let one = try CardCarbon.embodied(of: "NVIDIA H100 80GB HBM3", tables: tables)
    let bare = try total(machine([]))
    let with = try total(machine(Array(repeating: .init(name: "NVIDIA H100 80GB HBM3"), count: 8)))
    #expect(agrees(with.value.grams, bare.value.grams + 8 * one.value.grams))
    #expect(with.estimate.method == "machine-embodied@2")
    // Eight alike are off together: the interval is eight times as wide, not less.
    let card = try #require(with.receipt.flattened.first { $0.method == "machine-cards@1" })
    #expect(card.label == "GPU cards: 8 x NVIDIA H100 80GB HBM3")
    #expect(agrees(try #require(card.high), 8 * one.estimate.high.grams))
    #expect(bare.receipt.note?.contains("No GPU card is shown") == true)
  }

  @Test("A card that no table knows is an interval over all that are known, assumed, and says so")
  func unknownCard() throws {
    let tables = try FactorTables.embedded()
    for name in ["NVIDIA Q9000 Hyper", nil] {
      let with = try total(machine([.init(name: name)]))
      #expect(with.estimate.origin == .assumed)
      let card = try #require(with.receipt.flattened.first { $0.method == "unknown-card-embodied@1" })
      #expect(card.note?.contains("\(tables.cardModels.cards.count) cards that are known") == true)
      for known in tables.cardModels.cards {
        let figure = try CardCarbon.embodied(of: known.name, tables: tables).estimate
        #expect(try #require(card.low) <= figure.low.grams && figure.high.grams <= #require(card.high))
      }
    }
  }

  @Test("A card that is cut counts by the slices that are shown; who has the rest is open")
  func slices() throws {
    let tables = try FactorTables.embedded()
    let one = try CardCarbon.embodied(of: "A100 80GB", tables: tables)
    let bare = try total(machine([])).value.grams
    let part = try total(machine([.init(name: "A100 80GB", extent: .slices(3, of: 7))]))
    #expect(agrees(part.value.grams - bare, one.value.grams * 3 / 7))
    let share = try #require(part.receipt.flattened.first { $0.method == "card-share@1" })
    #expect(agrees(try #require(share.low), 3.0 / 7) && share.high == 1)
    #expect(share.note?.contains("3 of 7 compute slices") == true)
    let all = try total(machine([.init(name: "A100 80GB", extent: .slices(7, of: 7))]))
    #expect(agrees(all.value.grams - bare, one.value.grams))
    // A virtual GPU tells nothing of its part.
    let virtual = try total(machine([.init(name: "A100 80GB", extent: .part)]))
    #expect(agrees(virtual.value.grams - bare, one.value.grams / 2) && virtual.estimate.origin == .assumed)
    #expect(virtual.estimate.high > all.estimate.value && virtual.receipt.note?.contains("Building") == true)
  }

  @Test("A card passed through to a guest is whole, whatever slice of a host the rest is")
  func passedThrough() throws {
    let tables = try FactorTables.embedded()
    let card = try CardCarbon.embodied(of: "Tesla T4", tables: tables).value.grams
    let without = machine([], gigabytes: 3.84, isGuest: true)
    let with = machine([.init(name: "Tesla T4")], gigabytes: 3.84, isGuest: true)
    #expect(agrees((try total(with).value - (try total(without).value)).grams, card))
    var hosted = with
    hosted.host = .init(threads: 96, parts: .init(cpus: 2, memory: .bytes(384e9), gpus: 4))
    #expect(agrees(try total(hosted).value.grams, reference * 8 / 96 + card))
  }

  @Test("What was kept before cards were counted is read as a machine without any")
  func earlierRecord() throws {
    var machine = machine([.init(name: "T4", extent: .slices(1, of: 7)), .init(name: nil, extent: .part)])
    machine.unseenCards = "a driver did not answer"
    #expect(try JSONDecoder().decode(Machine.self, from: JSONEncoder().encode(machine)) == machine)
    var object = try #require(
      JSONSerialization.jsonObject(with: JSONEncoder().encode(machine)) as? [String: Any])
    object["cards"] = nil
    object["unseenCards"] = nil
    let old = try JSONDecoder().decode(Machine.self, from: JSONSerialization.data(withJSONObject: object))
    #expect(old.cards.isEmpty && old.unseenCards == nil && old.threads == 8)
    #expect(try total(machine).receipt.note?.contains("a driver did not answer") == true)
  }
}
