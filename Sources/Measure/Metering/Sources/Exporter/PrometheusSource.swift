public import Quantities

/// Energy from an exporter's page: a power distribution unit, a meter that somebody else runs.
public struct PrometheusSource: PowerSource {
  /// Gets the page; an error says why it did not come. It must return within ``patience``.
  public typealias Fetcher = @Sendable () -> Result<[UInt8], MeteringError>

  /// The longest that one look may take.
  public static let patience = Quantities.Span.seconds(0.3)
  /// After so many failures in a row the page is left alone for ``rest``.
  static let failuresInARow = 3
  static let rest = Quantities.Span.seconds(60)

  private struct Series {
    var count: Double?
    var integral = PowerIntegral()
    var total = 0.0
  }

  public let descriptions: [SourceDescription]
  /// What is counted of the page.
  let metric: PrometheusOptions.Metric
  private let options: PrometheusOptions
  private let fetch: Fetcher
  private var series: [String: Series] = [:]
  private var pending = 0.0
  private var hasValue = false
  private var failures = 0
  private var sleepsUntil: MonotonicInstant?
  private var faults: [String] = []

  /// Looks at a page for the first time.
  ///
  /// - Throws: ``MeteringError`` when the page does not come or holds nothing that counts.
  public init(_ options: PrometheusOptions, fetch: @escaping Fetcher) throws(MeteringError) {
    let page = try fetch().get()
    let samples = PrometheusSample.all(page)
    let candidates = options.metric.map { [$0] } ?? PrometheusOptions.known
    guard let metric = candidates.first(where: { candidate in samples.contains { $0.name == candidate.name } }) else {
      throw MeteringError(
        "\(options.url) shows none of \(candidates.map(\.name).joined(separator: ", ")): name one with metric=NAME")
    }
    self.options = options
    self.fetch = fetch
    self.metric = metric
    descriptions =
      metric.component.map {
        [
          SourceDescription(
            component: $0, name: "\(metric.name) of \(options.url)", origin: .measured,
            method: metric.unit.microjoules == nil ? MeteringMethods.sensorPower : MeteringMethods.sensorCounter,
            reason: "an exporter was named for it", relative: MeteringMethods.sensorRelative)
        ]
      } ?? []
  }

  public var platform: [PlatformReading] {
    guard metric.component == nil, hasValue else { return [] }
    let total = series.values.reduce(0) { $0 + $1.total }
    return [PlatformReading(name: metric.name, energy: Microjoules(Int64(total)))]
  }

  public mutating func reset(at moment: MonotonicInstant) {
    series = [:]
    pending = 0
    _ = look(at: moment)
  }

  public mutating func poll(_ interval: PollInterval) -> [EnergyReading] {
    guard look(at: interval.to), let component = metric.component else { return [] }
    let whole = pending.rounded(.down)
    // Exporters renew their page every few seconds: what stands still is no reading yet, and the next one is shared out
    // over all the time since the last.
    guard whole > 0 else { return [] }
    pending -= whole
    return [
      EnergyReading(
        component: component, energy: Microjoules(Int64(whole)), idle: component == .cpu ? .unusedShare : .known(.zero),
        sharing: component == .gpu ? .processes([:]) : .cpuTime)
    ]
  }

  public mutating func takeFaults() -> [String] {
    defer { faults.removeAll() }
    return faults
  }

  /// Takes the page into account; false when it did not come or said nothing.
  private mutating func look(at moment: MonotonicInstant) -> Bool {
    if let sleepsUntil, moment < sleepsUntil { return false }
    let page: [UInt8]
    switch fetch() {
    case .success(let bytes): page = bytes
    case .failure(let error):
      fail(error.description, at: moment)
      return false
    }
    // A counter beyond what a number holds exactly, a negative or endless one says nothing.
    let samples = PrometheusSample.all(page).filter {
      $0.name == metric.name && $0.value >= 0 && $0.value < 9e15 && isCounted($0)
    }
    guard !samples.isEmpty else {
      fail("\(options.url) no longer shows \(metric.name)", at: moment)
      return false
    }
    if failures > 0 { faults.append("\(options.url) can be read again") }
    failures = 0
    sleepsUntil = nil
    hasValue = true
    var isCounting = false
    for sample in samples {
      var state = series[sample.series] ?? Series()
      if let microjoules = grown(sample, &state, moment) {
        isCounting = true
        state.total += microjoules
        pending += microjoules
      }
      series[sample.series] = state
    }
    return isCounting
  }

  /// Kepler's zones overlap: of its series only packages are counted.
  private func isCounted(_ sample: PrometheusSample) -> Bool {
    guard sample.name == "kepler_node_cpu_joules_total", let zone = sample.labels["zone"] else { return true }
    return zone.hasPrefix("package")
  }

  private mutating func grown(
    _ sample: PrometheusSample, _ state: inout Series, _ moment: MonotonicInstant
  ) -> Double? {
    guard let step = metric.unit.microjoules else {
      let watts = metric.unit == .microwatts ? sample.value / 1e6 : sample.value
      return state.integral.add(.watts(watts), at: moment).map { $0.joules * 1e6 }
    }
    defer { state.count = sample.value }
    guard let before = state.count else { return nil }
    guard sample.value >= before else {
      faults.append("\(sample.series) went back: its exporter began anew, one period is missing")
      return 0
    }
    return (sample.value - before) * step
  }

  private mutating func fail(_ why: String, at moment: MonotonicInstant) {
    failures += 1
    if failures == 1 { faults.append("\(why); its energy comes when it can be read again") }
    guard failures >= Self.failuresInARow else { return }
    if failures == Self.failuresInARow {
      faults.append("\(options.url) failed \(failures) times in a row: it is asked once a minute from here on")
    }
    sleepsUntil = MonotonicInstant(nanoseconds: moment.nanoseconds + UInt64(Self.rest.seconds * 1e9))
  }
}
