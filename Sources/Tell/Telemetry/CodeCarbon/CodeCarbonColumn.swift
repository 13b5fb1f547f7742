/// The columns of CodeCarbon's `emissions.csv`, version 3.3.2 (mlco2/codecarbon, codecarbon/output_methods), in its order.
///
/// Energies are kWh and powers W with the site's PUE multiplied in; emissions are kg CO2e.
public enum CodeCarbonColumn: String, Hashable, Sendable, CaseIterable {
  case timestamp
  case projectName = "project_name"
  case runID = "run_id"
  case experimentID = "experiment_id"
  case duration
  case emissions
  case emissionsRate = "emissions_rate"
  case cpuPower = "cpu_power"
  case gpuPower = "gpu_power"
  case ramPower = "ram_power"
  case cpuEnergy = "cpu_energy"
  case gpuEnergy = "gpu_energy"
  case ramEnergy = "ram_energy"
  case energyConsumed = "energy_consumed"
  case waterConsumed = "water_consumed"
  case countryName = "country_name"
  case countryISOCode = "country_iso_code"
  case region
  case cloudProvider = "cloud_provider"
  case cloudRegion = "cloud_region"
  case os
  case pythonVersion = "python_version"
  case codecarbonVersion = "codecarbon_version"
  case cpuCount = "cpu_count"
  case cpuModel = "cpu_model"
  case gpuCount = "gpu_count"
  case gpuModel = "gpu_model"
  case longitude
  case latitude
  case ramTotalSize = "ram_total_size"
  case trackingMode = "tracking_mode"
  case cpuUtilization = "cpu_utilization_percent"
  case gpuUtilization = "gpu_utilization_percent"
  case ramUtilization = "ram_utilization_percent"
  case ramUsed = "ram_used_gb"
  case onCloud = "on_cloud"
  case pue
  case wue

  /// Whether its fields are numbers.
  public var isNumber: Bool {
    switch self {
    case .duration, .emissions, .emissionsRate, .cpuPower, .gpuPower, .ramPower, .cpuEnergy, .gpuEnergy, .ramEnergy,
      .energyConsumed, .waterConsumed, .cpuCount, .gpuCount, .longitude, .latitude, .ramTotalSize, .cpuUtilization,
      .gpuUtilization, .ramUtilization, .ramUsed, .pue, .wue:
      true
    default: false
    }
  }
}
