public import Quantities

/// A model that stays on a GPU and does nothing: its open context alone keeps the board 26 to 66 W above bare idle,
/// however little memory it fills (arXiv 2605.23918).
public enum ParkedContext {
  /// How long it must stay unused for unloading to save energy: t = energy of loading it again / parked power.
  ///
  /// - Parameters:
  ///   - reload: energy that loading it again takes.
  ///   - parked: power above bare idle while it is parked.
  /// - Returns: `nil` when there is no answer: nothing is saved by unloading, or a value is not known.
  public static func unloadBreakEven(reload: Energy, parked: Power) -> Quantities.Span? {
    guard reload.joules.isFinite, parked.watts.isFinite, reload.joules >= 0, parked.watts > 0 else { return nil }
    return .seconds(reload.joules / parked.watts)
  }
}
