import Methods
import Quantities
import Reporting

/// How one option's figures came about, in sentences for people who have never heard of PUE or embodied carbon.
struct PlainExplanation {
  let option: BoardOption
  let unit: String
  let units: [Measure: ColumnUnit]

  /// The walk from the machine's electricity to carbon, water and time.
  var sentences: [String] {
    let figures = option.figures
    var sentences: [String] = []
    if let energy = figures.machineEnergy.figure {
      sentences.append("The machines take \(amount(energy.receipt)) of electricity for one \(unit).")
      switch figures.pue {
      case .figure(let pue):
        let extra = Decimals.fixed((pue.value.value - 1) * 100, places: 0)
        sentences.append(
          "The building takes extra energy for cooling and power supply: \(extra) % on top (its PUE is "
            + "\(Decimals.significant(pue.value.value, digits: 3))).")
      case .unknown:
        sentences.append(
          "What the building takes on top for cooling and power supply was not stated, and is not counted.")
      }
    }
    if let use = figures.use.figure, let intensity = figures.intensity.figure {
      sentences.append(
        "Making that electricity gives off \(PlainExplanation.perKilowattHour(intensity)) of greenhouse gases for each "
          + "kilowatt-hour\(PlainExplanation.words(of: intensity)). So using it gives off \(amount(use.receipt)).")
    } else if case .unknown(let unknown) = figures.use {
      sentences.append("Its carbon is not known: \(unknown.reason).")
    }
    if option.basis != .declared || figures.making.figure != nil {
      switch figures.making {
      case .figure(let making):
        sentences.append(
          "Machines are made before they are used; the share of one \(unit) in that is \(amount(making.receipt)).")
      case .unknown(let unknown): sentences.append("The share of making the machines is not known: \(unknown.reason).")
      }
    }
    switch (figures.waterOnSite, figures.waterAtPlants) {
    case (.figure(let near), .figure(let far)):
      sentences.append(
        "Cooling evaporates \(amount(near.receipt)) of water on the site, and power plants use \(amount(far.receipt)).")
    case (.unknown(let unknown), .figure(let far)):
      sentences.append(
        "Power plants use \(amount(far.receipt)) of water for it. Water on the site is not known: \(unknown.reason).")
    case (_, .unknown(let unknown)): sentences.append("Its water is not known: \(unknown.reason).")
    }
    if case .unknown(let unknown) = figures.latency { sentences.append("Its time is not known: \(unknown.reason).") }
    if case .unknown(let unknown) = figures.quality { sentences.append("Its quality is not known: \(unknown.reason).") }
    return sentences
  }

  /// What makes the carbon, or else the electricity, unsure, most first.
  var drivers: [String] {
    guard var receipt = [Measure.carbon, .energy].map({ option.receipt($0) }).first(where: { $0.value != nil }) else {
      return []
    }
    // Names as the estimators know them: what the board made different between options is one thing to a reader.
    var deviations: [UncertaintySource: Deviation] = [:]
    for (source, deviation) in receipt.deviations { deviations[PlainExplanation.base(source)] = deviation }
    receipt.deviations = deviations
    return NamedDriver.largest(of: receipt).map { driver in
      let number = { (value: Double) in Decimals.significant(value, digits: 2) }
      return "\(driver.name.sentence): alone it could make the figure \(number(driver.ends.low)) to "
        + "\(number(driver.ends.high)) times as large."
    }
  }

  /// The numbers that all of it rests on, each once, with where it stands or who stated it.
  var leaves: [String] {
    let trees = Measure.allCases.map { option.receipt($0) }.filter { $0.value != nil }
    var seen: Set<String> = []
    return trees.flatMap(\.flattened).filter { $0.inputs.isEmpty && $0.value != nil }.compactMap { leaf in
      let text = "\(leaf.label): \(PlainExplanation.leafAmount(leaf)). \(PlainExplanation.origin(of: leaf))"
      return seen.insert(text).inserted ? text.sentence : nil
    }
  }

  private static func origin(of leaf: Receipt) -> String {
    let note = leaf.note.map { $0.hasSuffix(".") ? $0 : $0 + "." }.map { " \($0.sentence)" } ?? ""
    if let source = leaf.source {
      return "Source: \(source.citation)\(source.year.map { ", \($0)" } ?? "").\(note)"
    }
    return "\(leaf.origin.rawValue.sentence).\(note)"
  }

  /// An amount with its interval, in the unit of its column where it has one.
  private func amount(_ receipt: Receipt) -> String {
    let measure = [Measure.energy, .carbon, .water].first { $0.baseUnit == receipt.unit }
    guard let value = receipt.value, let column = measure.flatMap({ units[$0] }) else {
      return ReceiptText.amount(receipt)
    }
    return column.text(value) + (column.interval(receipt).map { " (\($0))" } ?? "")
  }

  /// Grams for a kilowatt-hour, with the interval.
  private static func perKilowattHour(_ intensity: Figure<CarbonIntensity>) -> String {
    let grams = { (value: CarbonIntensity) in Decimals.significant(value.gramsPerKilowattHour, digits: 3) }
    let estimate = intensity.estimate
    return "\(grams(estimate.value)) g"
      + (estimate.deviations.isEmpty ? "" : " (\(grams(estimate.low)) to \(grams(estimate.high)))")
  }

  /// Whose word that is, and whether it is of the hour or of the year.
  private static func words(of intensity: Figure<CarbonIntensity>) -> String {
    let source = intensity.receipt.source.map { source in
      " (\(source.citation)\(source.year.map { ", \($0)" } ?? ""))"
    }
    let isOfTheYear = intensity.estimate.deviations.keys.contains { $0.hasPrefix("hour-of-year:") }
    return (source ?? "") + (isOfTheYear ? ", as a mean of the year, from which one hour may be far" : "")
  }

  /// A leaf's amount; large counts in words.
  private static func leafAmount(_ leaf: Receipt) -> String {
    guard leaf.unit == Ratio.baseUnit, let value = leaf.value, value >= 1e6, leaf.low == leaf.high else {
      return ReceiptText.amount(leaf)
    }
    let (scale, word) = value >= 1e12 ? (1e12, "trillion") : value >= 1e9 ? (1e9, "billion") : (1e6, "million")
    return "\(Decimals.significant(value / scale, digits: 3)) \(word)"
  }

  private static func base(_ source: UncertaintySource) -> UncertaintySource {
    let parts = source.split(separator: ":", omittingEmptySubsequences: false)
    return source.hasPrefix("hour-of-year:") && parts.count > 2
      ? parts.prefix(2).joined(separator: ":") : source
  }
}
