import Grid
import Quantities

/// The last look at what a codec read, the same for every provider.
struct DeliveryCheck {
  let query: SignalQuery
  let limits: SignalLimits

  /// How far ahead of ours a service's clock may be.
  static let clockTolerance = Span.seconds(300)

  /// The signals that are believed.
  ///
  /// - Throws: when one is about something else than asked, was measured in the future, or none is left.
  func delivery(of signals: [Signal], at now: Timestamp) throws(ProviderError) -> Delivery {
    let unit = signals.first?.unit
    for signal in signals {
      guard signal.region == query.region else {
        throw .otherRegion(asked: query.region.name, got: signal.region.name)
      }
      guard signal.kind == query.kind else { throw .otherKind(asked: query.kind.label, got: signal.kind.label) }
      guard signal.unit == unit, signal.kind.unit == nil || signal.unit == signal.kind.unit else {
        throw .otherUnit(expected: signal.kind.unit ?? unit ?? "", got: signal.unit)
      }
      guard !signal.validity.isEmpty, signal.validity.span <= .hours(24 * 32) else {
        throw .malformed(
          place: "\(signal.validity.lowerBound)", problem: "an interval of \(signal.validity.span.hours) h")
      }
      if !signal.isEstimated, signal.validity.lowerBound > now + Self.clockTolerance {
        throw .fromTheFuture(signal.validity.lowerBound, now: now)
      }
    }
    var (believed, rejected) = limits.sift(signals)
    believed = unambiguous(believed, &rejected)
    guard !believed.isEmpty else {
      if let newest = rejected.max(by: { $0.validity.lowerBound < $1.validity.lowerBound }) {
        throw .notBelieved(newest)
      }
      throw .noValues("for \(query)")
    }
    return Delivery(signals: believed, rejected: rejected, fetchedAt: now)
  }

  /// In order, each interval once. An interval that is there twice with two values, or that overlaps another one, is
  /// not believed at all: nothing tells which of them is right.
  private func unambiguous(_ signals: [Signal], _ rejected: inout [RejectedSignal]) -> [Signal] {
    let sorted = signals.sorted {
      ($0.validity.lowerBound, $0.validity.upperBound) < ($1.validity.lowerBound, $1.validity.upperBound)
    }
    var doubtful = Set<Int>()
    var repeated = Set<Int>()
    var furthest: Int?
    for index in sorted.indices {
      if let before = furthest, sorted[index].validity.lowerBound < sorted[before].validity.upperBound {
        let isSame = sorted[index].validity == sorted[before].validity && sorted[index].value == sorted[before].value
        if isSame { repeated.insert(index) } else { doubtful.formUnion([before, index]) }
      }
      if furthest.map({ sorted[index].validity.upperBound > sorted[$0].validity.upperBound }) ?? true {
        furthest = index
      }
    }
    rejected += doubtful.sorted().map { index in
      RejectedSignal(
        validity: sorted[index].validity, value: sorted[index].value,
        reason: "its time is there twice with different values")
    }
    return sorted.indices.filter { !doubtful.contains($0) && !repeated.contains($0) }.map { sorted[$0] }
  }
}
