import Foundation
import Ledger
import Metering
import Methods
import Quantities

/// Measures the marginal energy of a variant with Dimmer's own meter: the slope over two batch sizes, idle apart.
///
/// Windows of small and large requests alternate, so that a drift of the machine touches both alike. A window's energy
/// is what the meter attributes to the model server's processes beyond the machine's idle power; the slope over images
/// is the energy of one image, what is left the energy of a request.
struct Calibration {
  let client: DigitClient
  let server: pid_t
  let family: DigitFamily
  let alias: String

  static let method: MethodID = "two-point-calibration@1"
  static let sizes = (small: 16, large: 64)
  static let windows = 4
  static let windowLength = Duration.milliseconds(300)

  /// A window's mean energy by request, for one size.
  private struct Window {
    let joulesPerRequest: Double
  }

  /// The calibration of one variant.
  func measure(_ member: DigitFamily.Member, id: VariantID, firstImage: Int) async throws -> VariantRecord {
    // The first requests fill caches; they are not counted.
    for size in [Self.sizes.small, Self.sizes.large] {
      _ = try await client.classify(family.request(first: firstImage, count: size), model: member.name)
    }
    var meter = try ActiveMeter(.processes([server]))
    var small: [Window] = []
    var large: [Window] = []
    for window in 0..<(2 * Self.windows) {
      let size = window % 2 == 0 ? Self.sizes.small : Self.sizes.large
      let body = family.request(first: firstImage + window * 64, count: size)
      let end = ContinuousClock.now.advanced(by: Self.windowLength)
      var requests = 0
      repeat {
        _ = try await client.classify(body, model: member.name)
        requests += 1
      } while ContinuousClock.now < end
      let joules = try meter.lap().joules
      if window % 2 == 0 {
        small.append(Window(joulesPerRequest: joules / Double(requests)))
      } else {
        large.append(Window(joulesPerRequest: joules / Double(requests)))
      }
    }
    return record(member, id: id, small: small, large: large, source: try meter.source)
  }

  private func record(
    _ member: DigitFamily.Member, id: VariantID, small: [Window], large: [Window], source: SourceDescription
  ) -> VariantRecord {
    let atSmall = WindowMean(small.map(\.joulesPerRequest))
    let atLarge = WindowMean(large.map(\.joulesPerRequest))
    let model = "load-model:cpu"
    let point = { (mean: WindowMean, size: Int) in
      Estimate<Energy>(
        .joules(mean.value), origin: source.origin, method: source.method,
        deviations: [
          "windows:\(member.name):\(size)": Deviation(atLow: -mean.halfWidth, atHigh: mean.halfWidth),
          model: Deviation(
            atLow: mean.value * source.relative.lowerBound, atHigh: mean.value * source.relative.upperBound),
        ])
    }
    let smallPoint = point(atSmall, Self.sizes.small)
    let largePoint = point(atLarge, Self.sizes.large)
    let perUnit: Estimate<Energy> = .combining(smallPoint, largePoint, method: Self.method) {
      Self.line(small: $0, large: $1).perUnit
    }
    let perRequest: Estimate<Energy> = .combining(smallPoint, largePoint, method: Self.method) {
      Self.line(small: $0, large: $1).perRequest
    }
    let receipt = Figure(
      "marginal energy of one image on \(member.name)", perUnit,
      inputs: [
        Figure("energy of a request of \(Self.sizes.small) images, \(small.count) windows", smallPoint).receipt,
        Figure("energy of a request of \(Self.sizes.large) images, \(large.count) windows", largePoint).receipt,
      ],
      note:
        "\(source.reason); accuracy \(Decimals.fixed(member.accuracy * 100, places: 2)) % of \(member.heldOutImages) held-out images"
    ).identified(as: id.description).receipt
    let range = { (estimate: Estimate<Energy>) in
      (value: estimate.value.joules, low: max(0, estimate.low.joules), high: estimate.high.joules)
    }
    return VariantRecord(
      id: id, alias: alias, name: member.name, calibrated: Wall.clock(), quality: member.accuracy * 100,
      qualityLow: (family.largest.accuracy - member.shortfallHigh) * 100, samples: member.heldOutImages,
      perUnit: range(perUnit), perRequest: range(perRequest), receipt: receipt)
  }

  /// The line through two points, neither part below zero: where noise would leave a request less than nothing, all of
  /// the large one's energy is its units'.
  private static func line(
    small: Double, large: Double, units: (small: Double, large: Double) = (Double(sizes.small), Double(sizes.large))
  ) -> (perUnit: Double, perRequest: Double) {
    let slope = max(0, (large - small) / (units.large - units.small))
    let rest = small - units.small * slope
    return rest >= 0 ? (slope, rest) : (max(0, large / units.large), 0)
  }

  /// The registry's entry.
  static let entry = Method(
    method, "Marginal energy of a unit and of a request from two batch sizes",
    formula:
      "joules_per_unit = (large_joules - small_joules) / (large_units - small_units); joules_per_request = small_joules - small_units x joules_per_unit; a negative rest counts as zero and the large request's energy as its units'",
    citation: Source(
      "Dimmer: slope over two batch sizes, idle apart (marginal, not mean, energy decides what switching saves)"),
    inputs: [
      MethodParameter("small_units", "units in the small request"),
      MethodParameter("large_units", "units in the large one"),
      MethodParameter("small_joules", unit: "J", "energy of the small request beyond idle"),
      MethodParameter("large_joules", unit: "J", "energy of the large request beyond idle"),
    ],
    outputs: [
      MethodParameter("joules_per_unit", unit: "J", "energy of one unit"),
      MethodParameter("joules_per_request", unit: "J", "energy of a request apart from its units"),
    ]
  ) { arguments throws(MethodError) in
    let (small, large) = (try arguments.number("small_units"), try arguments.number("large_units"))
    guard large > small else { throw .noAnswer("large_units must be above small_units") }
    let (atSmall, atLarge) = (try arguments.number("small_joules"), try arguments.number("large_joules"))
    let line = line(small: atSmall, large: atLarge, units: (small, large))
    return ["joules_per_unit": .number(line.perUnit), "joules_per_request": .number(line.perRequest)]
  }
}
