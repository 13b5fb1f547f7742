import Metering
import Quantities
import Telemetry

/// Consumers of one kind, counted from period to period, of which so many at most have a line of their own. Pure.
///
/// A line's count never falls. It begins when the consumer gets the line; until then, and for all without one, the
/// energy is the rest's. A consumer that comes back to a line goes on where it was. So of each period's attributed
/// energy every microjoule is in exactly one line, and lines and ``unlisted`` together are all of it.
struct ConsumerTally: Sendable {
  /// A consumer in one period.
  struct Share: Sendable {
    /// Tells it from all others for good: a process number alone is given to another later.
    let key: String
    let consumer: MeterSnapshot.Consumer
    var energy: [Metering.Component: Microjoules]
  }

  fileprivate struct Line {
    let consumer: MeterSnapshot.Consumer
    var energy: [Metering.Component: Microjoules] = [:]
    /// In the last period.
    var recent: [Metering.Component: Microjoules] = [:]
  }

  private let kind: MeterSnapshot.Consumer.Kind
  private let limit: Int
  private var lines: [String: Line] = [:]
  /// What the living without a line had counted when they had one.
  private var aside: [String: [Metering.Component: Microjoules]] = [:]
  private var ended: [Metering.Component: Microjoules] = [:]
  private var rest: Line
  /// What each used lately, halved each period, in microjoules: who gets a line.
  private var lately: [String: Double] = [:]
  private var length: Span = .seconds(0)

  /// No consumer yet.
  init(_ kind: MeterSnapshot.Consumer.Kind, limit: Int) {
    self.kind = kind
    self.limit = limit
    rest = Line(consumer: .rest(of: kind))
  }

  /// Counts a period.
  ///
  /// - Parameters:
  ///   - shares: all consumers that live, those that took nothing included.
  ///   - attributed: what all processes took, those of no consumer included.
  mutating func add(_ shares: [Share], attributed: [Metering.Component: Microjoules], length: Span) {
    self.length = length
    end(all: Set(shares.map(\.key)))
    for share in shares {
      let used = share.energy.values.reduce(.zero, +)
      lately[share.key] = (lately[share.key] ?? 0) / 2 + Double(used.count)
    }
    choose(among: shares)
    var left = attributed
    for share in shares where lines[share.key] != nil {
      lines[share.key]?.take(share.energy)
      for (component, energy) in share.energy { left[component, default: .zero] -= energy }
    }
    rest.take(left)
  }

  /// Drops whom no process is left of.
  private mutating func end(all living: Set<String>) {
    for (key, line) in lines where !living.contains(key) {
      ended.merge(line.energy, uniquingKeysWith: +)
      lines[key] = nil
    }
    for (key, energy) in aside where !living.contains(key) {
      ended.merge(energy, uniquingKeysWith: +)
      aside[key] = nil
    }
    lately = lately.filter { living.contains($0.key) }
  }

  private func rank(_ key: String) -> Double { (lately[key] ?? 0) * (lines[key] == nil ? 1 : 2) }

  /// Gives lines to those that used most lately. Who has one keeps it against anybody who used less than twice as much,
  /// so that lines do not come and go.
  private mutating func choose(among shares: [Share]) {
    let ranked = shares.filter { rank($0.key) > 0 || lines[$0.key] != nil }.sorted {
      let (left, right) = (rank($0.key), rank($1.key))
      return left == right ? $0.key < $1.key : left > right
    }
    for share in ranked.dropFirst(limit) {
      guard let line = lines.removeValue(forKey: share.key) else { continue }
      aside[share.key] = line.energy
    }
    for share in ranked.prefix(limit) where lines[share.key] == nil {
      var line = Line(consumer: share.consumer)
      line.energy = aside.removeValue(forKey: share.key) ?? [:]
      lines[share.key] = line
    }
  }

  /// The lines, the rest's included.
  var rows: [MeterSnapshot.Row] {
    (lines.values + [rest]).flatMap { line in
      line.energy.map { component, energy in
        MeterSnapshot.Row(
          line.consumer, component: component.rawValue, energy: energy,
          power: length.seconds > 0 ? (line.recent[component] ?? .zero).energy / length : nil)
      }
    }
  }

  /// What consumers had counted whose line is gone.
  var unlisted: [MeterSnapshot.Unlisted] {
    let gone = aside.values.reduce(into: ended) { $0.merge($1, uniquingKeysWith: +) }
    return gone.map { MeterSnapshot.Unlisted(kind: kind, component: $0.key.rawValue, energy: $0.value) }
  }
}

extension ConsumerTally.Line {
  fileprivate mutating func take(_ more: [Metering.Component: Microjoules]) {
    energy.merge(more, uniquingKeysWith: +)
    recent = more
  }
}
