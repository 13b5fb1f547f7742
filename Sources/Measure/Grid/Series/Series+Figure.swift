public import Methods
public import Quantities

extension Series {
  /// The mean intensity over an interval as a figure with a receipt: `mean-intensity@1`.
  ///
  /// Its interval shares one uncertain source with every other figure from this series, so that the error cancels
  /// where two of them are compared.
  ///
  /// - Returns: nothing when the series is no carbon intensity or covers nothing of `range`. A part that is not
  ///   covered is named in the receipt.
  public func figure(over range: Range<Timestamp>) -> Figure<CarbonIntensity>? {
    guard kind.isCarbonIntensity, let mean = mean(over: range) else { return nil }
    let estimate = Estimate(
      CarbonIntensity.gramsPerKilowattHour(mean.value), low: .gramsPerKilowattHour(mean.low),
      high: .gramsPerKilowattHour(mean.high), origin: MethodID(parsing: provider) == nil ? .published : .modelled,
      method: GridMethods.meanIntensity, source: Signal.uncertaintySource(region, kind, provider))
    var notes = ["weighted by time"]
    if mean.coverage < 1 {
      notes.append("\(Decimals.significant(mean.coverage * 100, digits: 3)) % of the interval is covered")
    }
    if mean.estimatedShare > 0 {
      notes.append("\(Decimals.significant(mean.estimatedShare * 100, digits: 3)) % of that is estimated")
    }
    let hours = slice(range).slots.prefix(Self.receiptsOfHours).compactMap { signal($0).figure()?.receipt }
    if slice(range).slots.count > hours.count { notes.append("the first \(hours.count) intervals are listed") }
    return Figure(
      "\(kind.label), \(region), \(range.lowerBound) to \(range.upperBound)", estimate,
      inputs: hours + [receipt].compactMap { $0 }, source: source, note: notes.joined(separator: "; "))
  }

  /// How many single intervals a receipt lists: a day of them, so that receipts of long jobs stay readable.
  private static var receiptsOfHours: Int { 24 }
}
