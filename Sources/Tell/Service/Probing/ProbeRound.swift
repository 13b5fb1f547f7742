import Ledger
import Quantities
import Switching

/// One evaluation: which variants were asked, what is known of each now, and why it was done then.
struct ProbeRound: Sendable {
  /// What an evaluation found of a variant.
  struct Found: Sendable {
    let variant: String
    /// The quality it had before, in points.
    let before: Double?
    let asked: Int
    let failed: Int
    /// The new quality, or why there is none.
    let quality: Result<ProbeQuality, ProbeQuality.Unknown>
  }

  let activity: ActivityID
  /// Grid time at which it was due.
  let due: Timestamp
  /// Why then: a clause.
  let why: String
  var found: [Found] = []
  var total = ProbeTotal()
  /// The calibrations that it put in force.
  var renewed: [VariantRecord] = []
  /// Whether it was stopped on the way; then nothing was put in force.
  var isStopped = false

  /// What the activity of an alias's evaluation is called.
  static func name(of alias: String) -> String { "probes of \(alias)" }

  /// Whether any variant has a new quality.
  var hasFound: Bool { !renewed.isEmpty }

  /// What was done and why, for the record.
  var reason: String {
    guard !isStopped else { return "Begun because \(why), and stopped on the way: all qualities stay." }
    return "Evaluated because \(why): \(found.map(\.sentence).joined(separator: "; "))."
  }
}

extension ProbeRound.Found {
  /// What was found, in words that stand beside those of other variants.
  var sentence: String {
    let points = { (value: Double) in Decimals.significant(value, digits: 3) }
    switch quality {
    case .success(let found):
      let left = failed > 0 ? ", \(failed) of \(asked) probes without an answer" : ""
      return "\(variant) has \(points(found.bound.quality)) points, at least \(points(found.bound.low))"
        + (before.map { ", before \(points($0))" } ?? "") + " (\(found.samples) answers\(left))"
    case .failure(let unknown):
      return "\(variant) keeps its \(before.map(points) ?? "unknown") points, because \(unknown.reason)"
    }
  }
}
