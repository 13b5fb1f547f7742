import Methods

/// Published energy and carbon of AI work, as its sources print it: what Dimmer's own figures are held against.
///
/// Each row keeps the boundary it was counted at, because numbers of different boundaries are not comparable. What a
/// source does not print is missing, never zero.
public struct PublishedTable: Sendable {
  /// One reply, image or video each.
  public let queries: [PublishedQuery]
  /// One training run each, or what a source prints as one.
  public let trainings: [PublishedTraining]

  init(queries: [UInt8], trainings: [UInt8]) throws(FactorError) {
    self.queries = try readTable("published_queries", queries) { row throws(CSVError) in try PublishedQuery(row) }
    self.trainings = try readTable("published_trainings", trainings) { row throws(CSVError) in
      try PublishedTraining(row)
    }
  }

  /// The published query of that id: `mit-llama31-8b`.
  ///
  /// - Throws: ``FactorError/unknown(kind:name:near:)`` with ids, or ids of models, that are near.
  public func query(_ id: String) throws(FactorError) -> PublishedQuery {
    try named(id, in: queries, kind: "published query", id: \.id, model: \.model)
  }

  /// The published training run of that id: `gpt3`.
  ///
  /// - Throws: ``FactorError/unknown(kind:name:near:)`` with ids, or ids of models, that are near.
  public func training(_ id: String) throws(FactorError) -> PublishedTraining {
    try named(id, in: trainings, kind: "published training run", id: \.id, model: \.model)
  }

  private func named<Row>(
    _ text: String, in rows: [Row], kind: String, id: (Row) -> String, model: (Row) -> String
  ) throws(FactorError) -> Row {
    let wanted = Self.key(text)
    if let row = rows.first(where: { id($0) == wanted }) { return row }
    var near = Spelling.nearest(to: wanted, in: rows.map(id))
    if near.isEmpty {
      let models = Spelling.nearest(to: text, in: rows.map(model))
      near = rows.filter { models.contains(model($0)) }.map(id)
    }
    throw .unknown(kind: kind, name: text, near: near)
  }

  /// An id as people may write it: `MIT_llama31_8b` is `mit-llama31-8b`.
  private static func key(_ text: String) -> String {
    String(text.trimmedName.lowercased().map { $0 == "_" || $0 == " " ? "-" : $0 })
  }
}

/// What a published number counts.
public enum PublishedBoundary: String, Hashable, Sendable, CaseIterable {
  /// The accelerators alone.
  case board
  /// Whole machines.
  case node
  /// All IT equipment, without the site's overhead.
  case informationTechnology = "information-technology"
  /// The site, with its overhead (PUE).
  case facility
  /// Use and manufacturing.
  case lifeCycle = "life-cycle"
  /// The source does not say.
  case unstated
}

/// How sure it is that a published number is printed so.
public enum PublishedVerification: String, Hashable, Sendable, CaseIterable {
  /// It was read in a copy of the source.
  case checked
  /// It was read where a third party quotes the source.
  case checkedSecondary = "checked (secondary)"
  /// It was recalled, and agrees with the arithmetic of other rows.
  case recalled = "recalled; arithmetic agrees"
}

/// Which electricity a published carbon figure is of.
public enum PublishedCarbonBasis: String, Hashable, Sendable, CaseIterable {
  /// The grid where it is used.
  case location
  /// What was contracted.
  case market
}

extension CSVRow {
  /// The word of a column as one of a fixed list; `nil` when the field is empty.
  func optionalWord<Word: RawRepresentable & CaseIterable>(
    _ column: String, _: Word.Type = Word.self
  ) throws(CSVError) -> Word? where Word.RawValue == String {
    let field = try text(column)
    guard !field.isEmpty else { return nil }
    guard let word = Word(rawValue: field) else {
      let known = Word.allCases.map(\.rawValue).joined(separator: ", ")
      throw try error(in: column, .other("'\(field)' is none of \(known)"))
    }
    return word
  }

  /// The word of a column as one of a fixed list.
  func word<Word: RawRepresentable & CaseIterable>(
    _ column: String, _: Word.Type = Word.self
  ) throws(CSVError) -> Word where Word.RawValue == String {
    guard let word: Word = try optionalWord(column) else {
      throw try error(in: column, .other("a word must stand here"))
    }
    return word
  }

  /// A number above 0, or `nil` when the field is empty.
  func optionalPositiveNumber(_ column: String) throws(CSVError) -> Double? {
    guard let value = try number(column) else { return nil }
    guard value > 0 else { throw try error(in: column, .other("a number above 0 must stand here, or nothing")) }
    return value
  }
}
