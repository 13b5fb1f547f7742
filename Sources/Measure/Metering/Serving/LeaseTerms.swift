import Quantities

/// What a lease was given, which may be less than was asked for.
struct LeaseTerms: Hashable {
  /// How much of the machine it is told.
  var scope: LeaseScope
  /// The run that it is a part of, when that is measured, too.
  var parent: String?
  /// How often samples are taken, milliseconds: what was asked for, or the floor of its scope. `nil`: an older meter.
  var periodMilliseconds: Int?
  /// The shortest window that answers to `read` can tell apart, milliseconds; what is asked sooner is answered with the
  /// sample before, which says its moment. `nil`: an older meter.
  var windowMilliseconds: Int?

  init(scope: LeaseScope, parent: String?, periodMilliseconds: Int? = nil, windowMilliseconds: Int? = nil) {
    self.scope = scope
    self.parent = parent
    self.periodMilliseconds = periodMilliseconds
    self.windowMilliseconds = windowMilliseconds
  }

  init(_ line: JournalLine) {
    self.init(
      scope: line["scope"].flatMap(LeaseScope.init(rawValue:)) ?? .share, parent: line["parent"],
      periodMilliseconds: line.integer("period_ms"), windowMilliseconds: line.integer("window_ms"))
  }

  func fill(_ line: inout JournalLine) {
    line.set("scope", scope.rawValue)
    line.set("parent", parent)
    line.set("period_ms", periodMilliseconds)
    line.set("window_ms", windowMilliseconds)
  }
}

/// How much of the machine a lease is told.
public enum LeaseScope: String, Hashable, Sendable {
  /// All of it: who asks runs the machine, or the meter is the asker's own.
  case host
  /// Its own share only: what others do is not theirs to see, and fine counters of the whole processor tell secrets
  /// (PLATYPUS).
  case share
}

extension CumulativeSample {
  /// The sample with nothing but the run's own share.
  var ownShare: CumulativeSample {
    var share = self
    share.components = components.mapValues { EnergyTerms(host: $0.run, run: $0.run) }
    share.platform = [:]
    share.cpu = CPUTerms(busy: cpu.run, run: cpu.run, capacity: cpu.capacity)
    return share
  }
}
