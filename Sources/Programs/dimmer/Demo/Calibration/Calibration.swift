import Foundation
import Ledger
import Metering
import Methods
import Quantities
import Service

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
    let point = { (windows: [Window], size: Int) in
      TwoPointCalibration.Point(units: size, joules: windows.map(\.joulesPerRequest))
    }
    let accuracy = Decimals.fixed(member.accuracy * 100, places: 2)
    let found = TwoPointCalibration(
      of: member.name, small: point(small, Self.sizes.small), large: point(large, Self.sizes.large), unit: "image",
      source: source, note: "accuracy \(accuracy) % of \(member.heldOutImages) held-out images")
    var receipt = found.receipt
    receipt.id = id.description
    let range = { (estimate: Estimate<Energy>) in
      (value: estimate.value.joules, low: max(0, estimate.low.joules), high: estimate.high.joules)
    }
    return VariantRecord(
      id: id, alias: alias, name: member.name, calibrated: Wall.clock(), quality: member.accuracy * 100,
      qualityLow: (family.largest.accuracy - member.shortfallHigh) * 100, samples: member.heldOutImages,
      perUnit: range(found.perUnit), perRequest: range(found.perRequest), receipt: receipt)
  }
}
