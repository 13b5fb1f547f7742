public import Factors
public import Grid
public import GridProviders
import Quantities

/// Makes suppliers out of settings, with keys from the environment or from files.
public struct SupplierCatalogue: Sendable {
  private let environment: [String: String]
  private let readFile: @Sendable (String) throws -> [UInt8]
  private let tables: FactorTables

  /// A catalogue.
  ///
  /// - Parameter readFile: reads a file: a key's, or one that signals are mapped from.
  public init(
    environment: [String: String], tables: FactorTables, readFile: @escaping @Sendable (String) throws -> [UInt8]
  ) {
    self.environment = environment
    self.tables = tables
    self.readFile = readFile
  }

  /// Who is asked when no configuration says: the services whose keys the environment holds, then those that need none.
  public var usual: [ProviderSettings] {
    let all = ProviderSettings.Service.allCases.filter { service in
      switch service {
      case .mapped, .carbonAwareSDK: false
      default: !service.needsKey || service.keyVariable.map { environment[$0] ?? "" } != ""
      }
    }
    return all.filter(\.needsKey).map { ProviderSettings($0) }
      + all.filter { !$0.needsKey }.map { ProviderSettings($0) }
  }

  /// The suppliers, in order.
  ///
  /// - Parameters:
  ///   - places: where regions are, for weather.
  ///   - clock: grid time, by which age is told.
  /// - Throws: ``ConfigurationError`` for a key file that cannot be read, and for fuel factors that are damaged.
  public func suppliers(
    _ settings: [ProviderSettings], places: [Region: Coordinates], fetcher: Fetcher, store: (any SignalStore)?,
    clock: any GridClock
  ) throws -> [any SignalSupplier] {
    try settings.map { settings in
      if let mapping = settings.mapping, let file = settings.file {
        let readFile = readFile
        return MappedFile(mapping, clock: clock) { try readFile(file) }
      }
      return RemoteSupplier(
        try codec(settings, places: places), fetcher: fetcher, store: store, clock: clock)
    }
  }

  private func codec(_ settings: ProviderSettings, places: [Region: Coordinates]) throws -> any SignalCodec {
    let (key, place) = try key(of: settings)
    switch settings.service {
    case .electricityMaps:
      return ElectricityMaps(key: key, keyPlace: place, address: settings.address ?? ElectricityMaps.address)
    case .wattTime:
      return WattTime(
        user: settings.user ?? environment["DIMMER_WATTTIME_USER"] ?? "", password: key, names: settings.names,
        keyPlace: place, address: settings.address ?? WattTime.address)
    case .ukCarbonIntensity:
      return UKCarbonIntensity(
        areas: settings.names.mapValues { name in Int(name).map { .region($0) } ?? .postcode(name) },
        kind: settings.kind ?? .average, address: settings.address ?? UKCarbonIntensity.address)
    case .energyCharts:
      return EnergyCharts(kind: settings.kind ?? .average, address: settings.address ?? EnergyCharts.address)
    case .entsoe:
      return ENTSOE(
        token: key, fuels: try GenerationImport(fuels: tables.fuels), areas: settings.names, tokenPlace: place,
        address: settings.address ?? ENTSOE.address)
    case .eia:
      var respondents = settings.names
      for zone in Zone.all where respondents[zone.region] == nil {
        if let code = zone.balancingAuthority { respondents[zone.region] = code }
      }
      return EIA930(
        key: key, fuels: try GenerationImport(fuels: tables.fuels), respondents: respondents, keyPlace: place,
        address: settings.address ?? EIA930.address)
    case .openMeteo:
      let address = settings.address
      return OpenMeteo(
        places: places, key: key, address: address ?? OpenMeteo.address, archive: address ?? OpenMeteo.archiveAddress)
    case .carbonAwareSDK:
      guard let address = settings.address else { throw ProviderError.notOffered("no address of the SDK's server") }
      return CarbonAwareSDK(address: address, kind: settings.kind ?? .average, locations: settings.names)
    case .mapped:
      guard let mapping = settings.mapping, let address = settings.address else {
        throw ProviderError.notOffered("a mapped provider without mapping or address")
      }
      return MappedEndpoint(
        mapping, address: address, path: settings.path ?? "",
        headers: key.map { [FetchRequest.Field("Authorization", $0, after: "Bearer ")] } ?? [])
    }
  }

  /// The key, or nothing, and the place where it is to be set.
  private func key(of settings: ProviderSettings) throws -> (Credential?, String) {
    switch settings.key {
    case .file(let path):
      let text = String(decoding: try readFile(path), as: UTF8.self)
      return (Credential(text, from: path), path)
    case .variable(let name): return (environment[name].flatMap { Credential($0, from: name) }, name)
    case nil:
      guard let name = settings.service.keyVariable else { return (nil, "the configuration") }
      return (environment[name].flatMap { Credential($0, from: name) }, name)
    }
  }
}
