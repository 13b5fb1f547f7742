public import Quantities

/// What a policy decided, what it saw, and why, in words.
public struct DecisionRecord: Hashable, Sendable, Codable {
  /// Its id.
  public var id: DecisionID
  /// The serve or demo it belongs to.
  public var activity: ActivityID
  /// The alias it is about.
  public var alias: String
  /// The grid time it was made for.
  public var grid: Timestamp
  /// When it was made, by the wall clock.
  public var made: Timestamp
  /// The policy and its version: `quality-floor@1`.
  public var policy: String
  /// How the policy ran: normally, or in which fail-safe mode.
  public var mode: String
  /// The price of quality the policy worked with, in its own unit; `nil` when it has none.
  public var price: Double?
  /// The variant that serves most.
  public var chosen: String
  /// The share of requests for each variant; they sum to 1.
  public var shares: [String: Double]
  /// Why, in one sentence that a person understands.
  public var reason: String
  /// What it is expected to save against its named baseline, in g CO2e; `nil` when nobody can say.
  public var expectedSavingGrams: Double?
  /// The grid value it rests on.
  public var signalID: SignalID?
  /// What variants stand on that are not on the site's own grid, by variant; `nil` when all of them are.
  public var grids: [String: VariantGrid]?
  /// Exactly what the policy saw, as JSON; kept byte for byte.
  public var input: String
  /// The policy's state afterwards, as JSON; kept byte for byte.
  public var state: String

  /// A decision.
  public init(
    id: DecisionID, activity: ActivityID, alias: String, grid: Timestamp, made: Timestamp, policy: String, mode: String,
    price: Double? = nil, chosen: String, shares: [String: Double], reason: String,
    expectedSavingGrams: Double? = nil, signalID: SignalID? = nil, grids: [String: VariantGrid]? = nil,
    input: String, state: String
  ) {
    self.id = id
    self.activity = activity
    self.alias = alias
    self.grid = grid
    self.made = made
    self.policy = policy
    self.mode = mode
    self.price = price
    self.chosen = chosen
    self.shares = shares
    self.reason = reason
    self.expectedSavingGrams = expectedSavingGrams
    self.signalID = signalID
    self.grids = grids
    self.input = input
    self.state = state
  }
}
