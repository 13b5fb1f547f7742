import Factors
public import Methods
import Quantities

extension SeriesFile {
  /// One column as a series. Empty cells are gaps.
  ///
  /// - Parameters:
  ///   - column: the column with the values.
  ///   - region: the grid it is about; `ZZ` when nobody stated it.
  ///   - kind: what the values are about; told from the column's name when not stated.
  ///   - unit: their unit, in which they are taken as they are; told from the column's name when not stated.
  ///   - source: what to cite; the file and column when not stated.
  ///   - layout: how times are to be read.
  /// - Throws: ``SeriesFileError`` with line and column of the first thing that is wrong.
  public func series(
    column: String, region: Region = .unstated, kind: SignalKind? = nil, unit: String? = nil, source: Source? = nil,
    layout: TimeLayout = TimeLayout()
  ) throws(SeriesFileError) -> Series {
    let column = try checked(column)
    let meaning = ColumnMeaning.of(column)
    let scale = unit == nil ? meaning.scale : 1
    let (rows, _) = try timedRows(layout)
    let own = try ownMethod(column)
    let bounds = own == nil ? nil : ("low", "high")
    var slots: [Slot] = []
    for timed in rows {
      guard let value = try number(timed.row, column) else { continue }
      slots.append(
        Slot(
          timed.validity, value: value * scale,
          low: try bounds.flatMap { names throws(SeriesFileError) in try number(timed.row, names.0) },
          high: try bounds.flatMap { names throws(SeriesFileError) in try number(timed.row, names.1) },
          isEstimated: try isEstimated(timed)))
    }
    guard !slots.isEmpty else { throw SeriesFileError(file: name, column: column, .noValues) }
    let kind = kind ?? (own == nil ? meaning.kind : .averageLifecycle)
    do throws(SeriesError) {
      return try Series(
        region: region, kind: kind, unit: unit ?? kind.unit ?? meaning.unit, provider: own?.description ?? name,
        source: source ?? Source("\(name), column \(column)"), slots: slots)
    } catch {
      throw SeriesFileError(file: name, column: column, .series(error))
    }
  }

  /// How regular the rows are.
  ///
  /// - Throws: ``SeriesFileError`` as ``series(column:region:kind:unit:source:layout:)``, for the times.
  public func cadence(layout: TimeLayout = TimeLayout()) throws(SeriesFileError) -> Cadence {
    try timedRows(layout).cadence
  }

  /// The method that a file written by Dimmer names, when `column` is the one it made.
  private func ownMethod(_ column: String) throws(SeriesFileError) -> MethodID? {
    guard column == ImportedIntensity.valueColumn, ["low", "high", "method"].allSatisfy(columns.contains) else {
      return nil
    }
    for row in table.rows {
      let text = try text(row, "method")
      if !text.isEmpty { return MethodID(parsing: text) }
    }
    return nil
  }

  /// Whether a column `estimated` says so with `1` or `true`.
  private func isEstimated(_ timed: TimedRow) throws(SeriesFileError) -> Bool {
    guard columns.contains("estimated") else { return false }
    let text = try text(timed.row, "estimated")
    switch text.lowercased() {
    case "1", "true", "yes": return true
    case "0", "false", "no", "": return false
    default: throw SeriesFileError(file: name, line: timed.row.line, column: "estimated", .notANumber(text))
    }
  }
}

extension Series {
  /// One column of a CSV file, plain or gzipped, as a series: ``SeriesFile`` in one step.
  ///
  /// - Parameter file: the file's name, for errors and the source.
  /// - Throws: ``SeriesFileError`` with line and column of the first thing that is wrong.
  public init(
    csv bytes: [UInt8], file: String, column: String, region: Region = .unstated, kind: SignalKind? = nil,
    source: Source? = nil, layout: TimeLayout = TimeLayout()
  ) throws(SeriesFileError) {
    self = try SeriesFile(bytes, name: file).series(
      column: column, region: region, kind: kind, source: source, layout: layout)
  }
}
