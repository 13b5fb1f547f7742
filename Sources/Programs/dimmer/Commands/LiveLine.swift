import Metering
import Quantities

/// The live line of a run on a terminal: watts, energy, carbon where a region was given, and time, redrawn in place.
final class LiveLine {
  private let intensity: CarbonIntensity?
  private var last: CumulativeSample?
  private var first: CumulativeSample?

  init(intensity: CarbonIntensity?) { self.intensity = intensity }

  func show(_ sample: CumulativeSample) {
    let start = first ?? sample
    first = start
    defer { last = sample }
    guard let last, sample.monotonic > last.monotonic else { return }
    let span = sample.monotonic - last.monotonic
    let power = (sample.total.run.energy - last.total.run.energy) / span
    let elapsed = (sample.monotonic - start.monotonic).formatted()
    let used = sample.total.run.energy
    let carbon = intensity.map { "  \((used * $0).formatted())" } ?? ""
    Output.rawError("\r\u{1B}[Kdimmer: \(power.formatted())  \(used.formatted())\(carbon)  \(elapsed)")
  }

  func clear() { Output.rawError("\r\u{1B}[K") }
}
