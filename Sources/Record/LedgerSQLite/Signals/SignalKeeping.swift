import GRDB
import Grid
import Ledger
import Quantities

/// Reads and writes the issues of grid values: rows for the newest months of a stream, blocks for those behind.
enum SignalKeeping {
  /// A month of keeping: thirty days, so that a block of five-minute values stays below a hundred kilobytes.
  static let month: Int64 = 30 * 86_400_000
  /// How many months of a stream, the newest ones, are rows.
  static let monthsOfRows: Int64 = 2

  /// Takes in issues by the rules of a store (``IssueHistory``).
  static func append(_ issues: [SignalIssue], _ db: Database) throws {
    var labels = SignalLabels()
    for (key, issues) in Dictionary(grouping: issues, by: { SignalStream.Key($0.signal) }).sorted(by: {
      $0.key < $1.key
    }) {
      let stream = try SignalStream(key, db)
      var newest = try stream.newestMonth(db)
      newest = max(newest, issues.map { monthIndex($0.signal.validity.lowerBound) }.max() ?? newest)
      let byMonth = Dictionary(grouping: issues) { monthIndex($0.signal.validity.lowerBound) }
      for (index, issues) in byMonth.sorted(by: { $0.key < $1.key }) {
        if index <= newest - monthsOfRows {
          try pack(try stream.rows(in: index, &labels, db) + issues, into: index, of: stream, &labels, db)
        } else {
          try addRows(issues, to: stream, &labels, db)
        }
      }
      for index in try stream.monthsOfRows(before: newest - monthsOfRows + 1, db) {
        try pack(try stream.rows(in: index, &labels, db), into: index, of: stream, &labels, db)
      }
    }
  }

  /// The issues in a selection, in the order that a store owes.
  static func issues(_ selection: SignalSelection, _ db: Database) throws -> [SignalIssue] {
    guard !selection.range.isEmpty else { return [] }
    var labels = SignalLabels()
    var found: [SignalIssue] = []
    for stream in try SignalStream.all(selection, db) {
      let kept =
        try stream.blocks(over: selection.range, &labels, db) + stream.rows(over: selection.range, &labels, db)
      found += kept.filter(selection.contains)
    }
    return found.sorted {
      ($0.signal.validity.lowerBound, $0.signal.issuedAt, $0.fetchedAt)
        < ($1.signal.validity.lowerBound, $1.signal.issuedAt, $1.fetchedAt)
    }
  }

  static func monthIndex(_ moment: Timestamp) -> Int64 {
    let rest = moment.milliseconds % month
    return (moment.milliseconds - (rest < 0 ? rest + month : rest)) / month
  }

  private static func addRows(
    _ issues: [SignalIssue], to stream: SignalStream, _ labels: inout SignalLabels, _ db: Database
  ) throws {
    for (validity, issues) in Dictionary(grouping: issues, by: \.signal.validity) {
      let before = try stream.rows(of: validity, &labels, db)
      var history = IssueHistory()
      for issue in before { history.insert(issue) }
      var changed = false
      for issue in issues where history.insert(issue) { changed = true }
      guard changed else { continue }
      let known = Set(before)
      let after = Set(history.issues)
      for issue in known.subtracting(after) { try stream.remove(issue, db) }
      for issue in after.subtracting(known) { try stream.put(issue, &labels, db) }
    }
  }

  /// Puts issues into a month's block and takes their rows away.
  private static func pack(
    _ issues: [SignalIssue], into index: Int64, of stream: SignalStream, _ labels: inout SignalLabels, _ db: Database
  ) throws {
    var histories: [Range<Timestamp>: IssueHistory] = [:]
    for issue in try stream.block(index, &labels, db) + issues {
      histories[issue.signal.validity, default: IssueHistory()].insert(issue)
    }
    let all = histories.values.flatMap(\.issues).sorted {
      ($0.signal.validity.lowerBound, $0.signal.validity.upperBound, $0.signal.issuedAt)
        < ($1.signal.validity.lowerBound, $1.signal.validity.upperBound, $1.signal.issuedAt)
    }
    try stream.put(all, asBlock: index, &labels, db)
    try stream.removeRows(in: index, db)
  }
}
