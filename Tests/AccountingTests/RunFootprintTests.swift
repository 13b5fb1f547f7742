import Accounting
import Factors
import Methods
import Quantities
import TestSupport
import Testing

@Suite("The footprint of a run")
struct RunFootprintTests {
  let tables: FactorTables
  init() throws { tables = try FactorTables.embedded() }

  private var inputs: RunFootprint.Inputs {
    RunFootprint.Inputs(energy: Given.energy(.kilowattHours(1), relative: -0.05...0.05), duration: .hours(1))
  }

  private var server: Machine { Machine(threads: 16, parts: .init(memory: .bytes(16e9)), isGuest: false) }

  @Test("Without a region nothing of the grid is known, and each says how to make it known")
  func noRegion() {
    let footprint = RunFootprint(inputs)
    #expect(footprint.carbon.reason == "no region was given; give one with --region, for example --region DE")
    #expect(footprint.intensity.reason == footprint.carbon.reason)
    #expect(footprint.totalCarbon.reason == footprint.carbon.reason)
    #expect(footprint.water.total.reason?.contains("--region") == true)
    #expect(footprint.water.total.reason?.contains("WUE") == true)
    #expect(footprint.embodied.reason?.contains("machine") == true)
    #expect(footprint.facilityEnergy.figure.value == .kilowattHours(1))
  }

  @Test("With a region: 1 kWh in Germany is 342 g, within what the grid and the meter leave open")
  func germany() throws {
    var inputs = inputs
    try inputs.take(region: "DE", from: tables.regions)
    let footprint = RunFootprint(inputs)
    let carbon = try footprint.carbon.get()
    #expect(agrees(carbon.value.grams, 342.06))
    #expect(carbon.estimate.high / carbon.value > 1.5)
    #expect(carbon.estimate.origin == .modelled)
    #expect(carbon.receipt.flattened.contains { $0.source?.citation == "Ember, Yearly Electricity Data" })
    #expect(carbon.receipt.note == "IT energy only: facility overhead (PUE) is not counted.")
    #expect(agrees(try footprint.water.offSite.get().value.litres, 1.947))
    #expect(footprint.water.total.reason == RunFootprint.noOnSiteWater.reason)
  }

  @Test("A stated PUE is declared, counted once, and changes carbon and off-site water but not on-site water")
  func pue() throws {
    var inputs = inputs
    try inputs.take(region: "DE", from: tables.regions)
    inputs.onSiteWater = .figure(Given.exact(WaterIntensity.litresPerKilowattHour(0.5)))
    try inputs.take(statedPUE: 1.5)
    let footprint = RunFootprint(inputs)
    #expect(agrees(try footprint.carbon.get().value.grams, 342.06 * 1.5))
    #expect(agrees(try footprint.water.offSite.get().value.litres, 1.947 * 1.5))
    #expect(try footprint.water.onSite.get().value == .litres(0.5))
    #expect(agrees(try footprint.water.total.get().value.litres, 0.5 + 1.947 * 1.5))
    let receipts = try footprint.carbon.get().receipt.flattened
    #expect(receipts.filter { $0.method == "pue@1" }.count == 1)
    #expect(receipts.contains { $0.label == "PUE, as stated" && $0.origin == .declared })
    #expect(try footprint.carbon.get().receipt.note == nil)
  }

  @Test("No site has a PUE below 1", arguments: [0.9, 0, -1, .nan, .infinity, 101])
  func absurdPUE(_ value: Double) {
    var inputs = inputs
    #expect(throws: Unknown.self) { try inputs.take(statedPUE: value) }
    #expect(inputs.pue.figure == nil)
  }

  @Test("An hour on a whole server of 1000 kg owes 28.5 g of it")
  func embodied() throws {
    var inputs = inputs
    try inputs.take(machine: server, from: tables)
    let footprint = RunFootprint(inputs)
    let embodied = try footprint.embodied.get()
    #expect(agrees(embodied.value.grams, 28.538812785388128))
    #expect(embodied.estimate.low / embodied.value < 0.51)
    #expect(embodied.receipt.flattened.contains { $0.label == "life of the server" })
    #expect(footprint.totalCarbon.reason == RunFootprint.noRegion.reason)
    inputs.share = MachineShare.threads(8, of: 16)
    #expect(agrees(try RunFootprint(inputs).embodied.get().value.grams, 28.538812785388128 / 2))
  }

  @Test("The total is use and making together, once both are known")
  func total() throws {
    var inputs = inputs
    try inputs.take(region: "DE", from: tables.regions)
    try inputs.take(machine: server, from: tables)
    let footprint = RunFootprint(inputs)
    #expect(agrees(try footprint.totalCarbon.get().value.grams, 342.06 + 28.538812785388128))
  }

  @Test("A country whose printed figure cannot be is unknown with that reason, and its water may still be known")
  func noUsableFigure() throws {
    var inputs = inputs
    try inputs.take(region: "CF", from: tables.regions)
    #expect(RunFootprint(inputs).carbon.reason?.contains("0 g/kWh") == true)
    #expect(throws: FactorError.self) { try inputs.take(region: "Atlantis", from: tables.regions) }
    #expect(throws: FactorError.self) { try inputs.take(region: "DE", year: 1999, from: tables.regions) }
  }

  @Test("A year of work takes the yearly figure as it is; an hour's is less certain")
  func useOfYearlyFigures() throws {
    var year = RunFootprint.Inputs(energy: Given.energy(.kilowattHours(1)), duration: .years(1))
    try year.take(region: "DE", from: tables.regions)
    let carbon = try RunFootprint(year).carbon.get()
    #expect(abs(carbon.estimate.high / carbon.value - 1.05) < 1e-9)
  }

  @Test("Two runs in one region compare without grid or PUE uncertainty: only the meters' own errors are left")
  func comparison() throws {
    let carbon = { (kilowattHours: Double, region: String) in
      var inputs = RunFootprint.Inputs(
        energy: Given.energy(.kilowattHours(kilowattHours), relative: -0.05...0.05, source: "meter"),
        duration: .hours(1))
      try inputs.take(region: region, from: tables.regions)
      inputs.pue = .figure(try tables.facilities.pue(of: "AWS"))
      return try RunFootprint(inputs).carbon.get().estimate
    }
    let same = try carbon(3, "DE") / (try carbon(2, "DE"))
    #expect(agrees(same.value.value, 1.5))
    #expect(same.deviations.isEmpty)
    let other = try carbon(3, "DE") / (try carbon(2, "FR"))
    #expect(other.deviations.count == 4)
  }

  @Test("The parts of a run, split exactly, have together the carbon of the whole")
  func splits() throws {
    var random = Seeded(60)
    for _ in 0..<100 {
      let total = Microjoules(Int64.random(in: 1...10_000_000_000_000, using: &random))
      let weights = (0..<Int.random(in: 1...10, using: &random)).map { _ in random.magnitude(-3...3) }
      let parts = try #require(Split.largestRemainder(total, weights: weights))
      let carbon = { (part: Microjoules) in
        var inputs = RunFootprint.Inputs(energy: Given.energy(part.energy), duration: .hours(1))
        try inputs.take(region: "PL", from: tables.regions)
        return try RunFootprint(inputs).carbon.get().estimate
      }
      let sum = try parts.map(carbon).total(method: "sum@2")
      let whole = try carbon(total)
      #expect(agrees(sum.value.grams, whole.value.grams))
      // The grid's error is one error, however many parts the run is cut into.
      #expect(agrees(sum.high.grams, whole.high.grams))
      #expect(agrees(sum.low.grams, whole.low.grams))
    }
  }

  @Test("The same inputs give the same figures, to the last byte of the receipts")
  func pure() throws {
    var inputs = inputs
    try inputs.take(region: "US-CAL-CISO", from: tables.regions)
    try inputs.take(machine: server, from: tables)
    #expect(RunFootprint(inputs) == RunFootprint(inputs))
  }

  @Test("Every method in every receipt is in the registry")
  func methodsAreKnown() throws {
    let registry = MethodRegistry(AccountingMethods.all + FactorsMethods.all)
    var inputs = inputs
    try inputs.take(region: "aws:us-east-1", from: tables.regions)
    inputs.offSiteWater = try tables.regions.waterIntensity(of: "US")
    inputs.onSiteWater = .figure(Given.exact(WaterIntensity.litresPerKilowattHour(0.5)))
    try inputs.take(statedPUE: 1.1)
    let guest = Machine(threads: 2, parts: .init(memory: .bytes(4e9), gpus: 1), isGuest: true)
    try inputs.take(machine: guest, from: tables)
    let footprint = RunFootprint(inputs)
    let receipts =
      try footprint.totalCarbon.get().receipt.flattened + footprint.water.total.get().receipt.flattened
    #expect(receipts.count > 20)
    for method in receipts.compactMap(\.method) where !method.name.hasPrefix("test-") {
      #expect(registry[method] != nil, "\(method) is in no registry")
    }
    for receipt in receipts where receipt.inputs.isEmpty {
      #expect(receipt.source != nil || [.measured, .declared, .assumed].contains(receipt.origin), "\(receipt.label)")
    }
  }
}
