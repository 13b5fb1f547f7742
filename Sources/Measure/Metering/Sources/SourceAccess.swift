/// What sources are read with besides the kernel's files. It is handed in, so that tests and containers hand in their own.
public struct SourceAccess: Sendable {
  /// Another NVIDIA driver library than the installed one.
  public var gpuLibrary: String?
  /// How performance events are opened.
  public var perf: PerfAccess
  /// Where it is kept what counters taught of machine models.
  public var profiles: LoadProfileStore
  /// An exporter to read besides; `nil` for none.
  public var prometheus: PrometheusOptions?
  /// How the exporter's page is got; `nil`: over HTTP.
  public var prometheusFetcher: PrometheusSource.Fetcher?
  /// Whose models stand in for what is not measured.
  public var model = PowerModel.dimmer
  /// A GPU driver in the place of the installed one, for example of a recording; `nil` for the installed one.
  public var gpuDriver: (@Sendable () throws(MeteringError) -> any GPUDriver)?

  /// The machine's own.
  public init(
    gpuLibrary: String? = nil, perf: PerfAccess = .machine,
    profiles: LoadProfileStore = LoadProfileStore(folder: nil),
    prometheus: PrometheusOptions? = nil, prometheusFetcher: PrometheusSource.Fetcher? = nil
  ) {
    self.gpuLibrary = gpuLibrary
    self.perf = perf
    self.profiles = profiles
    self.prometheus = prometheus
    self.prometheusFetcher = prometheusFetcher
  }

  /// The machine's own, and what its owner's environment names: `DIMMER_PROMETHEUS_SOURCE`, and where profiles are kept
  /// (``LoadProfileStore/init(environment:isRoot:)``).
  ///
  /// - Parameter environment: the value of a variable, `nil` when it is not set.
  /// - Throws: ``MeteringError`` that names the variable and what is wrong with it.
  public init(environment: (String) -> String?) throws(MeteringError) {
    self.init(profiles: LoadProfileStore(environment: environment))
    guard let text = environment("DIMMER_PROMETHEUS_SOURCE"), !text.isEmpty else { return }
    do throws(MeteringError) {
      prometheus = try PrometheusOptions(parsing: text)
    } catch {
      throw MeteringError("DIMMER_PROMETHEUS_SOURCE: \(error.description)")
    }
  }
}
