extension Method {
  /// What changed in the second version of every method that adds figures up: their intervals, not their values.
  public static let sumsAddTheirEnds =
    "The value is the same. Errors of terms that are independent now add on the scale of a sum; before they added on the"
    + " logarithm as in a product, which put the ends up to a tenth of the value too high. Drawing agrees within about 2 % for"
    + " terms known within a factor of two."
}
