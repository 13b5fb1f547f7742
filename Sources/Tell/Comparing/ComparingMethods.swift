public import Methods

/// The registry's entries of this room.
public enum ComparingMethods {
  /// Every method that a figure of this room can be made by.
<<<<<<< HEAD
  public static let all: [Method] = WhyMethods.all + ReproductionBench.methods + BoardFormulas.all
=======
  public static let all: [Method] = BoardFormulas.all + ReproductionBench.methods
>>>>>>> C
}
