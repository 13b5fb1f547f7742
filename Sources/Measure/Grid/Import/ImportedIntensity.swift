import Factors
public import Methods
public import Quantities

/// Why an interval of a generation file has no intensity.
public enum GenerationGap: Hashable, Sendable, CustomStringConvertible {
  /// The row has a time and nothing else.
  case emptyRow
  /// Some fuels are missing, and there is no total from which to tell how much.
  case missingFuels([String])
  /// The fuels sum up to more than the stated total although some are missing.
  case totalBelowSum
  /// No fuel with a factor generated anything.
  case noKnownGeneration
  /// More than half of the generation has no factor.
  case mostlyUnknown

  public var description: String {
    switch self {
    case .emptyRow: "the row is empty"
    case .missingFuels(let columns): "\(columns.joined(separator: ", ")) missing and no total given"
    case .totalBelowSum: "the fuels exceed the stated total"
    case .noKnownGeneration: "no fuel with a factor generated anything"
    case .mostlyUnknown: "more than half of the generation has no factor"
    }
  }
}

/// The intensity computed from a file of generation by fuel.
public struct ImportedIntensity: Hashable, Sendable {
  /// One row of the file.
  public struct Row: Hashable, Sendable {
    /// The row's interval.
    public let validity: Range<Timestamp>
    /// The intensity, or why there is none.
    public let result: Result
  }

  /// What a row gave.
  public enum Result: Hashable, Sendable {
    /// An intensity.
    case mix(IntensityByFuel.Mix)
    /// A gap.
    case gap(GenerationGap)
  }

  /// The hours that have an intensity.
  public let series: Series
  /// Every row, those without an intensity too.
  public let rows: [Row]
  /// How regular the rows are.
  public let cadence: Cadence
  /// How the series came about: its mean, the factors, the generation, and what was left out.
  public let receipt: Receipt

  /// The column that the intensity is written to.
  public static let valueColumn = "intensity_g_per_kwh"

  /// The intensities as CSV: `datetime_utc, intensity_g_per_kwh, low, high, unknown_share, method`.
  ///
  /// A row of the file without an intensity keeps its time and has empty cells. ``SeriesFile`` reads the result back.
  public var csv: String {
    let header = ["datetime_utc", Self.valueColumn, "low", "high", "unknown_share", "method"]
    let lines = rows.map { row in
      let time = row.validity.lowerBound.description
      guard case .mix(let mix) = row.result else { return [time, "", "", "", "", ""] }
      let estimate = mix.intensity
      return [
        time, Self.cell(estimate.value), Self.cell(estimate.low), Self.cell(estimate.high),
        Decimals.fixed(mix.unknownShare, places: 6), estimate.method.description,
      ]
    }
    return CSVTable.text([header] + lines)
  }

  /// Three decimals: far below any factor's own precision.
  private static func cell(_ intensity: CarbonIntensity) -> String {
    Decimals.fixed(intensity.gramsPerKilowattHour, places: 3)
  }
}
