import ArgumentParser

/// `dimmer grid`: what the grid and the weather do, and will do.
struct GridCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "grid", abstract: "Carbon intensity now and to come, the best time to run, and what it rests on.",
    discussion: """
      Places are countries (DE, Germany), grid zones (US-CAL-CISO) or cloud
      regions (us-east-1, azure:westeurope). Providers are asked in order: those
      whose keys are set (DIMMER_ELECTRICITY_MAPS_KEY, DIMMER_ENTSOE_TOKEN,
      DIMMER_EIA_KEY, DIMMER_WATTTIME_USER with DIMMER_WATTTIME_PASSWORD), then
      those that need none (UK Carbon Intensity, Energy-Charts); or those that
      'grid.providers' of a configuration lists. When none answers, kept values,
      the usual day and the yearly mean stand in, and the answer says so.
      Everything works on a file, too: --series FILE --column NAME.

      Examples:
        dimmer grid now DE
        dimmer grid best us-east-1 --duration 4h --within 24h
        dimmer grid best --series intensity.csv --column intensity_g_per_kwh \\
          --from 2023-06-03T16:00Z --duration 8h --within 32h --interruptible
        dimmer grid audit-proxy --series year.csv --column ci_lca_g_per_kwh
      """,
    subcommands: [Now.self, ForecastCommand.self, Best.self, Regions.self, Audit.self, Skill.self, Import.self])
}
