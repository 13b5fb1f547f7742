import Foundation
import GRDB
import Grid
import Ledger
import Methods
import Quantities

/// Units and sources, each kept once: they are the same for years of values.
struct SignalLabels {
  /// A unit and a source.
  struct Label: Hashable {
    let unit: String
    let source: Source
  }

  private var numbers: [Label: Int64] = [:]
  private var labels: [Int64: Label] = [:]

  mutating func number(_ signal: Signal, _ db: Database) throws -> Int64 {
    let label = Label(unit: signal.unit, source: signal.source)
    if let number = numbers[label] { return number }
    let source = try Column.json(label.source)
    try db.execute(
      sql: "INSERT INTO signal_label (unit, source) VALUES (?, ?) ON CONFLICT (unit, source) DO NOTHING",
      arguments: [label.unit, source])
    let number = try Int64.fetchOne(
      db, sql: "SELECT id FROM signal_label WHERE unit = ? AND source = ?", arguments: [label.unit, source])
    guard let number else { throw UnreadableRow(column: "signal_label.id", text: label.unit) }
    numbers[label] = number
    labels[number] = label
    return number
  }

  mutating func label(_ number: Int64, _ db: Database) throws -> Label {
    if let label = labels[number] { return label }
    guard let row = try Row.fetchOne(db, sql: "SELECT * FROM signal_label WHERE id = ?", arguments: [number]) else {
      throw UnreadableRow(column: "label", text: "\(number)")
    }
    let label = Label(unit: try row.text("unit"), source: try row.json("source"))
    labels[number] = label
    numbers[label] = number
    return label
  }
}

/// The values of one region, kind and provider, as they lie in the tables.
struct SignalStream {
  /// What tells streams apart.
  struct Key: Hashable, Comparable {
    let region: Region
    let kind: SignalKind
    let provider: String

    init(_ signal: Signal) { (region, kind, provider) = (signal.region, signal.kind, signal.provider) }
    init(region: Region, kind: SignalKind, provider: String) {
      (self.region, self.kind, self.provider) = (region, kind, provider)
    }
    static func < (left: Key, right: Key) -> Bool {
      (left.region, left.kind.rawValue, left.provider) < (right.region, right.kind.rawValue, right.provider)
    }
  }

  let key: Key
  private let id: Int64

  /// The stream, made when it is new.
  init(_ key: Key, _ db: Database) throws {
    self.key = key
    try db.cachedStatement(
      sql: "INSERT INTO signal_stream (region, kind, provider) VALUES (?, ?, ?) "
        + "ON CONFLICT (region, kind, provider) DO NOTHING"
    ).execute(arguments: [key.region.name, key.kind.rawValue, key.provider])
    let known = try Int64.fetchOne(
      db, sql: "SELECT id FROM signal_stream WHERE region = ? AND kind = ? AND provider = ?",
      arguments: [key.region.name, key.kind.rawValue, key.provider])
    guard let known else { throw UnreadableRow(column: "signal_stream.id", text: key.provider) }
    id = known
  }

  private init(_ key: Key, id: Int64) {
    self.key = key
    self.id = id
  }

  /// The streams of a selection.
  static func all(_ selection: SignalSelection, _ db: Database) throws -> [SignalStream] {
    var conditions = Conditions()
    conditions.add("region = ? AND kind = ?", selection.region.name, selection.kind.rawValue)
    if let provider = selection.provider { conditions.add("provider = ?", provider) }
    return try Row.fetchAll(
      db, sql: "SELECT * FROM signal_stream\(conditions.clause) ORDER BY provider", arguments: conditions.arguments
    ).map { row in
      SignalStream(
        Key(region: selection.region, kind: selection.kind, provider: try row.text("provider")),
        id: try row.integer("id"))
    }
  }

  // MARK: - Rows

  /// The newest month that has rows or a block.
  func newestMonth(_ db: Database) throws -> Int64 {
    let row = try Int64.fetchOne(
      db, sql: "SELECT max(valid_from_ms) FROM signal_issue WHERE stream = ?", arguments: [id])
    let block = try Int64.fetchOne(db, sql: "SELECT max(month) FROM signal_block WHERE stream = ?", arguments: [id])
    return max(row.map { SignalKeeping.monthIndex(Timestamp(milliseconds: $0)) } ?? .min, block ?? .min)
  }

  /// The months before one that still have rows.
  func monthsOfRows(before index: Int64, _ db: Database) throws -> [Int64] {
    guard index > .min + 2 else { return [] }
    let first = try Int64.fetchOne(
      db, sql: "SELECT min(valid_from_ms) FROM signal_issue WHERE stream = ?", arguments: [id])
    guard let first else { return [] }
    let oldest = SignalKeeping.monthIndex(Timestamp(milliseconds: first))
    return oldest < index ? Array(oldest..<index) : []
  }

  func rows(of validity: Range<Timestamp>, _ labels: inout SignalLabels, _ db: Database) throws -> [SignalIssue] {
    try list(
      "valid_from_ms = ? AND valid_to_ms = ?", [validity.lowerBound.milliseconds, validity.upperBound.milliseconds],
      &labels, db)
  }

  func rows(in index: Int64, _ labels: inout SignalLabels, _ db: Database) throws -> [SignalIssue] {
    try list(
      "valid_from_ms >= ? AND valid_from_ms < ?", [index * SignalKeeping.month, (index + 1) * SignalKeeping.month],
      &labels, db)
  }

  func rows(over range: Range<Timestamp>, _ labels: inout SignalLabels, _ db: Database) throws -> [SignalIssue] {
    // No interval that is kept is longer than a month of keeping plus two days, so the index serves both ends.
    try list(
      "valid_from_ms >= ? AND valid_from_ms < ? AND valid_to_ms > ?",
      [
        range.lowerBound.milliseconds - 2 * SignalKeeping.month, range.upperBound.milliseconds,
        range.lowerBound.milliseconds,
      ], &labels, db)
  }

  private func list(
    _ condition: String, _ values: [Int64], _ labels: inout SignalLabels, _ db: Database
  ) throws -> [SignalIssue] {
    let statement = try db.cachedStatement(
      sql: "SELECT * FROM signal_issue WHERE stream = ? AND \(condition) ORDER BY valid_from_ms, valid_to_ms, issued_ms"
    )
    var issues: [SignalIssue] = []
    let rows = try Row.fetchCursor(statement, arguments: StatementArguments([id] + values))
    while let row = try rows.next() {
      let slot = Slot(
        try row.moment("valid_from_ms")..<row.moment("valid_to_ms"), value: try row.real("value"),
        low: try row.optionalReal("low"), high: try row.optionalReal("high"), issuedAt: try row.moment("issued_ms"),
        isEstimated: try row.flag("estimated"))
      issues.append(
        try issue(
          IssueBlock.Entry(slot: slot, fetchedAt: try row.moment("fetched_ms"), label: try row.integer("label")),
          &labels, db))
    }
    return issues
  }

  func put(_ issue: SignalIssue, _ labels: inout SignalLabels, _ db: Database) throws {
    let signal = issue.signal
    let values: [Value] = [
      id, signal.validity.lowerBound.milliseconds, signal.validity.upperBound.milliseconds,
      signal.issuedAt.milliseconds, issue.fetchedAt.milliseconds, signal.value, signal.low, signal.high,
      signal.isEstimated ? 1 : 0, try labels.number(signal, db),
    ]
    try db.cachedStatement(sql: Self.insert).execute(arguments: StatementArguments(values))
  }

  private static let insert = SQLText.insert(
    into: "signal_issue",
    [
      "stream", "valid_from_ms", "valid_to_ms", "issued_ms", "fetched_ms", "value", "low", "high", "estimated", "label",
    ], key: ["stream", "valid_from_ms", "valid_to_ms", "issued_ms"], .replace())

  func remove(_ issue: SignalIssue, _ db: Database) throws {
    try db.cachedStatement(
      sql: "DELETE FROM signal_issue WHERE stream = ? AND valid_from_ms = ? AND valid_to_ms = ? AND issued_ms = ?"
    ).execute(arguments: [
      id, issue.signal.validity.lowerBound.milliseconds, issue.signal.validity.upperBound.milliseconds,
      issue.signal.issuedAt.milliseconds,
    ])
  }

  func removeRows(in index: Int64, _ db: Database) throws {
    try db.cachedStatement(
      sql: "DELETE FROM signal_issue WHERE stream = ? AND valid_from_ms >= ? AND valid_from_ms < ?"
    ).execute(arguments: [id, index * SignalKeeping.month, (index + 1) * SignalKeeping.month])
  }

  // MARK: - Blocks

  func block(_ index: Int64, _ labels: inout SignalLabels, _ db: Database) throws -> [SignalIssue] {
    try blocks("month = ?", [index], &labels, db)
  }

  func blocks(over range: Range<Timestamp>, _ labels: inout SignalLabels, _ db: Database) throws -> [SignalIssue] {
    try blocks(
      "from_ms < ? AND to_ms > ?", [range.upperBound.milliseconds, range.lowerBound.milliseconds], &labels, db)
  }

  private func blocks(
    _ condition: String, _ values: [Int64], _ labels: inout SignalLabels, _ db: Database
  ) throws -> [SignalIssue] {
    let found = try Data.fetchAll(
      db, sql: "SELECT bytes FROM signal_block WHERE stream = ? AND \(condition) ORDER BY month",
      arguments: StatementArguments([id] + values))
    var issues: [SignalIssue] = []
    for bytes in found {
      let entries: [IssueBlock.Entry]
      do throws(SlotBlockError) { entries = try IssueBlock(bytes: bytes).entries } catch {
        throw UnreadableRow(column: "signal_block.bytes", text: error.description)
      }
      for entry in entries { issues.append(try issue(entry, &labels, db)) }
    }
    return issues
  }

  func put(_ issues: [SignalIssue], asBlock index: Int64, _ labels: inout SignalLabels, _ db: Database) throws {
    guard let first = issues.map(\.signal.validity.lowerBound).min(),
      let last = issues.map(\.signal.validity.upperBound).max()
    else { return }
    var entries: [IssueBlock.Entry] = []
    for issue in issues {
      let signal = issue.signal
      let slot = Slot(
        signal.validity, value: signal.value, low: signal.low, high: signal.high, issuedAt: signal.issuedAt,
        isEstimated: signal.isEstimated)
      entries.append(.init(slot: slot, fetchedAt: issue.fetchedAt, label: try labels.number(signal, db)))
    }
    let values: [Value] = [
      id, index, first.milliseconds, last.milliseconds, Data(IssueBlock(entries).bytes),
    ]
    try db.cachedStatement(sql: Self.insertBlock).execute(arguments: StatementArguments(values))
  }

  private static let insertBlock = SQLText.insert(
    into: "signal_block", ["stream", "month", "from_ms", "to_ms", "bytes"], key: ["stream", "month"], .replace())

  private func issue(
    _ entry: IssueBlock.Entry, _ labels: inout SignalLabels, _ db: Database
  ) throws -> SignalIssue {
    let label = try labels.label(entry.label, db)
    let slot = entry.slot
    return SignalIssue(
      Signal(
        region: key.region, kind: key.kind, unit: label.unit, validity: slot.validity, value: slot.value,
        low: slot.low, high: slot.high, issuedAt: slot.issuedAt, provider: key.provider,
        isEstimated: slot.isEstimated, source: label.source),
      fetchedAt: entry.fetchedAt)
  }
}
