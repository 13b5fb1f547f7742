public import Methods

/// The registry's entries of this room.
public enum AccountingMethods {
  /// Every method that a figure of this room can be made by.
  public static let all: [Method] =
    [
      DeclaredValue.formula.method, FacilityEnergy.formula.method, CardCarbon.anyKnown.method,
      FlightSeat.formula.method,
    ]
    + OperationalCarbon.methods + [
      MarketBasedCarbon.formula, MarketBasedCarbon.share.method, HourlyMatching.method, GridLosses.formula.method,
    ]
    + EmbodiedCarbon.methods + [Amortisation.usefulTime.method] + EmbodiedModels.methods + ChipCarbon.methods
    + MachineCarbon.methods + MachineCards.methods + ServerCarbon.methods + WaterUse.methods
    + SoftwareCarbonIntensity.methods + IntelligenceScores.methods
    + PrimaryEnergy.methods + Equivalence.methods + MachineShare.methods + RunFootprint.methods + RequestMethods.all
    + [TenantShare.method, StepShare.method] + PeerMethods.all

  /// The formulas whose figures can be computed again from the inputs in their receipts, newest versions.
  static let formulas: [Formula] = [
    FacilityEnergy.formula, MachineCarbon.formula, MachineCards.formula, MarketBasedCarbon.share,
    OperationalCarbon.once, OperationalCarbon.effective,
    EmbodiedCarbon.byTime, EmbodiedCarbon.byUse, Amortisation.usefulTime, ChipCarbon.perArea, ChipCarbon.die,
    ChipCarbon.memory, WaterUse.onSite, WaterUse.offSite, WaterUse.sum, SoftwareCarbonIntensity.score,
    RunFootprint.total, MachineShare.byThreads, GridLosses.formula, PrimaryEnergy.formula, Equivalence.formula,
  ]
}

/// The entries for what requests are charged.
enum RequestMethods {
  static let all: [Method] = [WorkWeight.formula.method, MeterShare.method, RequestCarbon.method, TokenFit.method]
}
