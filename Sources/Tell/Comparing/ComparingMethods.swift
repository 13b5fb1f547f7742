public import Methods

/// The registry's entries of this room.
public enum ComparingMethods {
  /// Every method that a figure of this room can be made by.
  public static let all: [Method] = WhyMethods.all + ReproductionBench.methods + BoardFormulas.all
}
