/// A rule of the linter: what it looks for, why, and an example.
public struct LintRule: Hashable, Sendable {
  /// The name in kebab case, as findings carry it.
  public let name: String
  /// Why it matters.
  public let reason: String
  /// What breaks it.
  public let example: String

  /// All rules, in the order they are told.
  public static let all: [LintRule] = RuleName.allCases.map(\.rule)
}

/// The rules by name.
enum RuleName: String, Hashable, Sendable, CaseIterable {
  case factorThousand = "factor-1000"
  case poundsForKilograms = "pounds-for-kilograms"
  case shortTons = "short-tons"
  case joulesForWattHours = "joules-for-watt-hours"
  case unitInNumberField = "unit-in-number-field"
  case commentAgainstField = "comment-against-field"
  case sameThingTwice = "same-thing-twice"
  case perThousand = "per-thousand-read-as-per-one"
  case impossibleIntensity = "impossible-intensity"
  case equation = "carbon-is-energy-times-intensity"
  case pueTwice = "pue-twice"
  case pueRange = "pue-out-of-range"
  case pueOfOne = "pue-of-one"
  case pueMismatch = "pue-against-energies"
  case missingBoundary = "missing-boundary"
  case missingFunctionalUnit = "missing-functional-unit"
  case marketAlone = "market-based-alone"
  case zeroCarbon = "zero-carbon"
  case offsets = "offsets-subtracted"
  case sumOfParts = "sum-of-parts"
  case sumOfRows = "sum-of-rows"
  case powerTimesTime = "power-times-time"
  case rateTimesTime = "rate-times-time"
  case durationUnit = "duration-unit"
  case outlier = "row-against-the-others"
  case scoreFormula = "score-formula"
  case embodiedConstants = "embodied-constants"
  case deviceEmbodied = "embodied-of-a-device"
  case negative
  case notANumber = "not-a-number"
  case date = "impossible-date"
  case falsePrecision = "false-precision"

  var rule: LintRule { LintRule(name: rawValue, reason: texts.reason, example: texts.example) }

  private var texts: (reason: String, example: String) {
    switch self {
    case .factorThousand:
      (
        "Grams, kilograms and tonnes, or Wh, kWh and MWh, differ by 1000; the other figures of the file tell which.",
        "emissions: 83.5 (grams) in a card whose text says 83.5 kg, or 696 kWh at 120 g/kWh"
      )
    case .poundsForKilograms:
      ("A pound is 0.45359237 kg: 2.2 times too much, or too little.", "co2_kg holds 184 for 83.5 kg")
    case .shortTons: ("A short ton is 907.18474 kg; a tonne is 1000 kg.", "co2_t holds 608.6 for 552.1 t")
    case .joulesForWattHours: ("1 Wh is 3600 J.", "energy_kwh 1, energy_j 1000")
    case .unitInNumberField:
      ("A field of grams takes a number; a text with a unit is not read by others.", "emissions: 83.5 kg")
    case .commentAgainstField: ("A comment that names another unit than the field has.", "emissions: 83.5  # kg")
    case .sameThingTwice: ("One amount stated in two units must be one amount.", "energy_kwh 2, energy_j 7.2e5")
    case .perThousand:
      (
        "Benchmarks print Wh per 1000 queries; read as per query it is 1000 times too much.",
        "47 Wh per query, for 0.047"
      )
    case .impossibleIntensity:
      (
        "No grid is below 5 or above 1300 gCO2e/kWh: outside it, a unit slipped.",
        "grid/carbon-intensity: 0.342 where g/kWh belong"
      )
    case .equation: ("Carbon is energy x PUE x intensity, within rounding.", "10 kWh at 400 g/kWh, co2_kg 5.9")
    case .pueTwice:
      (
        "Energy at the facility's meter holds the PUE already; used again, it counts twice.",
        "100 kWh, PUE 1.2: 144 kWh"
      )
    case .pueRange: ("PUE is facility energy over IT energy: 1 at least, and above 3 nowhere known.", "pue 0.9")
    case .pueOfOne:
      ("A PUE of exactly 1 says that a building needs nothing; it is most often a default.", "pue 1.0 for a cloud")
    case .pueMismatch: ("Facility energy over IT energy is the PUE.", "100 kWh IT, 150 kWh facility, PUE 1.2")
    case .missingBoundary:
      (
        "A figure without its boundary (chip, node, facility, life cycle) can not be compared.",
        "an SCI report without one"
      )
    case .missingFunctionalUnit: ("A score is per something: R.", "SCI 0.43 g, and of what it does not say")
    case .marketAlone:
      (
        "Market-based carbon follows contracts; it stands beside the location-based one, never alone.",
        "co2_market_kg 0"
      )
    case .zeroCarbon: ("Work that took energy caused carbon; unknown is not zero.", "emissions: 0")
    case .offsets:
      ("Offsets and certificates are told apart; they never lower a footprint or an SCI.", "100 kg - 40 kg = 60 kg")
    case .sumOfParts: ("A total is the sum of its parts.", "cpu 1, gpu 3, ram 0.5 kWh: 5.4 kWh")
    case .sumOfRows: ("The row \"Total\" is the sum of the rows above it.", "12 kg + 30 kg, total 420 kg")
    case .powerTimesTime: ("Energy is power x time.", "300 W for 10 h: 3000 kWh")
    case .rateTimesTime: ("Emissions are their rate x time.", "1e-6 kg/s for 1000 s: 2.2e-3 kg")
    case .durationUnit:
      ("Durations are in seconds; the times beside them tell hours and milliseconds.", "duration: 1, hour by hour")
    case .outlier:
      ("Rows of one grid share one intensity; a row that is off by a factor of units slipped.", "one row x2.2046")
    case .scoreFormula: ("SCI = (E x I + M) / R.", "E 10 kWh, I 400 g/kWh, M 500 g, R 1000: 0.45 g")
    case .embodiedConstants:
      (
        "SciEmbodied takes its memory constant in kg per GB and all others in grams; its defaults have SSD and HDD swapped.",
        "memory-emissions-constant: 1388"
      )
    case .deviceEmbodied:
      ("Making a server takes hundreds of kilograms; the field is in grams.", "device/emissions-embodied: 1200")
    case .negative: ("Energy, carbon, power and time are not below zero.", "energy_kwh -3")
    case .notANumber:
      ("What is not known is left out; NaN and a value outside its own interval say nothing.", "emissions: nan")
    case .date: ("A date that is none, or a period that ends before it begins.", "2024-13-05")
    case .falsePrecision: ("Digits beyond the stated uncertainty say nothing.", "4823.4567 ± 600 kg")
    }
  }
}

/// What breaks a rule, and where.
struct Slip: Sendable {
  var rule: RuleName
  var line: Int?
  var field: String?
  var message: String

  init(_ rule: RuleName, _ line: Int?, _ field: String?, _ message: String) {
    self.rule = rule
    self.line = line
    self.field = field
    self.message = message
  }

  init(_ rule: RuleName, _ statement: Statement, _ message: String) {
    self.init(rule, statement.line, statement.field, message)
  }
}

/// The families of rules, in order: the first that names a slip at a place is the one that is told.
enum Rules {
  static let families: [@Sendable (LintDocument) -> [Slip]] = [
    WritingRules.find, FacilityRules.find, ClaimRules.find, CardRules.find, ScoreRules.find, EquationRules.find,
    IntensityRules.find, AmountRules.find, EnergyRules.find, PerUnitRules.find, TableRules.find, ManifestRules.find,
    DateRules.find,
  ]
}
