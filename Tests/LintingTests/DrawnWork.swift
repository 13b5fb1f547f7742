import Quantities
import TestSupport

/// Work with figures that agree with each other, of which files are written.
struct DrawnWork {
  var name: String
  /// IT energy in kWh, PUE and the grid.
  var energy: Double
  var pue: Double
  var country: (name: String, iso2: String, iso3: String, grams: Double)
  var hours: Double
  var queries: Double
  /// Grams of embodied carbon.
  var embodied: Double

  /// Grams of the electricity, with and without the site's overhead.
  var atMachine: Double { energy * country.grams }
  var atFacility: Double { energy * pue * country.grams }

  static let countries = [
    ("Germany", "DE", "DEU", 342.0), ("France", "FR", "FRA", 44.0), ("Norway", "NO", "NOR", 30.0),
    ("Poland", "PL", "POL", 615.0), ("Sweden", "SE", "SWE", 36.0), ("India", "IN", "IND", 709.0),
    ("Ireland", "IE", "IRL", 279.0), ("Japan", "JP", "JPN", 482.0),
  ]

  init(_ random: inout Seeded) {
    name =
      random.pick(["tern", "gannet", "heron", "plover", "curlew", "avocet", "dunlin"])
      + random.pick(["-3b", "-xl", "", "-v2"])
    energy = random.scaled(0.4, 6000)
    pue = random.pick([1.08, 1.12, 1.2, 1.25, 1.34, 1.56])
    let place = random.pick(DrawnWork.countries)
    country = (place.0, place.1, place.2, place.3)
    hours = random.scaled(1, 400)
    queries = (random.scaled(2000, 5e6) / 100).rounded() * 100
    embodied = energy * country.grams * random.scaled(0.05, 0.8)
  }
}

/// A number as people write it.
func figure(_ value: Double, _ digits: Int = 5) -> String { Decimals.significant(value, digits: digits) }
