public import Quantities

/// Makes one series out of many issues: for every moment the value issued last.
public enum IssueResolution {
  /// For each provider what it had issued by `moment`; the one whose newest begun interval is newest comes first.
  ///
  /// - Throws: ``SeriesError`` when values of one provider do not make a series, as with two units.
  public static func newestByProvider(
    _ issues: some Sequence<SignalIssue>, knownBy moment: Timestamp
  ) throws(SeriesError) -> [IssuedSeries] {
    let known = issues.filter { $0.signal.issuedAt <= moment }
    var series: [IssuedSeries] = []
    for (_, issues) in Dictionary(grouping: known, by: \.signal.provider).sorted(by: { $0.key < $1.key }) {
      series.append(try resolve(issues).asIssued(by: moment))
    }
    func newest(_ series: IssuedSeries) -> Timestamp {
      series.series.slots.last { $0.start <= moment }?.start ?? Timestamp(milliseconds: .min)
    }
    return series.sorted { newest($0) > newest($1) }
  }

  /// The series of issues of one provider. Where intervals of different lengths overlap, as after a change of
  /// resolution, the one issued last holds, and the other keeps the rest of its time.
  ///
  /// - Throws: ``SeriesError`` when there is none, or they differ in kind, region, unit or provider.
  public static func resolve(_ issues: [SignalIssue]) throws(SeriesError) -> Series {
    var newest: [Range<Timestamp>: SignalIssue] = [:]
    for issue in issues {
      let known = newest[issue.signal.validity]
      if known.map({ ($0.signal.issuedAt, $0.fetchedAt) < (issue.signal.issuedAt, issue.fetchedAt) }) ?? true {
        newest[issue.signal.validity] = issue
      }
    }
    let signals = newest.values.map(\.signal).sorted {
      ($0.validity.lowerBound, $0.validity.upperBound) < ($1.validity.lowerBound, $1.validity.upperBound)
    }
    let overlaps = zip(signals, signals.dropFirst()).contains { $0.validity.upperBound > $1.validity.lowerBound }
    return try Series(overlaps ? cut(signals) : signals)
  }

  /// The signals without the time that a later issue holds for.
  private static func cut(_ signals: [Signal]) -> [Signal] {
    let borders = Set(signals.flatMap { [$0.validity.lowerBound, $0.validity.upperBound] }).sorted()
    var result: [Signal] = []
    var open: [Signal] = []
    var next = 0
    for (start, end) in zip(borders, borders.dropFirst()) {
      open.removeAll { $0.validity.upperBound <= start }
      while next < signals.count, signals[next].validity.lowerBound <= start {
        open.append(signals[next])
        next += 1
      }
      // Of two issues of the same moment the finer one says more.
      guard
        let holder = open.max(by: {
          ($0.issuedAt, -$0.validity.span.seconds) < ($1.issuedAt, -$1.validity.span.seconds)
        })
      else { continue }
      if let last = result.last, last.validity.upperBound == start, last.issuedAt == holder.issuedAt,
        last.value == holder.value, holder.validity.lowerBound <= last.validity.lowerBound,
        last.isEstimated == holder.isEstimated
      {
        result[result.count - 1] = holder.over(last.validity.lowerBound..<end)
      } else {
        result.append(holder.over(start..<end))
      }
    }
    return result
  }
}

extension Signal {
  /// The same value for another interval.
  func over(_ validity: Range<Timestamp>) -> Signal {
    Signal(
      region: region, kind: kind, unit: unit, validity: validity, value: value, low: low, high: high,
      issuedAt: issuedAt, provider: provider, isEstimated: isEstimated, source: source)
  }
}
