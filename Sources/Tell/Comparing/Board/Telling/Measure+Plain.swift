import Quantities

extension Measure {
  /// What it is, in a few words below its name, for people who have never heard of it.
  func gloss(_ boundaries: BoardBoundaries) -> String {
    switch self {
    case .carbon: boundaries.carbon == .useAndMaking ? "from electricity and making machines" : "from electricity"
    case .energy: "that the machines take"
    case .water: boundaries.water == .siteAndPlants ? "for cooling and at power plants" : "at power plants"
    case .cost: "of the electricity"
    case .latency: "until all of it is there"
    case .quality: "share of right answers"
    }
  }

  /// The name on a page.
  var pageName: String {
    switch self {
    case .carbon: "Greenhouse gases (CO₂e)"
    case .energy, .water, .cost, .latency, .quality: word.sentence
    }
  }

  /// The name in a sentence or on a button of a page.
  var pageWord: String { self == .carbon ? "greenhouse gases" : word }

  /// What the best option of a board is: `Least electricity`.
  var best: String {
    switch self {
    case .carbon: "Least greenhouse gases"
    case .energy: "Least electricity"
    case .water: "Least water"
    case .cost: "Cheapest"
    case .latency: "Quickest"
    case .quality: "Best quality"
    }
  }

  /// How the best stands to the others: `lower`.
  var comparative: String {
    switch self {
    case .carbon, .energy, .water: "lower"
    case .cost: "cheaper"
    case .latency: "quicker"
    case .quality: "better"
    }
  }
}
