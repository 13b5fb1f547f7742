public import Quantities
public import Switching

/// A savings ledger with what is needed to tell it: whose, at which floor, how sure.
public struct SavingsStatement: Sendable {
  /// Whose savings: an alias, or the name of a replay.
  public let name: String
  /// The promise, in points.
  public let floor: Double
  /// The terms, by budget period and in all.
  public let ledger: SavingsLedger
  /// The terms' intervals; `nil` when energies were stated without one.
  public let spread: SavingsSpread?
  /// What `dimmer explain` takes for these figures; `nil` for a replay, which is in no record.
  public let id: String?
  /// Until when was served: a day that ends later is not over.
  public let servedUntil: Timestamp?
  /// Carbon of the requests as the record charged each of them; `nil` where there is no record.
  public let recorded: Carbon?
  /// Cancelled requests of which nothing shows what they would have used.
  public let uncounted: Int64
  /// What keeping quality fresh cost; `nil` where there is no record.
  public var probes: ProbesSpent?

  /// A statement.
  public init(
    name: String, floor: Double, ledger: SavingsLedger, spread: SavingsSpread? = nil, id: String? = nil,
    servedUntil: Timestamp? = nil, recorded: Carbon? = nil, uncounted: Int64 = 0
  ) {
    self.name = name
    self.floor = floor
    self.ledger = ledger
    self.spread = spread
    self.id = id
    self.servedUntil = servedUntil
    self.recorded = recorded
    self.uncounted = uncounted
  }

  /// One sentence for a person about one day.
  public func sentence(_ period: SavingsLedger.Period) -> String {
    let terms = period.terms
    let day = String(period.start.description.prefix(10))
    let state = isOver(period) ? day : "\(day) so far"
    guard let quality = period.quality else { return "\(state): nothing was served." }
    guard !isUnknown(period) else {
      return
        "\(state): no grid value is known for its hours, so neither what was emitted nor what was saved can be told."
    }
    var parts = ["\(terms.sizing.formatted()) by smaller variants on average (sizing)"]
    if terms.directive != .zero { parts.append("\(terms.directive.formatted()) by brevity directives") }
    if terms.placing != .zero { parts.append("\(terms.placing.formatted()) by choosing places (placing)") }
    parts.append("\(terms.timing.formatted()) by choosing the hours (timing)")
    if let orphans = terms.orphans, orphans != .zero {
      parts.append("\(orphans.formatted()) by not going on for callers who had left")
    }
    if let hedging = terms.hedging, hedging != .zero {
      parts.append("\(hedging.formatted()) by hedged requests that lost")
    }
    let floor = Decimals.fixed(self.floor, places: 2)
    let points = Decimals.fixed(quality, places: 2)
    let met =
      switch floorState(period) {
      case .met: "the floor of \(floor) was met with \(points) points"
      case .missed: "the floor of \(floor) was missed: \(points) points"
      case .open: "\(points) points so far, below the floor of \(floor), which the day's end decides"
      }
    let regret =
      terms.regretPercent.map { "\(Decimals.fixed($0, places: 1)) % above the plan that knew the day" }
      ?? "the plan that knew the day emits nothing"
    let missing =
      period.missingIntervals > 0 ? "; \(period.missingIntervals) hours without a grid value are left out" : ""
    return
      "\(state): \(terms.emitted.formatted()) emitted and \(terms.saved.formatted()) saved against always the best "
      + "variant, \(parts.joined(separator: ", ")); \(regret); \(met)\(missing)."
  }

  /// What of the terms nobody watched, in a sentence; `nil` when all of it was.
  public var unwatched: String? {
    let total = ledger.total
    let parts = [
      total.orphans == nil ? "what leaving callers spared" : nil,
      total.hedging == nil ? "what hedging lost" : nil,
      uncounted > 0 ? "what \(uncounted) cancelled requests of unknown energy spared" : nil,
    ].compactMap(\.self)
    return parts.isEmpty ? nil : "Not watched, and in no sum: \(parts.joined(separator: " and "))."
  }

  /// How a period stands with its floor, on lower bounds.
  enum FloorState: String { case met, missed, open }

  /// A floor is missed only when its day is over.
  func floorState(_ period: SavingsLedger.Period) -> FloorState {
    period.isFloorMet ? .met : isOver(period) ? .missed : .open
  }

  /// Whether requests were served, and of none of them the grid is known: nothing is then zero, all is unknown.
  func isUnknown(_ period: SavingsLedger.Period) -> Bool {
    period.quality != nil && period.missingIntervals > 0 && period.terms.alwaysBest == .zero
  }

  /// Whether that holds of all periods together.
  var isUnknown: Bool { ledger.total.alwaysBest == .zero && ledger.periods.contains(where: isUnknown) }

  func isOver(_ period: SavingsLedger.Period) -> Bool {
    servedUntil.map { period.start.startOfDay + .hours(24) <= $0 } ?? true
  }
}
