/// Which page of an exporter is read, and what in it counts.
public struct PrometheusOptions: Hashable, Sendable {
  /// What a metric's number is.
  public enum Unit: String, Hashable, Sendable, CaseIterable {
    case watts = "W"
    case microwatts = "uW"
    case joules = "J"
    case millijoules = "mJ"
    case microjoules = "uJ"

    /// Microjoules of one step of a counter; `nil` for power.
    var microjoules: Double? {
      switch self {
      case .watts, .microwatts: nil
      case .joules: 1e6
      case .millijoules: 1e3
      case .microjoules: 1
      }
    }
  }

  /// What one metric stands for.
  public struct Metric: Hashable, Sendable {
    /// Its name.
    public let name: String
    /// Its unit: power, or a counter of energy.
    public let unit: Unit
    /// The component; `nil` for the whole machine, which is kept beside.
    public let component: Component?

    /// A metric.
    public init(name: String, unit: Unit, component: Component?) {
      self.name = name
      self.unit = unit
      self.component = component
    }
  }

  /// Metrics of well-known exporters, the best first: NVIDIA's DCGM exporter (dcgm_fields.h), Kepler and Scaphandre.
  /// Kepler's zones overlap, so only its packages count.
  public static let known: [Metric] = [
    Metric(name: "DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION", unit: .millijoules, component: .gpu),
    Metric(name: "DCGM_FI_DEV_POWER_USAGE", unit: .watts, component: .gpu),
    Metric(name: "kepler_node_cpu_joules_total", unit: .joules, component: .cpu),
    Metric(name: "scaph_host_energy_microjoules", unit: .microjoules, component: nil),
  ]

  /// Where the page is, `http://host:port/path`.
  public let url: String
  /// The one metric that was named; `nil`: those that are known.
  public let metric: Metric?

  /// A page.
  public init(url: String, metric: Metric? = nil) {
    self.url = url
    self.metric = metric
  }

  /// The text that is read as the same page.
  var text: String {
    guard let metric else { return url }
    let part = metric.component?.rawValue ?? "platform"
    return "\(url),metric=\(metric.name),unit=\(metric.unit.rawValue),component=\(part)"
  }

  /// Leaves out what follows a `?` in the address: it may be a key.
  mutating func hideQuery() {
    self = PrometheusOptions(url: String(url.prefix { $0 != "?" }), metric: metric)
  }

  /// Reads `URL[,metric=NAME,unit=W|uW|J|mJ|uJ,component=cpu|gpu|memory|platform]`.
  ///
  /// - Throws: ``MeteringError`` with the part that is wrong.
  public init(parsing text: String) throws(MeteringError) {
    let parts = text.split(separator: ",").map(\.trimmed)
    guard let url = parts.first, HTTPAddress(url) != nil else {
      throw MeteringError("'\(text)' does not begin with http://host:port/path of an exporter")
    }
    var fields: [Substring: String] = [:]
    for part in parts.dropFirst() {
      guard let equals = part.firstIndex(of: "="), ["metric", "unit", "component"].contains(part[..<equals]) else {
        throw MeteringError("'\(part)' is none of metric=NAME, unit=UNIT, component=PART")
      }
      fields[part[..<equals]] = String(part[part.index(after: equals)...])
    }
    self.url = url
    guard let name = fields["metric"], !name.isEmpty else {
      guard fields.isEmpty else { throw MeteringError("a unit or a component needs metric=NAME beside it") }
      metric = nil
      return
    }
    guard let unit = fields["unit"].flatMap(Unit.init(rawValue:)) else {
      throw MeteringError("metric \(name) needs unit=\(Unit.allCases.map(\.rawValue).joined(separator: "|"))")
    }
    let part = fields["component"] ?? "platform"
    let component = Component(rawValue: part)
    guard component != nil || part == "platform" else {
      throw MeteringError("component=\(part) is none of cpu, memory, gpu, platform")
    }
    metric = Metric(name: name, unit: unit, component: component)
  }
}
