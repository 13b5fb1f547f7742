import Accounting
import Factors
import Methods
import Quantities
import Testing

@Suite("Everyday comparisons")
struct EverydayComparisonTests {
  let table: EquivalenceTable
  init() throws { table = try FactorTables.embedded().equivalences }

  private func compared(
    energy: Finding<Energy> = .unknown(EverydayComparison.noEnergy),
    carbon: Finding<Carbon> = .unknown(EverydayComparison.noCarbon), battery: Energy? = nil
  ) -> EverydayComparison {
    EverydayComparison(
      energy: energy, carbon: carbon, battery: EverydayComparison.battery(stated: battery), table: table)
  }

  private func count(_ id: String, in comparison: EverydayComparison) -> Double? {
    comparison.rows.first { $0.id == id }?.count.figure?.value.value
  }

  @Test("Devices, electric cars and households go by energy, petrol cars and flights by carbon; never the other way")
  func rule() {
    let energy = compared(energy: .figure(Given.exact(Energy.kilowattHours(120))))
    #expect(agrees(count("phone-charge-energy", in: energy) ?? 0, 10_000))
    #expect(agrees(count("electric-car-charge", in: energy) ?? 0, 2))
    #expect(count("car-mile-us", in: energy) == nil && count("flight-paris-london", in: energy) == nil)
    #expect(energy.rows.first { $0.id == "car-mile-us" }?.count.reason?.contains("--region") == true)
    let carbon = compared(carbon: .figure(Given.exact(Carbon.kilograms(3.93))))
    #expect(agrees(count("car-mile-us", in: carbon) ?? 0, 10))
    #expect(count("phone-charge-energy", in: carbon) == nil && count("electric-car-charge", in: carbon) == nil)
  }

  @Test("Every row names its source and year, or that it was stated or assumed; superseded factors only explain")
  func dated() throws {
    let both = compared(
      energy: .figure(Given.exact(Energy.kilowattHours(1))), carbon: .figure(Given.exact(Carbon.grams(342))))
    for row in both.rows {
      #expect(row.source?.year != nil || row.id == "electric-car-charge", "\(row.id)")
    }
    #expect(Set(both.rows.map(\.id)).isDisjoint(with: table.superseded.map(\.id)))
    let phone = try #require(both.rows.first { $0.id == "phone-charge-carbon" }?.otherTools)
    #expect(phone.contains("51 % more"))
    for old in table.superseded { #expect(table.entries.contains { $0.id == old.instead }) }
  }

  @Test("The battery is the user's, else assumed with an interval and said so")
  func battery() {
    let stated = EverydayComparison.battery(stated: .kilowattHours(80))
    #expect(stated.estimate.origin == .declared && stated.estimate.deviations.isEmpty)
    let assumed = EverydayComparison.battery(stated: nil)
    #expect(assumed.estimate.origin == .assumed && agrees(assumed.value.kilowattHours, 60))
    #expect(assumed.receipt.note?.contains("state yours") == true)
    #expect(assumed.estimate.low < assumed.value && assumed.value < assumed.estimate.high)
  }

  @Test("Both forms with their derivation: an image against miles by the grid, a charge against texts by energy")
  func forms() throws {
    let battery = EverydayComparison.battery(stated: .kilowattHours(60))
    let forms = try EverydayForms(grid: Given.intensity(400), battery: battery, table: table)
    let mean = try #require(forms.images.first { $0.task.id == "image-mean" })
    // 2.907 Wh at 400 g/kWh are 1.1628 g, of 393 g a mile.
    #expect(agrees(mean.miles.value.value, 1.1628 / 393))
    #expect(agrees(mean.miles.value.value * mean.images.value.value, 1))
    let clean = try EverydayForms(grid: Given.intensity(40), battery: battery, table: table)
    #expect(agrees(clean.images[0].miles.value.value * 10, forms.images[0].miles.value.value))
    #expect(agrees(forms.energyOfTheClaim.value.joules, 40 * 3600))
    let small = try #require(forms.charges.first { $0.task.id == "text-llama-8b" })
    #expect(agrees(small.texts.value.value, 60_000 / 0.031667))
    #expect(forms.verdict.contains("40 Wh"))
    #expect(clean.charges.map(\.texts.value) == forms.charges.map(\.texts.value))
  }
}
