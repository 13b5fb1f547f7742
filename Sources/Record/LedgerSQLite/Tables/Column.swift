import Foundation
import GRDB
import Ledger
import Methods
import Quantities

/// A value on its way into a statement.
typealias Value = (any DatabaseValueConvertible)?

/// How the record's types are kept in columns.
enum Column {
  /// JSON with sorted keys, so that equal values are equal texts.
  static func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}

extension Row {
  func text(_ column: String) throws -> String { try decode(String.self, forColumn: column) }
  func optionalText(_ column: String) throws -> String? { try decode(String?.self, forColumn: column) }
  func integer(_ column: String) throws -> Int64 { try decode(Int64.self, forColumn: column) }
  func optionalInteger(_ column: String) throws -> Int64? { try decode(Int64?.self, forColumn: column) }
  func real(_ column: String) throws -> Double { try decode(Double.self, forColumn: column) }
  func optionalReal(_ column: String) throws -> Double? { try decode(Double?.self, forColumn: column) }
  func flag(_ column: String) throws -> Bool { try integer(column) != 0 }

  func moment(_ column: String) throws -> Timestamp { Timestamp(milliseconds: try integer(column)) }
  func optionalMoment(_ column: String) throws -> Timestamp? {
    try optionalInteger(column).map(Timestamp.init(milliseconds:))
  }
  func optionalInstant(_ column: String) throws -> MonotonicInstant? {
    try optionalInteger(column).map { MonotonicInstant(nanoseconds: UInt64(bitPattern: $0)) }
  }
  func energy(_ column: String) throws -> Microjoules { Microjoules(try integer(column)) }
  func optionalEnergy(_ column: String) throws -> Microjoules? { try optionalInteger(column).map(Microjoules.init) }

  func identifier<ID: LedgerIdentifier>(_ column: String) throws -> ID {
    let text = try text(column)
    return try parsed(text, column, ID.init(parsing:))
  }
  func optionalIdentifier<ID: LedgerIdentifier>(_ column: String) throws -> ID? {
    try optionalText(column).map { try parsed($0, column, ID.init(parsing:)) }
  }
  func optionalOrigin(_ column: String) throws -> Origin? {
    try optionalText(column).map { try parsed($0, column, Origin.init(rawValue:)) }
  }
  func optionalMethod(_ column: String) throws -> MethodID? {
    try optionalText(column).map { try parsed($0, column, MethodID.init(parsing:)) }
  }
  func optionalJSON<T: Decodable>(_ column: String) throws -> T? {
    try optionalText(column).map { text in
      try parsed(text, column) { try? JSONDecoder().decode(T.self, from: Data($0.utf8)) }
    }
  }
  func json<T: Decodable>(_ column: String) throws -> T {
    let text = try text(column)
    return try parsed(text, column) { try? JSONDecoder().decode(T.self, from: Data($0.utf8)) }
  }

  func parsed<T>(_ text: String, _ column: String, _ parse: (String) -> T?) throws -> T {
    guard let value = parse(text) else { throw UnreadableRow(column: column, text: String(text.prefix(80))) }
    return value
  }
}
