import Accounting
import Factors
import Methods
import MethodsConformance
import Quantities
import Testing

@Suite("Embodied carbon by several models at once")
struct EmbodiedModelTests {
  let tables: FactorTables
  init() throws { tables = try FactorTables.embedded() }

  @Test(
    "Each card is an interval over at least three models, each with its own number, and its receipt keeps the law",
    arguments: ["H100", "H200", "B200", "A100", "L4", "L40S", "MI300X", "T4", "V100"])
  func cards(_ name: String) throws {
    let card = try CardCarbon.embodied(of: name, tables: tables)
    let models = card.receipt.inputs.compactMap(\.value)
    #expect(models.count >= 3)
    #expect(agrees(card.estimate.low.grams, try #require(models.min())))
    #expect(agrees(card.estimate.high.grams, try #require(models.max())))
    #expect(card.estimate.low < card.value && card.value < card.estimate.high)
    #expect(card.estimate.low.grams > 1000 && card.estimate.high.grams < 3e6)
    let registry = MethodRegistry(AccountingMethods.all + FactorsMethods.all)
    #expect(ReceiptLaw(registry).breaches(of: card.receipt) == [])
  }

  @Test(
    "ACT and Boavizta are in it as their own methods print them: 567.7 kg and a die of 19.3 kg for an A100 of 80 GB")
  func ownNumbers() throws {
    let card = try CardCarbon.embodied(of: "NVIDIA A100-SXM4-80GB", tables: tables)
    let boavizta = try #require(card.receipt.inputs.first { $0.label.contains("Boavizta") })
    #expect(agrees(try #require(boavizta.value), 567_700, to: 1e-3))
    let act = try #require(card.receipt.inputs.first { $0.label.contains("ACT") })
    #expect(agrees(try #require(act.inputs.first?.value), 19298.568))
    #expect(agrees(try #require(act.value), 19298.568 + 80 * 65 / 0.875))
  }

  @Test("A card whose number is mostly its assumed memory says so; one of little memory does not")
  func memory() throws {
    let much = try #require(CardCarbon.embodied(of: "MI300X", tables: tables).receipt.note)
    #expect(much.contains("% of Boavizta's number is its assumed area of memory"))
    let little = try #require(CardCarbon.embodied(of: "V100 SXM2 16GB", tables: tables).receipt.note)
    #expect(!little.contains("assumed area of memory"))
  }

  @Test("Which model is right is one question for all cards: it cancels where two cards are compared")
  func shared() throws {
    let one = try CardCarbon.embodied(of: "L4", tables: tables).estimate
    let other = try CardCarbon.embodied(of: "H100", tables: tables).estimate
    #expect(Set(one.deviations.keys) == Set(other.deviations.keys))
    #expect(Comparison.between(one, and: other) == .lower)
    #expect(one.high > other.low)
  }

  @Test("Names as drivers print them lead to the card; an unknown one is refused with near names")
  func names() throws {
    for name in ["H100", "NVIDIA H100 80GB HBM3", "h100 sxm 80gb"] {
      #expect(try CardCarbon.embodied(of: name, tables: tables).receipt.label.contains("H100 SXM 80GB"))
    }
    #expect(try CardCarbon.embodied(of: "Tesla T4", tables: tables).receipt.label.contains("T4"))
    #expect(throws: FactorError.self) { try CardCarbon.embodied(of: "H1000", tables: tables) }
    let error = #expect(throws: FactorError.self) { try CardCarbon.embodied(of: "B20", tables: tables) }
    #expect(try #require(error?.description).contains("B200"))
  }

  @Test(
    "A host of eight cards without them is an interval of 3 to 6 tonnes, from printed numbers and two models by parts")
  func host() throws {
    let host = try HostCarbon.embodied(tables: tables)
    #expect(host.receipt.inputs.count == 5)
    #expect(host.estimate.low.grams <= 3e6 + 1 && host.estimate.high.grams >= 6e6 - 1)
    #expect(host.estimate.high.grams < 9e6)
  }

  @Test("By time and by use stand side by side; without the life's work the second is unknown, not zero")
  func amortisation() {
    let both = { (lifetimeWork: Finding<Ratio>) in
      Amortisation(
        total: Given.exact(Carbon.kilograms(1000)), reserved: Given.exact(Span.hours(1)),
        life: Given.exact(Span.years(4)), share: Given.exact(Ratio(1)), work: Given.exact(Ratio(3600)),
        lifetimeWork: lifetimeWork)
    }
    let known = both(.figure(Given.exact(Ratio(4 * 31_536_000 * 0.4))))
    #expect(agrees(known.byTime.value.grams, 28.538812785, to: 1e-9))
    // Work at one unit a second while busy: by use, a machine that is busy 40 % of its life owes 2.5 times as much.
    #expect(agrees(known.byUse.figure?.value.grams ?? 0, 28.538812785 * 2.5, to: 1e-9))
    #expect(both(.unknown("nobody said")).byUse.reason == "nobody said")
    let hour = Amortisation.perUsefulHour(
      total: Given.exact(Carbon.kilograms(1000)), life: Given.exact(Span.years(4)), utilisation: Given.exact(Ratio(0.4))
    )
    #expect(agrees(hour.value.grams, 28.538812785 * 2.5, to: 1e-9))
  }
}
