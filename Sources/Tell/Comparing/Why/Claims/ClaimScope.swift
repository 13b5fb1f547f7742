/// Where energy was counted.
public enum ClaimBoundary: String, Hashable, Sendable, CaseIterable, Comparable {
  /// The accelerators alone.
  case board
  /// Whole machines: accelerators, processors, memory, fans. Also all IT equipment of a site.
  case node
  /// The site, with cooling and power supply (PUE).
  case facility

  public static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }

  private var rank: Int {
    switch self {
    case .board: 0
    case .node: 1
    case .facility: 2
    }
  }

  /// For people.
  public var name: String {
    switch self {
    case .board: "accelerators only"
    case .node: "whole machines"
    case .facility: "whole site"
    }
  }
}

/// What a mass of carbon counts.
public enum CarbonScope: String, Hashable, Sendable, CaseIterable {
  /// The electricity used.
  case operational
  /// The electricity and a share of making the machines.
  case withEmbodied = "with-embodied"
  /// Everything from mining to disposal, as a life cycle study has it.
  case lifeCycle = "life-cycle"

  /// For people.
  public var name: String {
    switch self {
    case .operational: "electricity used"
    case .withEmbodied: "electricity and making of machines"
    case .lifeCycle: "life cycle"
    }
  }
}

/// What a volume of water counts.
public enum ClaimWaterScope: String, Hashable, Sendable, CaseIterable {
  /// Cooling on the site.
  case onSite = "on-site"
  /// Site and power plants.
  case withPlants = "with-plants"
  /// Site, power plants and manufacturing.
  case lifeCycle = "life-cycle"

  /// For people.
  public var name: String {
    switch self {
    case .onSite: "the site's cooling alone"
    case .withPlants: "site and power plants"
    case .lifeCycle: "life cycle"
    }
  }
}

/// Which electricity a mass of carbon is of (scope 2 accounting).
public enum ClaimBasis: String, Hashable, Sendable, CaseIterable {
  /// The grid where it is used.
  case location
  /// What was contracted.
  case market
}
