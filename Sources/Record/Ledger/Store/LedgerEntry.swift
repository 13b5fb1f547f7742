import Quantities

/// What is written together or not at all.
public struct LedgerEntry: Hashable, Sendable, Codable {
  /// The activity, when this entry says something new about it.
  public var activity: Activity?
  /// Energy by component.
  public var components: [Component]
  /// Where all energy went.
  public var conservation: Conservation?
  /// Figures with their receipts.
  public var figures: [FigureRecord]
  /// Grid values that something here rests on, or that were imported.
  public var signals: [SignalRecord]
  /// Calibrated variants.
  public var variants: [VariantRecord]
  /// Decisions.
  public var decisions: [DecisionRecord]
  /// The journal that the entry was made from.
  public var journal: JournalRecord?

  /// An entry; each part may be missing.
  public init(
    activity: Activity? = nil, components: [Component] = [], conservation: Conservation? = nil,
    figures: [FigureRecord] = [], signals: [SignalRecord] = [], variants: [VariantRecord] = [],
    decisions: [DecisionRecord] = [], journal: JournalRecord? = nil
  ) {
    self.activity = activity
    self.components = components
    self.conservation = conservation
    self.figures = figures
    self.signals = signals
    self.variants = variants
    self.decisions = decisions
    self.journal = journal
  }
}

/// What a commit did.
public enum CommitOutcome: Hashable, Sendable {
  /// Everything is in the ledger.
  case recorded
  /// The ledger already knew more about the activity (see ``ActivityStatus/knowledge``): its row, components,
  /// conservation and figures stayed as they were; signals, variants, decisions and journal are in the ledger.
  case knewMore
}

extension LedgerEntry {
  /// Checks what no store may keep: parts of other activities, unknown figures without a reason, numbers that are not
  /// finite, intervals upside down.
  ///
  /// - Throws: ``LedgerError/invalid(_:)``. Every store calls this before it writes.
  public func validate() throws(LedgerError) {
    if let activity { try validate(activity) }
    for component in components where component.microjoules == nil && (component.detail ?? "").isEmpty {
      throw .invalid("component \(component.name) of \(component.activity) is unknown and says no reason in its detail")
    }
    for figure in figures { try validate(figure) }
    for signal in signals {
      try requireFinite([signal.value, signal.low, signal.high], in: "\(signal.id)")
      guard signal.validFrom < signal.validTo else { throw .invalid("\(signal.id) is valid for no time") }
    }
    for variant in variants {
      try requireFinite(
        [
          variant.quality, variant.qualityLow, variant.joulesPerUnit, variant.joulesPerUnitLow,
          variant.joulesPerUnitHigh, variant.joulesPerRequest, variant.joulesPerRequestLow,
          variant.joulesPerRequestHigh,
        ] + [variant.perInputToken, variant.perOutputToken].flatMap { [$0?.joules, $0?.low, $0?.high] },
        in: "\(variant.id)")
    }
    for decision in decisions {
      try requireFinite(
        [decision.price, decision.expectedSavingGrams] + decision.shares.values.map { $0 }, in: "\(decision.id)")
      guard !decision.reason.isEmpty else { throw .invalid("\(decision.id) says no reason") }
    }
  }

  private func validate(_ activity: Activity) throws(LedgerError) {
    let id = activity.id
    guard activity.kind != .request else { throw .invalid("\(id) is a request; requests are appended, not committed") }
    guard activity.parent != id else { throw .invalid("\(id) is its own parent") }
    if case .notObserved(let moment) = activity.status, activity.ended != moment {
      throw .invalid("\(id) was not observed after \(moment), and its end says otherwise")
    }
    let owners = components.map(\.activity) + figures.map(\.id.activity) + [conservation?.activity ?? id]
    if let other = owners.first(where: { $0 != id }) {
      throw .invalid("an entry about \(id) has a part of \(other); commit each activity in its own entry")
    }
  }

  private func validate(_ figure: FigureRecord) throws(LedgerError) {
    try requireFinite([figure.value, figure.low, figure.high], in: "\(figure.id)")
    if figure.value == nil, (figure.reason ?? "").isEmpty {
      throw .invalid("\(figure.id) is unknown and says no reason")
    }
    if let value = figure.value, let low = figure.low, let high = figure.high, low > value || value > high {
      throw .invalid("\(figure.id) is \(value), outside its own interval \(low) to \(high)")
    }
  }

  private func requireFinite(_ values: [Double?], in id: String) throws(LedgerError) {
    guard values.allSatisfy({ $0?.isFinite ?? true }) else { throw .invalid("\(id) holds a number that is not finite") }
  }
}
