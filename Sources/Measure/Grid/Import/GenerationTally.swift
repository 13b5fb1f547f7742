import Methods
import Quantities

/// What an import adds up on its way, for the receipt.
struct GenerationTally {
  /// The generation's unit as the columns name it: `mwh`.
  let unit: String
  /// Generation by fuel with a factor.
  var generation: [String: Double] = [:]
  /// Generation by column, or columns, without one.
  var unknown: [String: Double] = [:]
  private var negatives: [String: (count: Int, lowest: Double)] = [:]
  private var hours = 0.0
  private var value = 0.0
  private var unknownHours = 0.0
  private var origins: Set<Origin> = []
  private var deviations: [UncertaintySource: Deviation] = [:]

  init(unit: String) { self.unit = unit }

  mutating func countNegative(_ column: String, _ amount: Double) {
    let known = negatives[column] ?? (0, 0)
    negatives[column] = (known.count + 1, min(known.lowest, amount))
  }

  /// Adds an interval's mix, by its length. A source is at its low end in all hours or in none.
  mutating func add(_ mix: IntensityByFuel.Mix, hours: Double) {
    self.hours += hours
    value += mix.intensity.value.gramsPerKilowattHour * hours
    unknownHours += mix.unknownShare * hours
    origins.insert(mix.intensity.origin)
    for (source, deviation) in mix.intensity.deviations {
      var sum = deviations[source] ?? Deviation(atLow: 0, atHigh: 0)
      sum.atLow += deviation.atLow * hours
      sum.atHigh += deviation.atHigh * hours
      deviations[source] = sum
    }
  }

  /// The mean over all intervals, by their length; nothing when there was none.
  var mean: Estimate<CarbonIntensity>? {
    guard hours > 0 else { return nil }
    return Estimate(
      .gramsPerKilowattHour(value / hours), origin: .of(origins), method: GridMethods.intensityByFuel,
      deviations: deviations.mapValues { Deviation(atLow: $0.atLow / hours, atHigh: $0.atHigh / hours) })
  }

  func receipt(
    label: String, mean: Estimate<CarbonIntensity>, factors: [String: Figure<CarbonIntensity>], source: Source,
    generationLabel: String, cadence: Cadence
  ) -> Receipt {
    let total = generation.values.reduce(0, +) + unknown.values.reduce(0, +)
    let used = generation.filter { $0.value > 0 }.keys.sorted()
    let factorReceipts = used.compactMap { factors[$0]?.receipt }
    let withoutFactor = unknown.filter { $0.value > 0 }.sorted { $0.key < $1.key }.map { column, amount in
      Receipt(
        label: "intensity factor of \(column)", value: nil, unit: CarbonIntensity.baseUnit, origin: .published,
        note: "no factor is known; \(percent(amount / total)) of the generation counts as unknown")
    }
    let shares = generation.filter { $0.value > 0 }.sorted { $0.key < $1.key }
      .map { "\($0.key) \(percent($0.value / total))" }
    let data = Receipt(
      label: generationLabel, value: total, unit: unitSymbol, origin: .published, source: source,
      note: shares.joined(separator: ", "))
    return Figure(
      label, mean, inputs: [data] + factorReceipts + withoutFactor, source: source, note: note(cadence)
    ).receipt
  }

  private func note(_ cadence: Cadence) -> String {
    let unknownShare = percent(unknownHours / max(hours, 1e-9))
    var parts = ["mean over \(Decimals.fixed(hours, places: 2)) h, unknown share \(unknownShare)"]
    if cadence.missingSteps > 0 { parts.append("\(cadence.missingSteps) intervals have no row and are gaps") }
    if cadence.irregularSteps > 0 { parts.append("\(cadence.irregularSteps) rows are off the regular step") }
    for (column, negative) in negatives.sorted(by: { $0.key < $1.key }) {
      parts.append(
        "\(column) is negative in \(negative.count) rows (down to \(Decimals.significant(negative.lowest, digits: 3))) "
          + "and counts as none there")
    }
    return parts.joined(separator: "; ")
  }

  /// `mwh` and `mwh_per_15min` are MWh, `mw` is MW.
  private var unitSymbol: String {
    let base = unit.prefix { $0 != "_" }
    return switch base {
    case "kwh": "kWh"
    case "mwh": "MWh"
    case "gwh": "GWh"
    default: base.uppercased()
    }
  }

  private func percent(_ share: Double) -> String { "\(Decimals.significant(share * 100, digits: 3)) %" }
}
