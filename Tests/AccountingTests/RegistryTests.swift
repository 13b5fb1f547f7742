import Accounting
import Factors
import Methods
import Quantities
import TestSupport
import Testing

@Suite("Accounting methods by name")
struct RegistryTests {
  let registry = MethodRegistry(AccountingMethods.all + FactorsMethods.all)

  private func value(_ method: String, _ inputs: [String: Double], _ output: String) throws -> Double {
    let result = try registry.method(named: method).calculate(inputs.mapValues { .number($0) })
    guard case .number(let value) = result[output] else { throw MethodError.noAnswer("\(method) gave no \(output)") }
    return value
  }

  @Test(
    "Ids are there once; every method cites its source, and every parameter with a unit ends its key in it, but other tools' own keys"
  )
  func wellFormed() {
    let ids = AccountingMethods.all.map(\.id)
    #expect(Set(ids).count == ids.count)
    #expect(ids.count >= 20)
    let peers = Set(PeerMethods.all.map(\.id))
    for method in AccountingMethods.all {
      #expect(!method.summary.isEmpty && !method.formula.isEmpty && !method.citation.citation.isEmpty, "\(method.id)")
      #expect(!method.outputs.isEmpty)
      for parameter in method.inputs + method.outputs where !parameter.unit.isEmpty && !peers.contains(method.id) {
        let endings = [
          "joules", "grams", "grams_per_kwh", "litres", "litres_per_kwh", "seconds", "kwh_per_cm2", "grams_per_cm2",
          "mm2", "bits", "gigabyte", "gigabytes", "kilograms", "per_unit",
        ]
        #expect(endings.contains { parameter.key.hasSuffix($0) }, "\(method.id): \(parameter.key)")
      }
    }
  }

  @Test("By name as by type: the worked vectors")
  func vectors() throws {
    #expect(
      agrees(
        try value(
          "operational-carbon", ["energy_joules": 3.6e9, "pue": 1.2, "intensity_grams_per_kwh": 383.55],
          "carbon_grams"),
        460_260))
    #expect(
      agrees(
        try value(
          "embodied-by-time",
          ["embodied_grams": 1e6, "reserved_seconds": 3600, "life_seconds": 126_144_000, "share": 1], "carbon_grams"),
        28.538812785, to: 1e-9))
    #expect(
      agrees(
        try value(
          "water",
          ["energy_joules": 3.6e6, "wue_litres_per_kwh": 0.57, "pue": 1.2, "ewif_litres_per_kwh": 3.1321],
          "water_litres"),
        4.32852))
    #expect(
      agrees(
        try value(
          "sci",
          ["energy_joules": 3.6e6, "intensity_grams_per_kwh": 100, "embodied_grams": 30, "units": 10],
          "sci_grams_per_unit"), 13))
    #expect(
      agrees(
        try value("ccf-server", ["cpus": 2, "memory_gigabytes": 384, "ssds": 1], "carbon_grams"), 1_710_791.6666666667))
    #expect(
      agrees(
        try value(
          "flight-seat", ["fuel_kilograms": 56440, "cargo_share": 0.08, "equivalent_seats": 411.5], "carbon_grams"),
        572_815, to: 0.002))
  }

  @Test("Operational carbon by name asks for the PUE: there is no silent 1")
  func pueMustBeGiven() {
    #expect(throws: MethodError.missingInput("pue", unit: "")) {
      try registry.method(named: "operational-carbon").calculate([
        "energy_joules": .number(1), "intensity_grams_per_kwh": .number(1),
      ])
    }
  }

  @Test("Series and contracts are checked against each other")
  func lists() throws {
    let series = try registry.method(named: "operational-carbon-series")
    let result = try series.calculate([
      "energies_joules": .numbers([3.6e6, 10.8e6]), "intensities_grams_per_kwh": .numbers([600, 200]),
    ])
    #expect(result == ["carbon_grams": .number(1200)])
    #expect(throws: MethodError.self) {
      try series.calculate(["energies_joules": .numbers([1, 2]), "intensities_grams_per_kwh": .numbers([1])])
    }
    let market = try registry.method(named: "market-based-carbon")
    let bought = try market.calculate([
      "energy_joules": .number(36e6), "matched_joules": .numbers([21.6e6]), "factors_grams_per_kwh": .numbers([0]),
      "residual_grams_per_kwh": .number(500),
    ])
    #expect(bought == ["carbon_grams": .number(2000)])
    #expect(throws: MethodError.self) {
      try market.calculate([
        "energy_joules": .number(1), "matched_joules": .numbers([2]), "factors_grams_per_kwh": .numbers([0]),
        "residual_grams_per_kwh": .number(500),
      ])
    }
  }

  @Test("The server model by name is the one on the table's coefficients, for any server")
  func serverAgrees() throws {
    var random = Seeded(70)
    let table = try FactorTables.embedded().embodied
    for model in ServerCarbon.Model.allCases {
      let name = model == .cloudCarbonFootprint ? "ccf-server" : "impact-framework-server"
      for _ in 0..<50 {
        let parts = ServerCarbon.Parts(
          cpus: Int.random(in: 1...8, using: &random),
          memory: .bytes(Double(Int.random(in: 1...2048, using: &random)) * 1e9),
          ssds: Int.random(in: 0...8, using: &random), hdds: Int.random(in: 0...8, using: &random),
          gpus: Int.random(in: 0...8, using: &random))
        let typed = try ServerCarbon(table, model: model).embodied(in: parts).value.grams
        let named = try value(
          name,
          [
            "cpus": Double(parts.cpus), "memory_gigabytes": parts.memory.gigabytes, "ssds": Double(parts.ssds),
            "hdds": Double(parts.hdds), "gpus": Double(parts.gpus),
          ], "carbon_grams")
        #expect(agrees(typed, named))
      }
    }
  }

  @Test("An equivalence by name")
  func equivalence() throws {
    let method = try registry.method(named: "equivalences")
    let result = try method.calculate(["thing": .text("phone-charge-energy"), "amount": .number(4.32e6)])
    guard case .number(let count) = result["count"] else {
      Issue.record("no count")
      return
    }
    #expect(agrees(count, 100))
    #expect(throws: MethodError.self) { try method.calculate(["thing": .text("elephant"), "amount": .number(1)]) }
  }
}
