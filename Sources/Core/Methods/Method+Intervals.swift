import Quantities

extension Method {
  /// What changed in the second version of every method that adds figures up: their intervals, not their values.
  public static let sumsAddTheirEnds =
    "The value is the same. Errors of terms that are independent now add on the scale of a sum; before they added on the"
    + " logarithm as in a product, which put the ends up to a tenth of the value too high. Drawing agrees within about 2 % for"
    + " terms known within a factor of two."

  /// What changed in the third version of every method that adds figures up, and in the second of differences and
  /// ratios: their intervals, not their values.
  public static let endsAreAsDrawn =
    "The value is the same. The ends are where drawing puts them, within 2 % for things known within a factor of two, also"
    + " where terms are wide or lopsided: these add as they are likely, not by squares, which was up to a fifth off; the"
    + " scale on which factors and terms act together is found at the end of the interval."

  /// The same method under the versions before, of which the first said nothing of its changes and the second put the
  /// errors of terms on the scale of a sum.
  public var beforeEndsAsDrawn: [Method] {
    (1..<id.version).map { earlier(version: $0, changes: $0 == 2 ? Method.sumsAddTheirEnds : nil) }
  }
}
