public import Methods

/// The registry's entries of this room.
public enum ServiceMethods {
  /// The methods that figures made here name.
  public static let all: [Method] = [
    ProbeQuality.method, ProbeTotal.method, TwoPointCalibration.method, MeanRequestCalibration.method,
  ]
}
