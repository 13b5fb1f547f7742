import Methods
import Quantities
import Testing

@testable import Factors

@Suite("Regions")
struct RegionTests {
  let regions: RegionTable
  init() throws { regions = try FactorTables.embedded().regions }

  @Test(
    "Germany is found by two letters, three letters, its name, in any case",
    arguments: ["DE", "DEU", "Germany", "de", "germany", " DE "])
  func germany(_ name: String) throws {
    let region = try regions.region(name)
    #expect(region.code == "DE" && region.iso3 == "DEU" && region.kind == .country)
    let figure = try regions.intensity(of: name)
    #expect(figure.value == .gramsPerKilowattHour(342.06))
    #expect(figure.receipt.source == Source("Ember, Yearly Electricity Data", year: 2024, licence: "CC-BY-4.0"))
    #expect(figure.estimate.origin == .published)
    #expect(figure.estimate.method == "published-factor@1")
  }

  @Test(
    "Published figures of 2024",
    arguments: [
      ("World", 472.94), ("US", 383.55), ("FR", 44.18), ("GB", 215.79), ("SE", 35.89), ("PL", 614.98), ("IN", 708.96),
      ("CN", 557.5), ("European Union", 213.02),
    ])
  func known(_ name: String, _ grams: Double) throws {
    #expect(try regions.intensity(of: name, year: 2024).value.gramsPerKilowattHour == grams)
  }

  @Test(
    "Countries are found under the names people use",
    arguments: [
      ("UK", "GB"), ("Turkey", "TR"), ("Czech Republic", "CZ"), ("Ivory Coast", "CI"), ("South Korea", "KR"),
      ("Viet Nam", "VN"), ("Kosovo", "XK"), ("Guinea-Bissau", "GW"), ("Republic of the Congo", "CG"), ("Reunion", "RE"),
      ("Deutschland", "DE"), ("österreich", "AT"), ("Suisse", "CH"), ("España", "ES"), ("brasil", "BR"), ("日本", "JP"),
    ])
  func aliases(_ name: String, _ code: String) throws { #expect(try regions.region(name).code == code) }

  @Test(
    "A zone takes its country's yearly figure, says so, and is less certain for it",
    arguments: [
      ("US-CAL-CISO", "US"), ("DE-LU", "DE"), ("AU-VIC", "AU"), ("dk-dk1", "DK"), ("GB-OX1", "GB"), ("GB-18", "GB"),
    ])
  func zones(_ zone: String, _ country: String) throws {
    let region = try regions.region(zone)
    #expect(region.kind == .zone && region.code == zone.uppercased() && region.iso2 == country)
    let figure = try regions.intensity(of: zone)
    let whole = try regions.intensity(of: country)
    #expect(figure.value == whole.value)
    #expect(figure.estimate.high > whole.estimate.high)
    #expect(figure.receipt.note?.contains("stands in for the zone \(zone.uppercased())") == true)
    #expect(whole.receipt.note?.contains("stands in") == false)
  }

  @Test("Cloud regions go by provider and region, spaces or not")
  func clouds() throws {
    #expect(try regions.intensity(of: "aws:us-east-1").value.gramsPerKilowattHour == 415.75)
    #expect(try regions.intensity(of: "azure:West Europe").value == regions.intensity(of: "azure:westeurope").value)
    #expect(try regions.intensity(of: "GCP:europe-west1").receipt.source?.licence == "Apache-2.0")
    #expect(try regions.intensity(of: "aws:eu-north-1").receipt.note?.contains("neither its year") == true)
  }

  @Test(
    "What is not there is an error with near names, and never a default",
    arguments: [
      ("Gemany", "Germany"), ("Swedn", "Sweden"), ("United Sttes", "United States"),
      ("aws:us-east-11", "aws:us-east-1"),
      ("gcp:europe-wst1", "gcp:europe-west1"), ("Wrld", "World"),
    ])
  func nearNames(_ name: String, _ near: String) {
    let error = #expect(throws: FactorError.self) { try regions.intensity(of: name) }
    guard case .unknown("region", name, let names) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(names.contains(near))
    #expect(error?.description.contains("did you mean") == true)
  }

  @Test("What is like no name is told how places are written")
  func form() {
    let error = #expect(throws: FactorError.self) { try regions.region("Atlantis") }
    #expect(error?.description.contains("write a country or its code (Germany, DE), a zone") == true)
    #expect(FactorError.unknown(kind: "GPU", name: "x", near: []).description == "no GPU 'x' in the factor tables")
  }

  @Test(
    "A mistyped zone is refused with near names, and never its country's mean",
    arguments: [
      ("US-CAL-CISOO", "US-CAL-CISO"), ("US-CAL-CSIO", "US-CAL-CISO"), ("DE-LUX", "DE-LU"), ("DK-DK3", "DK-DK1"),
      ("US-TX-ERCO", "US-TEX-ERCO"), ("DE-BAYERN", "DE"), ("us-east-1", "aws:us-east-1"),
    ])
  func mistypedZones(_ name: String, _ near: String) {
    let error = #expect(throws: FactorError.self) { try regions.intensity(of: name) }
    #expect(throws: FactorError.self) { try regions.waterIntensity(of: name) }
    guard case .unknown("region", name, let names) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(names.contains(near), "\(name): \(names)")
  }

  @Test("Every zone in the list is in a country that has a figure")
  func everyZone() throws {
    let listed = try ZoneTable(PackageResources.zones_csv).codes
    #expect(listed.count > 150)
    for zone in listed {
      let region = try regions.region(zone)
      #expect(region.kind == .zone && region.code == zone, "\(zone)")
    }
  }

  @Test(
    "Nonsense is refused",
    arguments: [
      "", "-", "DE-", "QQ", "QQQ", "WOR", "US--X", "US-Ä", "GB-19", "GB-OXFORD", "aws", "aws:", ":", "a:b:c", "DE LU",
    ])
  func nonsense(_ name: String) { #expect(throws: FactorError.self) { try regions.intensity(of: name) } }

  @Test("A year that is not there names those that are")
  func years() {
    #expect(throws: FactorError.unknownYear(2019, of: "Germany", available: [2024])) {
      try regions.intensity(of: "DE", year: 2019)
    }
    #expect(throws: FactorError.unknownYear(2024, of: "aws:us-east-1", available: [])) {
      try regions.intensity(of: "aws:us-east-1", year: 2024)
    }
    #expect(
      FactorError.unknownYear(2019, of: "Germany", available: [2023, 2024]).description
        == "no figure of Germany for 2019; there is one for 2023, 2024")
  }

  @Test("Printed values that cannot be are not used, and the reason is given")
  func impossible() throws {
    for (name, why) in [
      ("CF", "0 g/kWh"), ("azure:Finland Central", "slip of unit"), ("azure:Germany West Central", "slip of unit"),
    ] {
      let error = #expect(throws: FactorError.self) { try regions.intensity(of: name) }
      guard case .noValue(_, let reason) = error else {
        Issue.record("\(name): \(String(describing: error))")
        continue
      }
      #expect(reason.contains(why))
    }
  }

  @Test("Two figures of one place share all that is uncertain; of two places nothing")
  func sharedUncertainty() throws {
    let one = try regions.intensity(of: "DE").estimate
    let two = try regions.intensity(of: "Germany").estimate
    #expect((one / two).deviations.isEmpty)
    #expect(Set(one.deviations.keys).isDisjoint(with: try regions.intensity(of: "FR").estimate.deviations.keys))
  }

  @Test("For work of a whole year a country's figure is good to 5 %, for shorter work to half")
  func bounds() throws {
    let year = try regions.intensity(of: "DE", for: .wholeYear).estimate
    #expect(abs(year.high / year.value - 1.05) < 1e-9)
    let hours = try regions.intensity(of: "DE", for: .shorter).estimate
    #expect(hours.high / hours.value > 1.5)
    #expect(hours.low / hours.value < 0.51 && hours.low.baseValue > 0)
  }

  @Test("The bound of undated cloud regions is what the table itself shows: 19 of 20 lie within a factor of two")
  func cloudBounds() throws {
    var near = 0
    var all = 0
    for cloud in regions.clouds {
      // "aws:eu-central-1 (Germany)"
      let place = String(cloud.region.name.drop { $0 != "(" }.dropFirst().dropLast())
      // The American state of that name is no country.
      guard place != "Georgia", let grams = cloud.gramsPerKilowattHour,
        let country = try? regions.intensity(of: place == "England" ? "GB" : place)
      else { continue }
      all += 1
      if (0.5...2).contains(grams / country.value.gramsPerKilowattHour) { near += 1 }
    }
    #expect(all > 40)
    #expect(Double(near) / Double(all) > 0.95)
  }

  @Test("Water at power plants is given only where the source has the country's own figure")
  func water() throws {
    let germany = try regions.waterIntensity(of: "DE").get()
    #expect(germany.value == .litresPerKilowattHour(1.947))
    #expect(germany.receipt.source?.licence == "CC-BY-4.0" && germany.receipt.source?.year == 2020)
    #expect(try regions.waterIntensity(of: "US-CAL-CISO").get().value == .litresPerKilowattHour(3.1321))
    for name in ["KE", "SG", "European Union", "aws:us-east-1"] {
      #expect(try regions.waterIntensity(of: name).reason?.isEmpty == false, "\(name)")
    }
    #expect(throws: FactorError.self) { try regions.waterIntensity(of: "Atlantis") }
  }

  @Test("Every country has its codes, and no code or name is there twice")
  func codes() {
    let countries = regions.entries.filter { $0.region.kind == .country }
    #expect(countries.count == 209)
    #expect(Set(countries.compactMap(\.region.iso2)).count == 209)
    #expect(Set(countries.compactMap(\.region.iso3)).count == 209)
    let names = regions.entries.flatMap { [$0.region.name] + $0.aliases }.map { $0.lowercased() }
    #expect(Set(names).count == names.count)
    #expect(Set(regions.clouds.map(\.region.code)).count == regions.clouds.count)
  }

  @Test("Every place can be asked for by every name it has, and gives a plausible figure or a reason")
  func everyPlace() throws {
    for entry in regions.entries {
      for name in [entry.region.name, entry.region.iso2, entry.region.iso3].compactMap(\.self) + entry.aliases {
        #expect(try regions.region(name) == entry.region)
      }
      guard entry.years[0].gramsPerKilowattHour != nil else { continue }
      let grams = try regions.intensity(of: entry.region.code).value.gramsPerKilowattHour
      #expect((15...1400).contains(grams), "\(entry.region.name): \(grams)")
    }
  }
}
