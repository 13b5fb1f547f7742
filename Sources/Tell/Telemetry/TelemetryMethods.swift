public import Methods
import Quantities

/// The registry's entries of this room.
public enum TelemetryMethods {
  /// The methods that figures from other tools' files are made by.
  public static let all: [Method] = [codeCarbonEnergy]

  private static let codeCarbonEnergy = Method(
    CodeCarbonRun.energyMethod,
    "Energy of the machine from a field of CodeCarbon's emissions.csv, with the site's overhead taken out again",
    formula: "energy_joules = energy_kwh x 3.6e6 / pue",
    citation: Source("mlco2/codecarbon 3.3.2: the energies of emissions.csv have the PUE multiplied in"),
    inputs: [
      MethodParameter("energy_kwh", unit: "kWh", "the field, with PUE in it", in: 0...CodeCarbonRun.mostKilowattHours),
      MethodParameter("pue", "the row's PUE; 1 where it states none", default: .number(1), in: 1...100),
    ],
    outputs: [MethodParameter("energy_joules", unit: "J", "energy without the overhead")]
  ) { arguments throws(MethodError) in
    let energy = CodeCarbonRun.energy(
      kilowattHours: try arguments.number("energy_kwh"), overhead: try arguments.number("pue"))
    return ["energy_joules": .number(energy.joules)]
  }
}
