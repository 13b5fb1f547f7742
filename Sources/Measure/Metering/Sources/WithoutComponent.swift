import Quantities

/// A source of which one component is not taken, because something else was asked for in its place.
struct WithoutComponent: PowerSource {
  private var source: any PowerSource
  private let component: Component

  init(_ source: any PowerSource, _ component: Component) {
    self.source = source
    self.component = component
  }

  var descriptions: [SourceDescription] { source.descriptions.filter { $0.component != component } }
  var counters: [String: UInt64] { source.counters }
  var longestInterval: Quantities.Span? { source.longestInterval }
  var platform: [PlatformReading] { source.platform }

  mutating func reset(at moment: MonotonicInstant) { source.reset(at: moment) }
  mutating func resume(counters: [String: UInt64]) { source.resume(counters: counters) }
  mutating func poll(_ interval: PollInterval) -> [EnergyReading] {
    source.poll(interval).filter { $0.component != component }
  }
  mutating func takeFaults() -> [String] { source.takeFaults() }
}
