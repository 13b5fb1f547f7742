public import Factors
public import Methods
public import Quantities

/// Turns a file of generation by fuel into carbon intensities.
///
/// Rules, in the order in which they apply to a row:
/// - a row with a time and nothing else is a gap, and so is an interval without a row; neither is ever zero;
/// - storage is left out, charging and discharging: what it gives back has been generated, and counted, before;
/// - a negative amount of any other fuel is the plants' own use at rest and counts as no generation; how often that
///   happened is in the receipt;
/// - where single fuels are missing, what lacks to the stated total is unknown generation, and the hour is marked as
///   estimated; without a total the row is a gap;
/// - where more than half of the generation has no factor, the row is a gap.
///
/// What cannot be a file of generation is refused: hours out of step, and amounts of another unit's size.
public struct GenerationImport: Sendable {
  /// Life-cycle intensity by fuel key, each with its receipt. A fuel that is missing here has no known factor.
  public var factors: [String: Figure<CarbonIntensity>]
  /// What columns mean that ``FuelColumns/known`` does not know or sees otherwise, by full column name.
  public var columns: [String: GenerationColumn]
  /// How times are to be read.
  public var layout: TimeLayout

  /// The share without a factor above which a row is a gap.
  static let unknownShareLimit = 0.5

  /// An import with these factors.
  public init(
    factors: [String: Figure<CarbonIntensity>], columns: [String: GenerationColumn] = [:],
    layout: TimeLayout = TimeLayout()
  ) {
    self.factors = factors
    self.columns = columns
    self.layout = layout
  }

  /// An import with the factors of a fuel table; fuels without a value there have no known factor.
  public init(
    fuels: FuelTable, columns: [String: GenerationColumn] = [:], layout: TimeLayout = TimeLayout()
  ) throws(FactorError) {
    var factors: [String: Figure<CarbonIntensity>] = [:]
    for entry in fuels.entries where entry.gramsPerKilowattHour != nil {
      factors[entry.fuel] = try fuels.intensity(of: entry.fuel)
    }
    self.init(factors: factors, columns: columns, layout: layout)
  }

  /// The intensities of a file.
  ///
  /// - Parameter source: what to cite for the generation.
  /// - Throws: ``SeriesFileError`` with line and column of the first thing that is wrong.
  public func intensity(
    of file: SeriesFile, region: Region, source: Source
  ) throws(SeriesFileError) -> ImportedIntensity {
    let (amounts, unit) = try amounts(in: file)
    let bounds = try bounds(for: amounts, in: file)
    let (timed, cadence) = try file.timedRows(layout)
    try file.requireSteps(of: cadence.step, in: timed, layout)
    try requireOneSize(of: amounts, in: timed, file, unit: unit)
    var tally = GenerationTally(unit: unit)
    var rows: [ImportedIntensity.Row] = []
    var slots: [Slot] = []
    for row in timed {
      var cells: [(column: Amount, value: Double?)] = []
      for amount in amounts { cells.append((amount, try file.number(row.row, amount.name))) }
      let result = mix(cells, bounds: bounds, region: region, tally: &tally)
      rows.append(ImportedIntensity.Row(validity: row.validity, result: result))
      guard case .mix(let mix) = result else { continue }
      tally.add(mix, hours: row.validity.span.hours)
      slots.append(
        Slot(
          row.validity, value: mix.intensity.value.gramsPerKilowattHour,
          low: mix.intensity.low.gramsPerKilowattHour, high: mix.intensity.high.gramsPerKilowattHour,
          isEstimated: cells.contains { $0.value == nil && $0.column.isPartOfMix }))
    }
    guard let first = rows.first, let last = rows.last, let mean = tally.mean else {
      throw SeriesFileError(file: file.name, .noValues)
    }
    let period = "\(first.validity.lowerBound) to \(last.validity.upperBound)"
    let receipt = tally.receipt(
      label: "grid carbon intensity by fuel, \(region), \(period)", mean: mean, factors: factors, source: source,
      generationLabel: "generation by fuel, \(region), \(period)", cadence: cadence)
    do throws(SeriesError) {
      let series = try Series(
        region: region, kind: .averageLifecycle, provider: GridMethods.intensityByFuel.description, source: source,
        receipt: receipt, slots: slots)
      return ImportedIntensity(series: series, rows: rows, cadence: cadence, receipt: receipt)
    } catch {
      throw SeriesFileError(file: file.name, .series(error))
    }
  }

  /// A column that holds an amount of energy.
  struct Amount: Hashable {
    let name: String
    let meaning: GenerationColumn

    /// Whether a missing cell leaves the mix open.
    var isPartOfMix: Bool {
      switch meaning {
      case .fuel, .unknownFuel: true
      case .storage, .total, .ignored: false
      }
    }
  }

  /// The columns of generation and their unit.
  private func amounts(in file: SeriesFile) throws(SeriesFileError) -> ([Amount], unit: String) {
    for column in columns.keys.sorted() { _ = try file.checked(column) }
    var amounts: [Amount] = []
    var unit: String?
    for column in file.columns {
      let split = FuelColumns.split(column)
      guard columns[column] != nil || split != nil else { continue }
      guard let meaning = columns[column] ?? split.flatMap({ FuelColumns.known[$0.stem] }) else {
        let near = split.map { FuelColumns.nearest(to: $0.stem, unit: $0.unit) } ?? []
        throw SeriesFileError(file: file.name, line: 1, column: column, .unknownFuel(near: near))
      }
      guard meaning != .ignored else { continue }
      if let split {
        if let unit, unit != split.unit {
          throw SeriesFileError(file: file.name, line: 1, column: column, .mixedUnits(unit, split.unit))
        }
        unit = split.unit
      }
      amounts.append(Amount(name: column, meaning: meaning))
    }
    guard amounts.contains(where: \.isPartOfMix) else {
      throw SeriesFileError(file: file.name, line: 1, .noGeneration(columns: file.columns))
    }
    return (amounts, unit ?? "")
  }

  /// Refuses a row whose amounts are of another unit's size than the rest.
  private func requireOneSize(
    of amounts: [Amount], in rows: [SeriesFile.TimedRow], _ file: SeriesFile, unit: String
  ) throws(SeriesFileError) {
    let fuels = amounts.filter(\.isPartOfMix)
    var sizes: [GenerationSizes.Row] = []
    for row in rows {
      var cells: [Double?] = []
      for fuel in fuels { cells.append(try file.number(row.row, fuel.name)) }
      sizes.append(GenerationSizes.Row(line: row.row.line, amounts: cells))
    }
    guard let slip = GenerationSizes.slip(in: sizes) else { return }
    throw SeriesFileError(
      file: file.name, line: slip.line, column: fuels[slip.column].name, .otherSize(slip.factor, unit: unit))
  }

  /// The lowest and the highest factor of the table.
  private func bounds(
    for amounts: [Amount], in file: SeriesFile
  ) throws(SeriesFileError) -> ClosedRange<CarbonIntensity> {
    let fuels = amounts.compactMap { amount -> String? in
      if case .fuel(let fuel) = amount.meaning { fuel } else { nil }
    }
    let values = factors.values.map(\.value)
    guard fuels.contains(where: { factors[$0] != nil }), let low = values.min(), let high = values.max() else {
      throw SeriesFileError(file: file.name, .noFactors(fuels: Array(Set(fuels)).sorted()))
    }
    return low...high
  }

  /// One row's mix.
  private func mix(
    _ cells: [(column: Amount, value: Double?)], bounds: ClosedRange<CarbonIntensity>, region: Region,
    tally: inout GenerationTally
  ) -> ImportedIntensity.Result {
    let generation = cells.filter(\.column.isPartOfMix)
    guard generation.contains(where: { $0.value != nil }) else { return .gap(.emptyRow) }
    var parts: [(fuel: String, part: IntensityByFuel.Part)] = []
    var unknown: [String: Double] = [:]
    for (column, value) in generation {
      guard let value else { continue }
      if value < 0 { tally.countNegative(column.name, value) }
      let amount = max(value, 0)
      if case .fuel(let fuel) = column.meaning, let factor = factors[fuel] {
        parts.append((fuel, IntensityByFuel.Part(generation: amount, factor: factor.estimate)))
      } else {
        unknown[column.name, default: 0] += amount
      }
    }
    let missing = generation.filter { $0.value == nil }.map(\.column.name)
    if !missing.isEmpty {
      let total = cells.first { $0.column.meaning == .total }?.value
      guard let total else { return .gap(.missingFuels(missing)) }
      let sum = generation.reduce(0) { $0 + ($1.value ?? 0) } + storage(cells)
      guard total >= sum else { return .gap(.totalBelowSum) }
      unknown[missing.joined(separator: ", "), default: 0] += total - sum
    }
    let mix = IntensityByFuel.mix(
      parts.map(\.part), unknown: unknown.values.reduce(0, +), bounds: bounds,
      unknownSource: "unknown-fuel:\(region)")
    guard let mix else { return .gap(.noKnownGeneration) }
    guard mix.unknownShare <= GenerationImport.unknownShareLimit else { return .gap(.mostlyUnknown) }
    for (fuel, part) in parts { tally.generation[fuel, default: 0] += part.generation }
    for (column, amount) in unknown { tally.unknown[column, default: 0] += amount }
    return .mix(mix)
  }

  /// What stores gave, less what they took; part of a stated total.
  private func storage(_ cells: [(column: Amount, value: Double?)]) -> Double {
    cells.filter { $0.column.meaning == .storage }.reduce(0) { $0 + ($1.value ?? 0) }
  }
}
