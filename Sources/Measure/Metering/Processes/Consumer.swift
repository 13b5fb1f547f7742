/// Whose work it was: every joule and every second of CPU time goes to one of these, to idle or to nobody known.
public enum Consumer: String, Hashable, Sendable, CaseIterable {
  /// The processes that are being measured.
  case run
  /// All other processes.
  case others
  /// Dimmer and its meter.
  case own = "self"
}

/// One amount for each consumer.
public struct ByConsumer: Hashable, Sendable {
  /// The run's.
  public var run: UInt64
  /// The other processes'.
  public var others: UInt64
  /// Dimmer's own.
  public var own: UInt64

  /// Amounts in one unit, which the caller knows.
  public init(run: UInt64 = 0, others: UInt64 = 0, own: UInt64 = 0) {
    self.run = run
    self.others = others
    self.own = own
  }

  /// The amount of one consumer.
  public subscript(consumer: Consumer) -> UInt64 {
    get {
      switch consumer {
      case .run: run
      case .others: others
      case .own: own
      }
    }
    set {
      switch consumer {
      case .run: run = newValue
      case .others: others = newValue
      case .own: own = newValue
      }
    }
  }

  /// All three together.
  public var total: UInt64 { run &+ others &+ own }

  /// What each has more than in an earlier state; 0 for one that has less.
  public func since(_ earlier: ByConsumer) -> ByConsumer {
    ByConsumer(
      run: run > earlier.run ? run - earlier.run : 0, others: others > earlier.others ? others - earlier.others : 0,
      own: own > earlier.own ? own - earlier.own : 0)
  }

  /// Both together.
  public static func + (left: ByConsumer, right: ByConsumer) -> ByConsumer {
    ByConsumer(run: left.run &+ right.run, others: left.others &+ right.others, own: left.own &+ right.own)
  }
}
