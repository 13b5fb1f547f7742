/// All published constants that Dimmer carries: each with its source, and no number without one.
public struct FactorTables: Sendable {
  /// Grid intensity and water by country, group, zone and cloud region.
  public let regions: RegionTable
  /// Places by any of their names, with their grids.
  public let places: PlaceTable
  /// Intensity of electricity by fuel.
  public let fuels: FuelTable
  /// Power of GPUs and CPUs.
  public let hardware: HardwareTable
  /// Embodied carbon.
  public let embodied: EmbodiedTable
  /// What machines are made of.
  public let parts: PartsTable
  /// GPU cards by their names, and what is printed of whole ones.
  public let cardModels: CardModelTable
  /// Everyday comparisons.
  public let equivalences: EquivalenceTable
  /// PUE by operator.
  public let facilities: FacilityTable
  /// Accelerators by makers' data sheets.
  public let accelerators: AcceleratorTable
  /// Shapes of open text models.
  public let openModels: OpenModelTable
  /// Shapes and settings of open diffusion models.
  public let diffusionModels: DiffusionModelTable
  /// Printed speeds of older accelerators.
  public let speeds: AcceleratorSpeedTable
  /// Energy and carbon of AI work as its sources print it.
  public let published: PublishedTable
  /// Single numbers that sources print beside whole rows.
  public let quantities: PublishedQuantityTable

  /// The tables in this program, read once.
  ///
  /// - Throws: ``FactorError/damaged(table:_:)``, which a test excludes for a built program.
  public static func embedded() throws(FactorError) -> FactorTables { try parsed.get() }

  private static let parsed: Result<FactorTables, FactorError> = {
    do throws(FactorError) { return .success(try FactorTables()) } catch { return .failure(error) }
  }()

  private init() throws(FactorError) {
    regions = try RegionTable(
      regions: PackageResources.regions_csv, clouds: PackageResources.cloud_regions_csv,
      zones: PackageResources.zones_csv)
    places = try PlaceTable(zones: PackageResources.cloud_zones_csv, regions: regions)
    fuels = try FuelTable(PackageResources.fuels_csv)
    hardware = try HardwareTable(gpus: PackageResources.gpus_csv, cpus: PackageResources.cpus_csv)
    embodied = try EmbodiedTable(PackageResources.embodied_csv)
    parts = try PartsTable(
      processors: PackageResources.processors_csv, cards: PackageResources.cards_csv,
      servers: PackageResources.servers_csv, instances: PackageResources.instances_csv)
    cardModels = try CardModelTable(
      cards: PackageResources.card_models_csv, wholes: PackageResources.embodied_wholes_csv)
    equivalences = try EquivalenceTable(
      PackageResources.equivalences_csv, superseded: PackageResources.equivalences_superseded_csv,
      tasks: PackageResources.everyday_tasks_csv)
    facilities = try FacilityTable(PackageResources.facilities_csv)
    accelerators = try AcceleratorTable(PackageResources.accelerators_csv)
    openModels = try OpenModelTable(PackageResources.open_models_csv)
    diffusionModels = try DiffusionModelTable(
      PackageResources.diffusion_models_csv, unets: PackageResources.unet_models_csv)
    quantities = try PublishedQuantityTable(PackageResources.published_quantities_csv)
    speeds = try AcceleratorSpeedTable(PackageResources.accelerator_speeds_csv)
    published = try PublishedTable(
      queries: PackageResources.published_queries_csv, trainings: PackageResources.published_trainings_csv)
  }

  /// What to print where the tables' values are shown, as their licences ask.
  public static let attribution = """
    Grid intensity: Ember, Yearly Electricity Data (CC BY 4.0); cloud regions: Cloud Carbon Footprint (Apache-2.0), \
    their grids: Green Software Foundation Real Time Cloud. \
    Peers' own tables: Our World in Data (CC BY 4.0), EcoLogits (numeric facts; MPL-2.0), ADEME, CodeCarbon (MIT), \
    IEA, EPA eGRID, MEE and NBS of China, Google Cloud. \
    Water per kWh: WRI 2020 (CC BY 4.0). Fuels: IPCC AR5, CodeCarbon (MIT). \
    Reference values: Green Algorithms (CC BY 4.0), US EPA, US DOE, Google Travel Impact Model (CC BY 4.0). \
    Hardware: ML CO2 Impact (MIT), Green Algorithms (CC BY 4.0), Cloud Carbon Footprint (Apache-2.0). \
    Component factors: Meta ACT (MIT), LLMCarbon (Apache-2.0), Cloud Carbon Footprint (Apache-2.0), \
    Impact Framework (MIT), BoaviztAPI (numeric facts; AGPL-3.0, its data ODbL) and UBA Green Cloud Computing 2021. \
    Parts of servers: Teads AWS EC2 Carbon Footprint Dataset, AWS, NVIDIA, WikiChip, Hardwareluxx, \
    Tom's Hardware (facts).
    """
}
