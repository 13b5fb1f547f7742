import Accounting
import Ledger
import Methods
import Quantities

extension VariantRecord {
  /// Whether its energy was learned from the requests that were served, beside whatever else the machine did then.
  var isLearned: Bool { receipt.method == TokenFit.id }

  /// Whether an operator stated its energy; what is learned never overrules that.
  var isDeclared: Bool { receipt.origin == .declared }

  /// This calibration's energy with the quality of another one.
  func takingQuality(of other: VariantRecord) -> VariantRecord {
    var merged = self
    (merged.quality, merged.qualityLow, merged.samples) = (other.quality, other.qualityLow, other.samples)
    merged.qualityReceipt = other.qualityReceipt
    return merged
  }
}

extension Sequence<VariantRecord> {
  /// The calibrations that decisions may rest on, of the newest ones of an alias, one for each of its variants.
  ///
  /// Learned energies enter the ladder only for all variants at once: when each has a learned one, or one that an
  /// operator declared. Until then a variant whose newest one was learned is decided about by the energy it had before,
  /// and the learned one is for charging requests alone. The reason: the variant that serves most is learned first, under
  /// live load, where the same work was seen to take a quarter more energy than on the quiet machine on which the others
  /// had been calibrated one by one. Beside them it looks dearer than it is, decisions move load away from it, and
  /// savings are misjudged. Energies that were found the same way err the same way, and a ladder is about their ratios.
  /// Qualities do not depend on the load: the newest ones always hold.
  ///
  /// - Parameter quiet: the calibration whose energy a variant had that was not learned; `nil` when there is none, and
  ///   then the learned one is better than nothing.
  func comparable(quiet: (VariantRecord) -> VariantRecord?) -> [VariantRecord] {
    let isOneWay = allSatisfy { $0.isLearned || $0.isDeclared }
    return map { newest in
      guard newest.isLearned, !isOneWay, let before = quiet(newest) else { return newest }
      var merged = before.takingQuality(of: newest)
      // What is a directive on what is a matter of the configuration, not of when it was calibrated.
      merged.directiveOf = newest.directiveOf
      return merged
    }
  }
}
