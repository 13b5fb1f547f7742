public import Methods
public import Quantities

/// A figure that somebody states, with what is known of how it came about.
///
/// What a claim does not state is not there: it is never filled in by what is usual.
public struct Claim: Sendable {
  /// How it was asked for: a published id, a ledger id, a text.
  public var id: String
  /// What it is called in sentences: an id, an amount, a formula.
  public var name: String
  /// What it is a figure of, for people.
  public var label: String
  /// The figures as printed, in base units, each with its receipt.
  public var amounts: [ClaimQuantity: Receipt]
  /// What one figure is for; `nil` when it was not stated.
  public var unit: FunctionalUnit?
  /// The model; `nil` when it was not stated.
  public var model: String?
  /// What was done, in the claim's own words: `image of the default size`.
  public var workload: String?
  /// The accelerator; `nil` when it was not stated.
  public var hardware: String?
  /// What the energy counts; `nil` when it was not stated.
  public var energyBoundary: ClaimBoundary?
  /// What the electricity under the carbon counts; `nil` when it was not stated.
  public var carbonBoundary: ClaimBoundary?
  /// Whether machines that wait are counted; `nil` when it was not stated.
  public var countsIdle: Bool?
  /// What the carbon counts; `nil` when it was not stated.
  public var carbonScope: CarbonScope?
  /// The part of the carbon that is embodied, 0 to 1; `nil` when it was not stated.
  public var embodiedShare: Receipt?
  /// Which electricity the carbon is of; `nil` when it was not stated.
  public var basis: ClaimBasis?
  /// What the water counts; `nil` when it was not stated.
  public var waterScope: ClaimWaterScope?
  /// The study or tool that made it, and which edition of it.
  public var edition: Edition?
  /// The numbers it states.
  public var factors: [ClaimFactor: Receipt]
  /// The energy of each part of the machine, by name, where a record lists them.
  public var components: [String: Receipt] = [:]
  /// The formula that made it, where it can be run again.
  public var formula: ClaimFormula?
  /// What else its source says of it.
  public var note: String?

  /// A study or a tool, and which edition of it.
  public struct Edition: Hashable, Sendable {
    /// The study or tool: `arXiv 2311.16863`, `EcoLogits`.
    public let work: String
    /// The edition: `version 2`, `0.11`.
    public let name: String
    /// A study or a tool, and which edition of it.
    public init(_ work: String, _ name: String) {
      self.work = work
      self.name = name
    }
  }

  /// A claim of which nothing but its figures is known yet.
  public init(_ id: String, label: String, amounts: [ClaimQuantity: Receipt]) {
    self.id = id
    self.name = id
    self.label = label
    self.amounts = amounts
    factors = [:]
  }

  /// What the energy behind a quantity counts.
  func boundary(of quantity: ClaimQuantity) -> ClaimBoundary? {
    switch quantity {
    case .energy: energyBoundary
    case .carbon: carbonBoundary
    case .water: nil
    }
  }

  /// Where it stands, for reasons and sources.
  var sources: [Source] { ClaimQuantity.allCases.compactMap { amounts[$0]?.source } }
}

/// A formula that made a claim, run again with some of its inputs replaced.
public struct ClaimFormula: Sendable {
  /// The method.
  public let method: MethodID
  /// The tool whose method it is: `EcoLogits`, `Dimmer`.
  public let tool: String
  /// The factors that it takes.
  public let factors: Set<ClaimFactor>
  /// The value in base units with the given factors in place of the claim's own; `nil` when the formula does not hold
  /// there.
  let evaluate: @Sendable ([ClaimFactor: Double], ClaimQuantity) -> Double?

  /// A formula.
  public init(
    _ method: MethodID, tool: String, factors: Set<ClaimFactor>,
    evaluate: @escaping @Sendable ([ClaimFactor: Double], ClaimQuantity) -> Double?
  ) {
    self.method = method
    self.tool = tool
    self.factors = factors
    self.evaluate = evaluate
  }
}

extension Receipt {
  /// The number with its uncertainty, without its unit; `nil` when unknown.
  var plain: Estimate<Ratio>? {
    value.map { Estimate(Ratio($0), origin: origin, method: method ?? "declared-value@1", deviations: deviations) }
  }

  /// A receipt of something that a claim's author stated.
  static func stated(
    _ label: String, _ value: Double, unit: String = Ratio.baseUnit, source: Source?, note: String? = nil
  )
    -> Receipt
  {
    Receipt(
      label: label, value: value, low: value, high: value, unit: unit, origin: source == nil ? .declared : .published,
      method: source == nil ? "declared-value@1" : "published-factor@1", source: source, note: note)
  }
}
