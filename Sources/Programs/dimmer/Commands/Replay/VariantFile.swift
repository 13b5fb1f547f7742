import Factors
import Quantities
import Switching

/// A CSV of variants: name, quality, joules, and what else is known of each.
struct VariantFile {
  private static let needed = ["name", "quality", "joules"]

  /// The variants on offer.
  let ladder: Ladder
  /// Variants that are a brevity directive on another one.
  let directives: Set<String>
  /// The interval of each variant's energy, where one is stated.
  let energies: [String: ClosedRange<Energy>]

  /// What a replay does not do with what the file says.
  var notes: [String] {
    let isResident = ladder.variants.contains { ($0.residentPower ?? .zero) > .zero }
    return isResident
      ? [
        "idle_watts is a line of its own: the replay counts marginal energy of requests and keeps every variant loaded"
      ]
      : []
  }

  /// Reads a file.
  ///
  /// - Parameter places: the places whose grids are given.
  /// - Throws: ``Failure`` with line and column of the first thing that is wrong.
  init(_ bytes: [UInt8], name: String, places: Set<String> = []) throws {
    let table: CSVTable
    do { table = try CSVTable(parsing: bytes) } catch { throw Failure(.data, "\(name): \(error)") }
    for column in Self.needed where !table.columns.contains(column) {
      throw Failure(.data, "\(name): line 1: column '\(column)' is missing; a variants file has name,quality,joules")
    }
    let rows = try table.rows.map { row in
      do { return try Row(row, columns: Set(table.columns), file: name) } catch let error as CSVError {
        throw Failure(.data, "\(name): \(error)")
      }
    }
    do { ladder = try Ladder(rows.map(\.variant)) } catch { throw Failure(.data, "\(name): \(error)") }
    for row in rows {
      if let place = row.variant.place, !places.contains(place) {
        throw Failure(
          .data,
          "\(name): line \(row.line): \(row.variant.name) stands in \(place), of whose grid nothing is given; add "
            + "--place \(place)=FILE:COLUMN")
      }
      guard let base = row.directiveOf else { continue }
      guard base != row.variant.name, ladder.index(of: base) != nil else {
        throw Failure(
          .data, "\(name): line \(row.line): directive_of names '\(base)', which must be another variant of the file")
      }
    }
    directives = Set(rows.filter { $0.directiveOf != nil }.map(\.variant.name))
    energies = Dictionary(
      rows.compactMap { row in row.energies.map { (row.variant.name, $0) } }, uniquingKeysWith: { first, _ in first })
  }

  /// One line.
  private struct Row {
    let line: Int
    let variant: Variant
    let directiveOf: String?
    let energies: ClosedRange<Energy>?

    init(_ row: CSVRow, columns: Set<String>, file: String) throws {
      let number = { (column: String) in columns.contains(column) ? try row.number(column) : nil }
      let text = { (column: String) in columns.contains(column) ? try row.text(column) : "" }
      guard let quality = try row.number("quality"), let joules = try row.number("joules") else {
        throw Failure(.data, "\(file): line \(row.line): quality and joules must be given")
      }
      let place = try text("place")
      line = row.line
      variant = Variant(
        try row.text("name"), quality: quality, qualityLow: try number("quality_low"), energy: .joules(joules),
        loadEnergy: .joules(try number("load_joules") ?? 0),
        residentPower: try number("idle_watts").map { .watts($0) }, capacity: try number("capacity_per_second"),
        place: place.isEmpty ? nil : place)
      let base = try text("directive_of")
      directiveOf = base.isEmpty ? nil : base
      let (low, high) = (try number("joules_low"), try number("joules_high"))
      guard low != nil || high != nil else {
        energies = nil
        return
      }
      guard let low, let high, 0 <= low, low <= joules, joules <= high else {
        throw Failure(
          .data, "\(file): line \(row.line): joules_low and joules_high must both be given, around joules")
      }
      energies = .joules(low)...(.joules(high))
    }
  }
}
