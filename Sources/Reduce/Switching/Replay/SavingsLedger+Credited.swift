public import Quantities

extension SavingsLedger {
  /// The same ledger with each period's mean quality, and whether its floor was met, as answers were credited when they
  /// were served. What is found of a variant later says nothing about a promise that was kept on what was known.
  ///
  /// - Parameters:
  ///   - floor: the promise, in points.
  ///   - quality: mean quality of the period that begins then and the mean of the lower bounds, in points; `nil` leaves it.
  public func credited(
    floor: Double, _ quality: (_ period: Timestamp) -> (mean: Double, low: Double)?
  ) -> SavingsLedger {
    let periods = periods.map { period in
      guard let (mean, low) = quality(period.start) else { return period }
      return Period(
        start: period.start, terms: period.terms, quality: mean, isFloorMet: low >= floor - 1e-9,
        missingIntervals: period.missingIntervals)
    }
    return SavingsLedger(periods: periods, total: total)
  }

  private init(periods: [Period], total: Terms) {
    self.periods = periods
    self.total = total
  }
}
