import Accounting
public import Methods

/// The registry's entries of this room.
public enum EstimationMethods {
  /// Every method that a figure of this room can be made by.
  public static let all: [Method] =
    [WorkFootprint.cost.method] + TextFormulas.all + ServingShares.methods + Denoising.methods + TrainingMethods.all
    + CycleMethods.all + FleetMethods.all
}
