import Factors
import Methods
import Quantities
import Testing

@Suite("Tables of accelerators and models")
struct ServingTableTests {
  let tables: FactorTables
  init() throws { tables = try FactorTables.embedded() }

  @Test("Every name and every other name leads to one accelerator, whose rates are in the order of their formats")
  func accelerators() throws {
    var seen: [String: String] = [:]
    for entry in tables.accelerators.entries {
      for name in [entry.name] + entry.aliases {
        #expect(try tables.accelerators.accelerator(name.uppercased()).name == entry.name)
        #expect(seen.updateValue(entry.name, forKey: name.lowercased()) ?? entry.name == entry.name)
      }
      #expect(entry.dense8BitTeraflops > 1.9 * entry.dense16BitTeraflops)
      #expect((50...2000).contains(entry.boardWatts) && (100...20_000).contains(entry.gigabytesPerSecond))
    }
    for name in ["H100", "H200", "B200", "A100", "L4", "L40S", "MI300X"] {
      #expect(throws: Never.self) { try tables.accelerators.accelerator(name) }
    }
  }

  @Test("An accelerator's power is that of the table of hardware, where both have it")
  func power() throws {
    for (name, other) in [
      ("H100 SXM", "H100 SXM"), ("A100 SXM 80GB", "A100 SXM4 80 GB"), ("L40S", "L40S"), ("L4", "L4"),
    ] {
      #expect(
        try tables.accelerators.accelerator(name).boardWatts == tables.hardware.gpuPower(of: other).value.watts)
    }
  }

  @Test("Every model is found by its name and its other names, and no two share one")
  func models() throws {
    for entry in tables.openModels.entries {
      for name in [entry.name] + entry.aliases { #expect(try tables.openModels.model(name) == entry, "\(name)") }
      #expect(entry.activeBillions <= entry.totalBillions)
    }
    for entry in tables.diffusionModels.entries {
      for name in [entry.name] + entry.aliases {
        #expect(try tables.diffusionModels.model(name, making: entry.medium) == entry, "\(name)")
      }
      #expect((entry.medium == .image) == (entry.frames == 1))
    }
  }
}
