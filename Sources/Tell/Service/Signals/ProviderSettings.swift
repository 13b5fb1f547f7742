public import Grid
public import GridProviders

/// One provider of grid signals as a configuration names it.
public struct ProviderSettings: Hashable, Sendable {
  /// The services that are known, by the names a configuration uses.
  public enum Service: String, CaseIterable, Hashable, Sendable {
    case electricityMaps = "electricity-maps"
    case wattTime = "watttime"
    case ukCarbonIntensity = "uk-carbon-intensity"
    case energyCharts = "energy-charts"
    case entsoe = "entso-e"
    case eia = "eia-930"
    case openMeteo = "open-meteo"
    case carbonAwareSDK = "carbon-aware-sdk"
    /// Any CSV or JSON, from a file or an HTTP endpoint, by a mapping.
    case mapped

    /// The environment variable that its key or password is taken from unless the configuration names another place.
    public var keyVariable: String? {
      switch self {
      case .electricityMaps: "DIMMER_ELECTRICITY_MAPS_KEY"
      case .wattTime: "DIMMER_WATTTIME_PASSWORD"
      case .entsoe: "DIMMER_ENTSOE_TOKEN"
      case .eia: "DIMMER_EIA_KEY"
      case .openMeteo: "DIMMER_OPEN_METEO_KEY"
      case .ukCarbonIntensity, .energyCharts, .carbonAwareSDK, .mapped: nil
      }
    }

    /// Whether it answers nothing without a key.
    public var needsKey: Bool {
      switch self {
      case .electricityMaps, .wattTime, .entsoe, .eia: true
      case .openMeteo, .ukCarbonIntensity, .energyCharts, .carbonAwareSDK, .mapped: false
      }
    }
  }

  /// Which service.
  public var service: Service
  /// Another address than its own: a proxy, a server of yours.
  public var address: WebAddress?
  /// Where its key is; `nil`: in the service's own environment variable.
  public var key: SecretPlace?
  /// The user, for services that want one; `nil`: `DIMMER_WATTTIME_USER`.
  public var user: String?
  /// What its values count, where its answers do not say.
  public var kind: SignalKind?
  /// What it calls your regions, where that is not what Dimmer calls them: `US-CAL-CISO: CAISO_NORTH`.
  public var names: [Region: String] = [:]
  /// How to read it, for ``Service/mapped``.
  public var mapping: SignalMapping?
  /// The file to read, for ``Service/mapped``.
  public var file: String?
  /// The path behind the address, for ``Service/mapped``; `{start}`, `{end}` and `{region}` are filled in.
  public var path: String?

  /// A provider with everything at its default.
  public init(_ service: Service) { self.service = service }
}
