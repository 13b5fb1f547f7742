public import Ledger
public import Switching

/// What was promised about an alias and what could serve it, as the policy was told.
public struct ServedContract: Sendable {
  /// The name callers use.
  public let alias: String
  /// The policy's name and version.
  public let policy: String
  /// The variants on offer, energy by unit.
  public let ladder: Ladder
  /// The mean quality promised over each UTC day, in points.
  public let floor: Double
  /// Least mean quality of each single interval, in points; `nil` for none.
  public let instantFloor: Double?
  /// Power usage effectiveness of the site.
  public let pue: Double
  /// The same of the other places where variants stand.
  public let pueElsewhere: [String: Double]
  /// What one unit is called, in the plural.
  public let unitNoun: String

  /// What a model promises.
  public init(_ model: ServingModel, pue: Double) {
    alias = model.alias
    policy = model.policy.name
    ladder = model.ladder
    floor = model.floor
    instantFloor = model.settings.instantFloor
    self.pue = pue
    let stated = model.statedPUE
    pueElsewhere = Dictionary(uniqueKeysWithValues: model.ladder.places.map { ($0, stated[$0] ?? pue) })
    unitNoun = model.unitNoun
  }

  /// What a recorded decision rested on: the record alone is enough to judge what was served.
  ///
  /// - Throws: a coding error when the decision's input cannot be read.
  public init(_ decision: DecisionRecord) throws {
    let input = try DecisionCoding.value(PolicyInput.self, from: decision.input)
    alias = decision.alias
    policy = decision.policy
    ladder = input.ladder
    floor = input.floor
    instantFloor = input.instantFloor
    pue = input.pue
    let elsewhere = input.elsewhere ?? [:]
    pueElsewhere = Dictionary(
      uniqueKeysWithValues: input.ladder.places.map { ($0, elsewhere[$0]?.pue ?? input.pue) })
    unitNoun = input.requestNoun
  }
}
