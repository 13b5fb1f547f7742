public import Quantities

/// What a figure of an activity is called: lower-case letters, digits and hyphens.
public struct FigureName: Hashable, Comparable, Sendable, CodedAsText {
  public static var textForm: String { "a figure's name" }

  /// The name as written behind the dot of a figure id.
  public let description: String

  /// A name, or `nil` when the text has other characters or none.
  public init?(parsing text: some StringProtocol) {
    let isNamed = text.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 }
    guard isNamed, !text.isEmpty else { return nil }
    description = String(text)
  }

  private init(known: StaticString) { description = "\(known)" }

  /// Energy of all components, in J.
  public static let energy = FigureName(known: "energy")
  /// Energy of the processors, in J.
  public static let energyCPU = FigureName(known: "energy-cpu")
  /// Energy of the memory, in J.
  public static let energyMemory = FigureName(known: "energy-memory")
  /// Energy of the graphics processors, in J.
  public static let energyGPU = FigureName(known: "energy-gpu")
  /// Operational carbon, in g CO2e.
  public static let carbon = FigureName(known: "carbon")
  /// The share of the hardware's embodied carbon, in g CO2e.
  public static let embodied = FigureName(known: "embodied")
  /// The share of the machine's embodied carbon that a second of its time owes, in g CO2e. A serve keeps it for its
  /// requests.
  public static let embodiedPerSecond = FigureName(known: "embodied-per-second")
  /// Water consumed, in L.
  public static let water = FigureName(known: "water")
  /// Carbon intensity of the grid, in g/kWh.
  public static let intensity = FigureName(known: "intensity")
  /// Power usage effectiveness of the site: total over IT energy, at least 1. A serve or demo keeps it for its requests.
  public static let pue = FigureName(known: "pue")

  public static func < (left: Self, right: Self) -> Bool { left.description < right.description }
}

/// The id of a figure: the activity's id, a dot, the figure's name: `run_01k….carbon`.
public struct FigureID: Hashable, Comparable, Sendable, CodedAsText {
  public static var textForm: String { "a figure's id" }

  /// The activity it is a figure of.
  public let activity: ActivityID
  /// Its name there.
  public let name: FigureName

  /// The id of an activity's figure.
  public init(_ activity: ActivityID, _ name: FigureName) {
    self.activity = activity
    self.name = name
  }

  /// Reads `run_01k….carbon`; `nil` for any other text.
  public init?(parsing text: some StringProtocol) {
    let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, let activity = ActivityID(parsing: parts[0]), let name = FigureName(parsing: parts[1])
    else {
      return nil
    }
    self.init(activity, name)
  }

  public var description: String { "\(activity).\(name)" }

  public static func < (left: Self, right: Self) -> Bool {
    left.activity == right.activity ? left.name < right.name : left.activity < right.activity
  }
}
