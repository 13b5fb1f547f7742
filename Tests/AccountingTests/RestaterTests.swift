import Factors
import Methods
import Quantities
import Testing

@testable import Accounting

@Suite("Restating kept figures")
struct RestaterTests {
  let registry = MethodRegistry(AccountingMethods.all + FactorsMethods.all)

  private var water: WaterUse {
    let energy = ITEnergy(Given.energy(.kilowattHours(10), relative: -0.05...0.05))
    let factor = { (value: Double, source: String) in
      Finding.figure(
        Figure(
          source,
          Estimate(
            WaterIntensity.litresPerKilowattHour(value), relative: -0.5...1, origin: .published,
            method: "published-factor@1", source: source)))
    }
    return WaterUse(
      energy: energy, facility: FacilityEnergy(energy, pue: Given.exact(Ratio(1.2))), onSite: factor(0.57, "wue"),
      offSite: factor(3.13, "ewif"))
  }

  /// The figure as the first version kept it: the same value, ends on the logarithm.
  private func first(_ receipt: Receipt) -> Receipt {
    var old = receipt
    old.method = "water@1"
    old.additivity = nil
    let estimate = Estimate(
      Ratio(old.value ?? 0), origin: old.origin, method: "water@1", deviations: old.deviations)
    old.low = estimate.low.value
    old.high = estimate.high.value
    return old
  }

  @Test("A figure of the first version is recomputed by the second: same value, narrower ends, and it says why")
  func restated() throws {
    let now = try water.total.get().receipt
    let old = first(now)
    #expect(old.low != now.low || old.high != now.high)
    guard case .restated(let receipt, let changes) = Restater(registry).restate(old) else {
      Issue.record("not restated")
      return
    }
    #expect(
      receipt.method == "water@2" && receipt.value == now.value && receipt.low == now.low && receipt.high == now.high)
    #expect(receipt.deviations == now.deviations && receipt.inputs == now.inputs)
    #expect(changes.map(\.to) == ["water@2"] && changes[0].reason.contains("The value is the same"))
    #expect(receipt.note?.contains("by water@1") == true)
    // Once restated there is nothing left to do.
    #expect(Restater(registry).restate(receipt) == .current)
  }

  @Test("What is of the newest versions stays as it is, and other methods' figures too when one is named")
  func current() throws {
    #expect(Restater(registry).restate(try water.total.get().receipt) == .current)
    let old = first(try water.total.get().receipt)
    #expect(Restater(registry, only: ["run-carbon"]).restate(old) == .current)
    #expect(Restater(registry).restate(Receipt(label: "x", value: nil, unit: "g", origin: .assumed)) == .current)
  }

  @Test("A change far down the tree moves what rests on it, with its own uncertainty")
  func upwards() throws {
    let double = Formula(
      id: "machine-embodied@3", summary: "twice", formula: "2 x", citation: Source("test"),
      inputs: MachineCarbon.formula.inputs,
      output: MachineCarbon.formula.output, changes: "Twice as much, for a test.",
      evaluate: MachineCarbon.formula.evaluate)
    let newer = MethodRegistry(AccountingMethods.all + FactorsMethods.all + [double.method])
    let machine = Machine(threads: 8, parts: .init(cpus: 1, memory: .bytes(64e9)), isGuest: true)
    let account = try MachineCarbon(FactorTables.embedded()).account(of: machine)
    let owed = EmbodiedCarbon.byTime(
      total: account.total, reserved: Given.exact(Span.hours(1)), life: account.life, share: Given.exact(Ratio(1)))
    let formulas = AccountingMethods.formulas.filter { $0.id.name != "machine-embodied" } + [double]
    guard
      case .restated(let receipt, let changes) = Restater(newer, formulas: formulas, only: nil).restate(owed.receipt)
    else {
      Issue.record("not restated")
      return
    }
    #expect(changes.map(\.to) == ["machine-embodied@3"])
    #expect(receipt.value == owed.receipt.value && receipt.inputs[0].method == "machine-embodied@3")
    #expect(receipt.low == owed.receipt.low && receipt.high == owed.receipt.high)
  }

  @Test("Inputs that do not give the kept value are not restated from, and it says so")
  func damaged() throws {
    var old = first(try water.total.get().receipt)
    old.inputs[0].value = 99
    guard case .notRecomputed(let unknown, let changes) = Restater(registry).restate(old) else {
      Issue.record("restated from damaged inputs")
      return
    }
    #expect(unknown.reason.contains("measure again") && changes.count == 1)
    old = first(try water.total.get().receipt)
    old.inputs = []
    guard case .notRecomputed(let bare, _) = Restater(registry).restate(old) else {
      Issue.record("restated from nothing")
      return
    }
    #expect(bare.reason.contains("does not hold the inputs"))
  }

  @Test("Every method with more than one version says in each later one what changed")
  func changesAreSaid() {
    let names = Dictionary(grouping: registry.methods, by: \.id.name).filter { $0.value.count > 1 }
    #expect(names.keys.contains("water") && names.keys.contains("sum") && names.keys.contains("run-carbon"))
    for method in names.values.flatMap(\.self) where method.id.version > 1 {
      #expect(method.changes?.isEmpty == false, "\(method.id)")
    }
  }
}
