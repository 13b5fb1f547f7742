public import Methods

/// The registry's entries of this room.
public enum AccountingMethods {
  /// Every method that a figure of this room can be made by.
  public static let all: [Method] =
    [
      DeclaredValue.formula.method, FacilityEnergy.formula.method, MachineCarbon.formula.method,
      FlightSeat.formula.method,
    ]
    + OperationalCarbon.methods + [MarketBasedCarbon.formula] + EmbodiedCarbon.methods + ChipCarbon.methods
    + ServerCarbon.methods + WaterUse.methods + SoftwareCarbonIntensity.methods + Equivalence.methods
    + MachineShare.methods + RunFootprint.methods + RequestMethods.all + PeerMethods.all + EmbodiedModels.methods + [
      Amortisation.usefulTime.method
    ]
}

/// The entries for what requests are charged.
enum RequestMethods {
  static let all: [Method] = [WorkWeight.formula.method, MeterShare.method, RequestCarbon.method, TokenFit.method]
}
