import Quantities

/// The account of quality that the deal keeps: point-requests above the floor, of what was answered.
///
/// A request under way counts as soon as it is dealt when it is below the floor, and only once it was answered when it is
/// above: it may yet fail, or its caller leave. So whatever becomes of those under way, no more is owed than is allowed.
/// How many items a request holds is known only afterwards; it is reckoned as the largest so far.
struct QualityAccount {
  /// What a request was dealt as; it is settled once.
  struct Entry: Hashable, Sendable {
    let period: Int
    /// Point-requests that it could cost, negative; 0 for one that is not below the floor.
    let atRisk: Double
  }

  private(set) var promise: QualityFloor
  /// What was answered, in point-requests above the floor.
  private var settled: Double
  /// What requests under way could cost, negative.
  private var atRisk = 0.0
  private var mostUnits = 1.0
  /// Counts the periods, for requests that end in a later one than they came in.
  private var period = 0
  /// Whether the period was over before the next one was decided for; then that is the one under way.
  private var isBeyond = false

  init(_ promise: QualityFloor) {
    self.promise = promise
    settled = promise.opening
  }

  /// Takes over what the next decision says.
  mutating func update(_ next: QualityFloor) {
    if next.period > promise.period {
      if !isBeyond {
        close()
        settled = min(settled, next.opening)
      }
      isBeyond = false
    } else if isBeyond {
      // A late word on the period that is over.
      return
    }
    promise = next
  }

  /// Opens the account of the next period: what this one owes goes on, what it has to spare does not.
  private mutating func close() {
    settled = min(0, balance)
    atRisk = 0
    period += 1
  }

  /// A request comes: once the period is over, nothing may be owed until the next one was decided for.
  mutating func roll(to moment: Timestamp) {
    guard let ends = promise.ends, !isBeyond, moment >= ends else { return }
    close()
    isBeyond = true
    promise.debtLimit = 0
  }

  /// Where it stands if every request under way that is below the floor is answered, and no other.
  var balance: Double { settled + atRisk }

  /// Whether more is owed than is allowed.
  var isOverdrawn: Bool { balance < -promise.debtLimit - tolerance }

  /// Sums of many qualities are rounded.
  private var tolerance: Double { 1e-9 * max(1, abs(settled)) }

  /// Whether a request on a variant keeps what is owed within its limit. A variant of unknown quality does not count.
  func permits(_ variant: Int) -> Bool {
    guard let quality = promise.qualities[variant] else { return true }
    let change = quality - promise.floor
    return change >= 0 ? !isOverdrawn : balance + mostUnits * change >= -promise.debtLimit - tolerance
  }

  /// A request is dealt to a variant.
  mutating func deal(_ variant: Int) -> Entry {
    let change = promise.qualities[variant].map { mostUnits * ($0 - promise.floor) } ?? 0
    let entry = Entry(period: period, atRisk: min(0, change))
    atRisk += entry.atRisk
    return entry
  }

  /// A request came to its end: with the variant that answered it and its items, or none.
  mutating func settle(_ entry: Entry, answeredBy variant: Int?, units: Int) {
    mostUnits = max(mostUnits, Double(units))
    guard entry.period == period else { return }
    atRisk = min(0, atRisk - entry.atRisk)
    guard let variant, let quality = promise.qualities[variant] else { return }
    settled += Double(units) * (quality - promise.floor)
  }
}
