public import Grid
public import Ledger
import Quantities

extension SignalRecord {
  /// The ledger's record of a grid value.
  public init(_ signal: Signal) {
    self.init(
      region: signal.region.name, kind: signal.kind.rawValue, issued: signal.issuedAt,
      validFrom: signal.validity.lowerBound, validTo: signal.validity.upperBound, value: signal.value, low: signal.low,
      high: signal.high, unit: signal.unit, provider: signal.provider, estimated: signal.isEstimated,
      source: signal.source)
  }
}

extension IssuedSeries {
  /// The values issued since `kept`, and where nothing was kept yet those of the two days before `start`: the record has
  /// the grid as it was known then, also where a decision had to do without.
  func records(since kept: Timestamp?, from start: Timestamp) -> [SignalRecord] {
    since(start - .hours(48)).series.slots
      .filter { slot in kept.map { slot.issuedAt > $0 } ?? true }
      .map { SignalRecord(series.signal($0)) }
  }
}
