import Factors
import Grid
import Methods
import Quantities

/// Amounts by fuel and interval, as services give them, on their way to an intensity.
///
/// Fuels may come in different steps; a row is the stretch in which none of them changes. What a fuel did not say for
/// a row is missing there, never zero.
struct GenerationTable {
  /// One amount: mean power, or energy per hour.
  struct Amount {
    let validity: Range<Timestamp>
    let value: Double
  }

  /// Amounts by column name; in order, without overlap.
  private(set) var columns: [String: [Amount]] = [:]

  /// Adds an amount. The same interval twice with the same value is one; with another it is an error.
  mutating func add(_ column: String, _ validity: Range<Timestamp>, _ value: Double) throws(ProviderError) {
    if let last = columns[column]?.last, last.validity.upperBound > validity.lowerBound {
      guard let same = columns[column]?.last(where: { $0.validity.overlaps(validity) }), same.validity == validity,
        same.value == value
      else {
        let inOrder = columns[column]?.allSatisfy { !$0.validity.overlaps(validity) } ?? true
        guard inOrder else {
          throw .malformed(place: column, problem: "two values for \(validity.lowerBound)")
        }
        columns[column]?.append(Amount(validity: validity, value: value))
        columns[column]?.sort { $0.validity.lowerBound < $1.validity.lowerBound }
        return
      }
      return
    }
    columns[column, default: []].append(Amount(validity: validity, value: value))
  }

  /// The rows: intervals in which no fuel changes, with the value of each column or nothing.
  func rows() -> [(validity: Range<Timestamp>, values: [String: Double])] {
    let borders = Set(columns.values.flatMap { $0.flatMap { [$0.validity.lowerBound, $0.validity.upperBound] } })
      .sorted()
    var next = columns.mapValues { _ in 0 }
    var rows: [(validity: Range<Timestamp>, values: [String: Double])] = []
    for (start, end) in zip(borders, borders.dropFirst()) {
      var values: [String: Double] = [:]
      for (column, amounts) in columns {
        var index = next[column] ?? 0
        while index < amounts.count, amounts[index].validity.upperBound <= start { index += 1 }
        next[column] = index
        if index < amounts.count, amounts[index].validity.lowerBound <= start { values[column] = amounts[index].value }
      }
      if !values.isEmpty { rows.append((start..<end, values)) }
    }
    return rows
  }

  /// The intensity of each row by the same rules as an imported file: ``GenerationImport``.
  func intensity(
    by fuels: GenerationImport, meanings: [String: GenerationColumn], region: Region, source: Source, file: String
  ) throws(ProviderError) -> Series {
    let names = columns.keys.sorted()
    let records = rows().map { row in
      [row.validity.lowerBound.description, row.validity.upperBound.description]
        + names.map { name in row.values[name].map { "\($0)" } ?? "" }
    }
    guard !records.isEmpty else { throw .noValues("of generation") }
    var fuels = fuels
    fuels.columns = meanings.filter { columns[$0.key] != nil }
    fuels.layout = TimeLayout(column: "start_utc")
    let text = CSVTable.text([["start_utc", "end_utc"] + names] + records)
    do throws(SeriesFileError) {
      return try fuels.intensity(of: SeriesFile(Array(text.utf8), name: file), region: region, source: source).series
    } catch {
      if error.problem == .noValues { throw .noValues("of generation that is complete enough for an intensity") }
      throw .malformed(place: "generation", problem: "\(error)")
    }
  }

  /// The sum of some columns less others per row; rows in which one of them is missing are left out.
  func difference(
    of minuend: String, less subtrahends: [String]
  ) -> [(validity: Range<Timestamp>, value: Double)] {
    rows().compactMap { row in
      guard let whole = row.values[minuend] else { return nil }
      var value = whole
      for name in subtrahends where columns[name] != nil {
        guard let part = row.values[name] else { return nil }
        value -= part
      }
      return (row.validity, value)
    }
  }
}

extension Series {
  /// The slots as signals that were issued when an answer was read.
  func signals(issuedAt: Timestamp) -> [Signal] {
    slots.map { slot in
      Signal(
        region: region, kind: kind, unit: unit, validity: slot.validity, value: slot.value, low: slot.low,
        high: slot.high, issuedAt: issuedAt, provider: provider, isEstimated: slot.isEstimated, source: source)
    }
  }
}
