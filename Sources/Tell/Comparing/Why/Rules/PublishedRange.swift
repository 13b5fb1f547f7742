import Factors
import Methods
import Quantities

/// Between which factors one kind of counting lies from another, by published figures: how a step is bounded that only
/// one of two claims counts.
struct PublishedRange: Hashable, Sendable {
  /// What the range is of; figures that rest on it share this name.
  let name: UncertaintySource
  /// What it is, for people.
  let label: String
  /// The published ends.
  let ends: ClosedRange<Double>
  /// Where they stand.
  let sources: [Source]

  /// The range of going the other way.
  var inverted: PublishedRange {
    PublishedRange(name: name, label: label, ends: (1 / ends.upperBound)...(1 / ends.lowerBound), sources: sources)
  }

  /// The range over a number that is known.
  func over(_ value: Double) -> ClosedRange<Double> { (ends.lowerBound / value)...(ends.upperBound / value) }

  /// The ends as text: `1.21 to 2`.
  var text: String {
    "\(Decimals.significant(ends.lowerBound, digits: 3)) to \(Decimals.significant(ends.upperBound, digits: 3))"
  }
}

/// The ranges that a waterfall's steps are bounded by.
struct PublishedRanges: Sendable {
  /// Energy of a machine over energy of its accelerators.
  let node = PublishedRange(
    name: "range:node-factor", label: "machine over accelerators", ends: (1 + 1.2 / (8 * 0.7))...2,
    sources: [
      Source(
        "EcoLogits 0.11.3: 1.2 kW of a server beside eight H100 cards of 700 W", year: 2026, licence: "MPL-2.0"),
      Source(
        "MIT Technology Review, We did the math on AI's energy footprint: GPUs are about half of a server's power",
        year: 2025, licence: "facts, cited"),
    ])
  /// Carbon of the life cycle over carbon of use, for accelerators in data centres.
  let embodied = PublishedRange(
    name: "range:life-cycle-over-use", label: "life cycle over use", ends: (1 / 0.9)...(1 / 0.7),
    sources: [
      Source(
        "Google, Life-cycle emissions of AI hardware (compute carbon intensity of TPUs): use is 70 to 90 %", year: 2025,
        licence: "facts, cited")
    ])
  /// Energy of one request in one configuration over that in another, of one model on one kind of card.
  let batch = PublishedRange(
    name: "range:serving-configuration", label: "one serving configuration over another", ends: (1.0 / 16)...16,
    sources: [
      Source(
        "ML.ENERGY Benchmark v3: best and worst configuration of one chat model on H100 differ by 4 to 16",
        year: 2025, licence: "facts, cited")
    ])
  /// Facility energy over IT energy.
  let pue: PublishedRange
  /// Litres at the power plants per kilowatt-hour.
  let plants: PublishedRange
  /// Litres on the site per kilowatt-hour of IT energy.
  let site = PublishedRange(
    name: "range:site-water", label: "site water per IT energy, L/kWh", ends: 0.09...0.999,
    sources: [Source("EcoLogits 0.11.3, providers' water use (WUE)", year: 2026, licence: "MPL-2.0")])

  /// The ranges, with those of PUE and of water at power plants from the tables.
  init(_ tables: FactorTables) {
    let facilities = tables.facilities.entries.sorted { $0.pue < $1.pue }
    let lowest = facilities.first
    let highest = facilities.last
    pue = PublishedRange(
      name: "range:pue", label: "PUE", ends: (lowest?.pue ?? 1)...(highest?.pue ?? 1),
      sources: [lowest, highest].compactMap(\.?.source))
    let waters = tables.regions.entries.compactMap { $0.water?.litresPerKilowattHour }.sorted()
    // Nine of ten places: the rest are islands of hydropower whose whole lakes are charged to it.
    let ends = waters.isEmpty ? 0...0 : waters[waters.count / 20]...waters[waters.count - 1 - waters.count / 20]
    plants = PublishedRange(
      name: "range:plants-water", label: "power plants' water, L/kWh", ends: ends,
      sources: [Source("WRI, water per electricity by country; nine of ten places", year: 2020, licence: "CC-BY-4.0")])
  }
}
