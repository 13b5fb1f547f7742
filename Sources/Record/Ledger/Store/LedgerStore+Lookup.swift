import Methods

extension LedgerStore {
  /// The thing that an id or a unique beginning of one names; upper case and `i`, `l`, `o` are read as ULIDs allow.
  ///
  /// - Throws: ``LedgerError/notAnID(_:)``, ``LedgerError/notFound(_:near:)`` with ids that are like it,
  ///   ``LedgerError/ambiguous(_:matches:)``, or a storage error.
  public func resolve(_ text: String) async throws(LedgerError) -> LedgerReference {
    let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    let owner = try await identifier(of: String(parts[0]))
    guard let reference = LedgerReference(parsing: owner) else { throw .notAnID(text) }
    guard parts.count == 2 else { return reference }
    let names: [String]
    switch reference {
    case .activity(let id): names = try await figures(of: id).map(\.id.name.description)
    case .request: names = RequestExplanation.figureNames.map(\.description)
    case .figure, .decision, .signal, .variant: throw .notAnID(text)
    }
    let wanted = parts[1].lowercased()
    let matches = names.contains(wanted) ? [wanted] : names.filter { $0.hasPrefix(wanted) }
    guard matches.count <= 1 else { throw .ambiguous(text, matches: matches.map { "\(owner).\($0)" }) }
    guard let match = matches.first, !wanted.isEmpty, let figure = FigureID(parsing: "\(owner).\(match)") else {
      let near = Spelling.nearest(to: wanted, in: names)
      throw .notFound(text, near: (near.isEmpty ? names : near).prefix(4).map { "\(owner).\($0)" })
    }
    return .figure(figure)
  }

  /// The activity that an id or a unique beginning of one names.
  ///
  /// - Throws: as ``resolve(_:)``; ``LedgerError/notAnID(_:)`` also for the id of something else.
  public func activity(matching text: String) async throws(LedgerError) -> Activity {
    guard case .activity(let id) = try await resolve(text) else { throw .notAnID(text) }
    guard let found = try await activity(id) else { throw .notFound(text, near: []) }
    return found
  }

  /// The one id in the ledger that begins with `text`.
  private func identifier(of text: String) async throws(LedgerError) -> String {
    let parts = text.split(separator: "_", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, let prefix = LedgerReference.prefixes.first(where: { $0 == parts[0].lowercased() }),
      let characters = Crockford.normalized(parts[1]), characters.utf8.count <= ULID.length
    else { throw .notAnID(text) }
    let beginning = "\(prefix)_\(characters)"
    let matches = try await identifiers(beginningWith: beginning, limit: 6)
    if matches.count > 1 { throw .ambiguous(text, matches: matches) }
    if let match = matches.first { return match }
    throw .notFound(text, near: try await near(beginning, prefix: prefix))
  }

  /// Recent ids whose first characters are most like `beginning`.
  private func near(_ beginning: String, prefix: String) async throws(LedgerError) -> [String] {
    let recent = try await newestIdentifiers(ofPrefix: prefix, limit: 200)
    let cut = { (id: String) in String(id.prefix(beginning.count)) }
    let alike = Spelling.nearest(to: beginning, in: recent.map(cut))
    return alike.compactMap { start in recent.first { cut($0) == start } }
  }
}
