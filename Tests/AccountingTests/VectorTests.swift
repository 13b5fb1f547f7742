import Accounting
import Factors
import Foundation
import Methods
import Quantities
import Testing

/// Comparison vectors beside the repository: outputs of other tools and worked examples, with their tolerances.
struct Vectors: Decodable {
  struct Vector: Decodable {
    let id: String
    let kind: String
    let inputs: [String: Value]
    let expected: [String: Value]
    let tolerance: Double

    enum CodingKeys: String, CodingKey {
      case id, kind, inputs, expected
      case tolerance = "tolerance_rel"
    }

    func number(_ key: String) -> Double { if case .number(let value) = inputs[key] { value } else { .nan } }
    func text(_ key: String) -> String { if case .text(let value) = inputs[key] { value } else { "" } }
    func expects(_ key: String) -> Double { if case .number(let value) = expected[key] { value } else { .nan } }
  }

  enum Value: Decodable {
    case number(Double), text(String), other
    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let number = try? container.decode(Double.self) {
        self = .number(number)
      } else if let text = try? container.decode(String.self) {
        self = .text(text)
      } else {
        self = .other
      }
    }
  }

  let vectors: [Vector]

  static let file = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "shared/data/factors/vectors.json")
  static var areThere: Bool { FileManager.default.fileExists(atPath: file.path()) }

  static func of(_ kind: String) throws -> [Vector] {
    try JSONDecoder().decode(Vectors.self, from: Data(contentsOf: file)).vectors.filter { $0.kind == kind }
  }
}

@Suite(
  "Other tools' results",
  .enabled(if: Vectors.areThere, "needs the comparison vectors, in ../shared/data/factors/vectors.json"))
struct VectorTests {
  let table: EmbodiedTable
  let chips: ChipCarbon
  init() throws {
    table = try FactorTables.embedded().embodied
    chips = ChipCarbon(table)
  }

  @Test("ACT: carbon per area of every process, abatement and yield")
  func perArea() throws {
    let vectors = try Vectors.of("act.cpa")
    #expect(vectors.count > 10)
    for vector in vectors {
      let abatement = try #require(ChipCarbon.Abatement(rawValue: String(vector.text("gpa").dropFirst(3))))
      #expect(vector.text("fab") == "taiwan")
      let figure = try chips.perArea(
        process: vector.text("process"), abatement: abatement, yield: Given.exact(Ratio(vector.number("yield_"))))
      #expect(agrees(figure.value.baseValue, vector.expects("cpa_g_cm2"), to: vector.tolerance), "\(vector.id)")
    }
  }

  @Test("ACT: logic dies in their packages")
  func dies() throws {
    let vectors = try Vectors.of("act.logic")
    #expect(!vectors.isEmpty)
    for vector in vectors {
      let figure = try chips.die(
        area: Given.exact(Area.squareMillimetres(vector.number("area_mm2"))),
        perArea: try chips.perArea(process: vector.text("process")), packages: Int(vector.number("n_ics")))
      #expect(agrees(figure.value.grams / 1000, vector.expects("kg"), to: vector.tolerance), "\(vector.id)")
    }
  }

  @Test(
    "ACT: memory and storage by capacity", arguments: [("act.dram", EmbodiedTable.Category.dram), ("act.ssd", .flash)])
  func memory(_ kind: String, _ category: EmbodiedTable.Category) throws {
    let vectors = try Vectors.of(kind)
    #expect(!vectors.isEmpty)
    for vector in vectors {
      let capacity = Given.exact(Bits.bytes(vector.number("gb") * 1e9))
      let figure = try chips.memory(category, vector.text("process"), capacity: capacity)
      #expect(agrees(figure.value.grams / 1000, vector.expects("kg"), to: vector.tolerance), "\(vector.id)")
    }
  }

  @Test("Impact Framework: embodied carbon of a server by time")
  func impactFramework() throws {
    let vectors = try Vectors.of("if.sci-embodied")
    #expect(!vectors.isEmpty)
    let server = ServerCarbon(table, model: .impactFramework)
    for vector in vectors {
      let parts = ServerCarbon.Parts(
        cpus: Int(vector.number("vcpus")), memory: .bytes(vector.number("memory_gb") * 1e9),
        hdds: Int(vector.number("hdd")))
      let share = EmbodiedCarbon.byTime(
        total: try server.embodied(in: parts), reserved: Given.exact(Span.seconds(vector.number("duration_s"))),
        life: try server.life(), share: Given.exact(Ratio(1)))
      #expect(agrees(share.value.grams, vector.expects("gco2e"), to: vector.tolerance), "\(vector.id)")
    }
  }

  @Test("Impact Framework: a pipeline from processor energy to the total")
  func pipelines() throws {
    let vectors = try Vectors.of("if.sci-pipeline")
    #expect(!vectors.isEmpty)
    let server = ServerCarbon(table, model: .impactFramework)
    for vector in vectors {
      let duration = Span.seconds(vector.number("duration_s"))
      // Their estimator, from load to energy, is not ours: its result is the input here.
      let energy = Energy.kilowattHours(vector.expects("cpu_kwh") + vector.number("network_kwh"))
      let operational = OperationalCarbon.carbon(of: Given.facility(energy), at: Given.intensity(vector.number("ci_g")))
      let embodied = EmbodiedCarbon.byTime(
        total: try server.embodied(in: .init(memory: .bytes(16e9))), reserved: Given.exact(duration),
        life: try server.life(), share: Given.exact(Ratio(1)))
      let total = SoftwareCarbonIntensity.score(
        operational: operational, embodied: embodied, units: Given.exact(Ratio(1)), unit: "run")
      #expect(agrees(operational.value.grams, vector.expects("operational_g"), to: vector.tolerance), "\(vector.id)")
      #expect(agrees(embodied.value.grams, vector.expects("embodied_g"), to: vector.tolerance), "\(vector.id)")
      #expect(agrees(total.value.grams, vector.expects("total_g"), to: vector.tolerance), "\(vector.id)")
    }
  }

  @Test("SCI: embodied carbon by time, and the score of SCI for AI")
  func sci() throws {
    for vector in try Vectors.of("sci.embodied") {
      let share = EmbodiedCarbon.byTime(
        total: Given.exact(Carbon.kilograms(vector.number("te_kg"))),
        reserved: Given.exact(Span.hours(vector.number("tir_h"))),
        life: Given.exact(Span.years(vector.number("el_years"))),
        share: Given.exact(Ratio(vector.number("rr") / vector.number("tor"))))
      #expect(agrees(share.value.grams, vector.expects("g"), to: vector.tolerance), "\(vector.id)")
    }
    let consumers = try Vectors.of("sci-ai.consumer")
    #expect(!consumers.isEmpty)
    for vector in consumers {
      let score = SoftwareCarbonIntensity.score(
        operational: Given.exact(Carbon.kilograms(vector.number("operational_kg"))),
        embodied: Given.exact(Carbon.kilograms(vector.number("embodied_kg"))),
        units: Given.exact(Ratio(vector.number("tokens") / 1e6)), unit: "million tokens")
      #expect(agrees(score.value.grams, vector.expects("g_per_million_tokens"), to: vector.tolerance), "\(vector.id)")
    }
  }

  @Test("Worked examples of operational carbon, water and implied intensity")
  func derived() throws {
    for vector in try Vectors.of("derived.operational") {
      let energy = Given.facility(.kilowattHours(vector.number("it_kwh")), pue: vector.number("pue"))
      let carbon = OperationalCarbon.carbon(of: energy, at: Given.intensity(vector.number("ci_g")))
      #expect(agrees(carbon.value.grams / 1000, vector.expects("kg"), to: vector.tolerance), "\(vector.id)")
    }
    for vector in try Vectors.of("derived.water") {
      let energy = ITEnergy(Given.energy(.kilowattHours(vector.number("it_kwh"))))
      let water = WaterUse(
        energy: energy, facility: FacilityEnergy(energy, pue: Given.exact(Ratio(vector.number("pue")))),
        onSite: .figure(Given.exact(.litresPerKilowattHour(vector.number("wue_on")))),
        offSite: .figure(Given.exact(.litresPerKilowattHour(vector.number("ewif")))))
      #expect(
        agrees(try water.total.get().value.litres, vector.expects("litres"), to: vector.tolerance), "\(vector.id)")
    }
    let implied = try Vectors.of("derived.implied_ci")
    #expect(!implied.isEmpty)
    for vector in implied {
      let energy = Power.watts(vector.number("watts")) * Span.hours(vector.number("gpu_hours"))
      let figure = OperationalCarbon.effectiveIntensity(
        carbon: Given.exact(Carbon.kilograms(vector.number("tco2e") * 1000)),
        energy: FacilityEnergy(meteredAtFacility: Given.energy(energy)))
      #expect(
        agrees(figure.value.gramsPerKilowattHour, vector.expects("g_per_kwh_no_pue"), to: vector.tolerance),
        "\(vector.id)")
    }
  }

  @Test("Travel Impact Model: an economy seat by scope")
  func flights() throws {
    let vectors = try Vectors.of("tim.flight")
    #expect(!vectors.isEmpty)
    for vector in vectors {
      for (scope, key) in [(FlightSeat.Scope.wellToWake, "wtw_kg"), (.wellToTank, "wtt_kg"), (.tankToWake, "ttw_kg")] {
        let seat = FlightSeat.economy(
          fuelKilograms: Given.exact(Ratio(vector.number("fuel_kg"))),
          cargoShare: Given.exact(Ratio(vector.number("cargo_fraction"))),
          equivalentSeats: Given.exact(Ratio(vector.number("equivalent_seats") / vector.number("cabin_factor"))),
          loadFactor: Given.exact(Ratio(vector.number("load_factor"))), scope: scope)
        #expect(agrees(seat.value.grams / 1000, vector.expects(key), to: vector.tolerance), "\(vector.id) \(key)")
      }
    }
  }
}
