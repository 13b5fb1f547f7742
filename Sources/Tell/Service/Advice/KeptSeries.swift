public import Grid
public import Quantities

/// Reads back what providers said of a grid.
public enum KeptSeries {
  /// The kept values of the last 60 days, of one provider and the first kind of which there are any; forecasts of what
  /// is still to come are left out.
  ///
  /// - Parameter kinds: what values may count, best first.
  public static func read(
    from store: any SignalStore, region: Region, kinds: [SignalKind], until now: Timestamp
  ) async -> Series? {
    for kind in kinds {
      let selection = SignalSelection(
        region, kind, over: (now - TimingFinding.memory)..<(now + .seconds(0.001)), knowledge: .issued(by: now))
      let issues = ((try? await store.issues(selection)) ?? []).filter { $0.signal.validity.lowerBound <= now }
      if let series = try? IssueResolution.newestByProvider(issues, knownBy: now).first?.series, !series.slots.isEmpty {
        return series
      }
    }
    return nil
  }
}
