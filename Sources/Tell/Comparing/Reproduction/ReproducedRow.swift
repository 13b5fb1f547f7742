public import Methods
import Quantities

/// One published number beside what Dimmer's methods make of the inputs that are published with it.
public struct ReproducedRow: Hashable, Sendable {
  /// Tables of published numbers.
  public enum Group: String, Hashable, Sendable, CaseIterable {
    /// Replies, images and videos.
    case queries
    /// Training runs.
    case training
    /// Development cycles: phases, levers, break-evens.
    case lifecycle
    /// Everyday comparisons.
    case equivalences
  }

  /// What comes of the comparison.
  public enum Verdict: String, Hashable, Sendable, CaseIterable {
    /// Equal within the tolerance.
    case reproduced
    /// Not equal, but inside the interval of the computed figure.
    case withinInterval = "within-interval"
    /// Neither.
    case notReproduced = "not-reproduced"
    /// The source's own inputs give another number than the source.
    case contradictsItself = "contradicts-itself"
    /// What is published is not enough to compute it.
    case notComputable = "not-computable"

    /// The verdict in words.
    public var words: String { rawValue.replacing("-", with: " ") }
  }

  /// Its id: that of the published row, with what was computed behind a dot where there are several.
  public let id: String
  /// Its table.
  public let group: Group
  /// What it is a number of.
  public let what: String
  /// The published number.
  public let published: Receipt
  /// The computed figure; without a value, and with the reason as its note, when it cannot be computed.
  public let computed: Receipt
  /// How far the two may differ, as a share of the published one.
  public let tolerance: Double
  /// Whether everything that went in is printed by the same source, so that a difference is its own.
  public let isOwnArithmetic: Bool
  /// How it is computed, in one line.
  public let how: String
  /// Why the two differ, or what to know when they do not.
  public let remark: String?

  /// Computed over published less 1; nothing when it cannot be computed.
  public var difference: Double? {
    guard let found = computed.value, let printed = published.value, printed != 0 else { return nil }
    return found / printed - 1
  }

  /// What comes of it.
  public var verdict: Verdict {
    guard let difference, let printed = published.value else { return .notComputable }
    if abs(difference) <= tolerance { return .reproduced }
    if let low = computed.low, let high = computed.high, low < high, (low...high).contains(printed) {
      return .withinInterval
    }
    return isOwnArithmetic ? .contradictsItself : .notReproduced
  }
}
