import ArgumentParser
import Grid
import Quantities
import Switching

/// The grids of other places, where variants stand.
struct ReplayPlaceOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The grid of a place that variants name, as a column of a CSV, '.gz' too. May stand several times.",
      valueName: "NAME=FILE:COLUMN"))
  var place: [String] = []

  @Option(
    help: ArgumentHelp(
      "Facility overhead at a place; that of --pue without it. May stand several times.", valueName: "NAME=PUE"))
  var placePue: [String] = []

  /// One place's file and column.
  private struct Column {
    let path: String
    let column: String
  }

  func validate() throws {
    let names = try columns().map(\.name)
    for (name, _) in try overheads() where !names.contains(name) {
      throw ValidationError("--place-pue names '\(name)', which has no --place")
    }
  }

  /// The names.
  var names: Set<String> { Set((try? columns().map(\.name)) ?? []) }

  /// The series of each place.
  func series() throws -> [String: Series] {
    var series: [String: Series] = [:]
    for (name, place) in try columns() {
      series[name] = try SeriesFile(try Files.read(place.path), name: place.path).series(column: place.column)
    }
    return series
  }

  /// The PUE of each place.
  func pue(besides home: Double) throws -> [String: Double] {
    var pue = Dictionary(uniqueKeysWithValues: names.map { ($0, home) })
    for (name, stated) in try overheads() { pue[name] = stated }
    return pue
  }

  private func columns() throws -> [(name: String, column: Column)] {
    var found: [(name: String, column: Column)] = []
    for text in place {
      let (name, rest) = try Self.split(text, "--place '\(text)' must be NAME=FILE:COLUMN")
      guard let colon = rest.lastIndex(of: ":"), colon != rest.startIndex, rest.index(after: colon) != rest.endIndex
      else { throw ValidationError("--place '\(text)' must be NAME=FILE:COLUMN") }
      guard !found.contains(where: { $0.name == name }) else {
        throw ValidationError("--place names '\(name)' twice")
      }
      found.append((name, Column(path: String(rest[..<colon]), column: String(rest[rest.index(after: colon)...]))))
    }
    return found
  }

  private func overheads() throws -> [(name: String, pue: Double)] {
    try placePue.map { text in
      let (name, rest) = try Self.split(text, "--place-pue '\(text)' must be NAME=PUE")
      guard let pue = Double(rest), pue >= 1, pue.isFinite else {
        throw ValidationError("--place-pue '\(text)': a PUE is at least 1")
      }
      return (name, pue)
    }
  }

  private static func split(_ text: String, _ problem: String) throws -> (String, Substring) {
    guard let equal = text.firstIndex(of: "="), equal != text.startIndex else { throw ValidationError(problem) }
    return (String(text[..<equal]), text[text.index(after: equal)...])
  }
}
