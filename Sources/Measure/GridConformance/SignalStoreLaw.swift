public import Grid
import Methods
import Quantities

/// A law of signal stores that a store breaks, and how.
public struct SignalStoreLawBroken: Error, Hashable, CustomStringConvertible {
  /// What was expected and what was found.
  public let description: String
}

/// The laws that every signal store must pass. Each is given an empty store.
public enum SignalStoreLaw: String, CaseIterable, Sendable {
  case keepsWhatWasAppended = "what was appended is read back as it was, in order"
  case appendingAgainChangesNothing = "appending again changes nothing"
  case repeatsAreNoIssues = "a value that is only said again is no new issue"
  case revisionsAreKept = "a revision stands beside what it revises, and a change back is a revision too"
  case undatedRevisionsCountFromReading = "another value under the same issue time counts as issued when it was read"
  case orderDoesNotMatter = "the order of appending does not matter"
  case knowledgeIsKept = "what was issued, and what was read, by a moment leaves out everything later"
  case streamsAreApart = "regions, kinds and providers do not touch each other"
  case rangesOverlap = "a selection holds the intervals that share time with it, long ones too"
  case numbersAreExact = "numbers, times, units, flags and sources come back exactly"

  /// Checks the law on an empty store.
  ///
  /// - Throws: ``SignalStoreLawBroken``, or what the store throws.
  public func check(_ store: any SignalStore) async throws {
    switch self {
    case .keepsWhatWasAppended:
      let issues = [issue(hour: 2, 30), issue(hour: 0, 10), issue(hour: 1, 20)]
      try await store.append(issues)
      try await expect(store, [issue(hour: 0, 10), issue(hour: 1, 20), issue(hour: 2, 30)])
    case .appendingAgainChangesNothing:
      let issues = [issue(hour: 0, 10), issue(hour: 0, 11, issued: 1), issue(hour: 0, 12, issued: 1, fetched: 3)]
      try await store.append(issues)
      let once = try await store.issues(everything)
      try await store.append(issues)
      try await store.append([])
      try await expect(store, once)
    case .repeatsAreNoIssues:
      try await store.append([issue(hour: 0, 10)])
      try await store.append([issue(hour: 0, 10, issued: 5)])
      try await expect(store, [issue(hour: 0, 10)])
    case .revisionsAreKept:
      let issues = [issue(hour: 0, 10), issue(hour: 0, 11, issued: 1), issue(hour: 0, 10, issued: 2)]
      for issue in issues { try await store.append([issue]) }
      try await expect(store, issues)
    case .undatedRevisionsCountFromReading:
      try await store.append([issue(hour: 0, 10)])
      try await store.append([issue(hour: 0, 11, fetched: 7)])
      try await expect(store, [issue(hour: 0, 10), issue(hour: 0, 11, issued: 7, fetched: 7)])
    case .orderDoesNotMatter:
      let issues = [issue(hour: 0, 11, fetched: 7), issue(hour: 0, 9, issued: 2), issue(hour: 0, 10)]
      for issue in issues { try await store.append([issue]) }
      try await expect(
        store, [issue(hour: 0, 10), issue(hour: 0, 9, issued: 2), issue(hour: 0, 11, issued: 7, fetched: 7)])
    case .knowledgeIsKept:
      let first = issue(hour: 0, 10, fetched: 3)
      let second = issue(hour: 0, 11, issued: 2, fetched: 2)
      try await store.append([first, second])
      try await expect(store, [first], .issued(by: moment(1)))
      try await expect(store, [], .fetched(by: moment(1)))
      try await expect(store, [second], .fetched(by: moment(2)))
      try await expect(store, [first, second], .fetched(by: moment(3)))
    case .streamsAreApart:
      let issues = [
        issue(hour: 0, 10), issue(hour: 0, 11, kind: .averageDirect), issue(hour: 0, 12, region: "GB"),
        issue(hour: 0, 13, provider: "another"),
      ]
      try await store.append(issues)
      try await expect(store, [issues[0], issues[3]])
      let one = SignalSelection(try Region("DE"), .averageLifecycle, over: day, provider: "another")
      try require(try await store.issues(one) == [issues[3]], "a selection by provider holds that provider only")
    case .rangesOverlap:
      let long = issue(hour: 0, 10, length: 10)
      try await store.append([long, issue(hour: 10, 11), issue(hour: 11, 12)])
      let selection = SignalSelection(try Region("DE"), .averageLifecycle, over: moment(9)..<moment(11))
      try require(
        try await store.issues(selection) == [long, issue(hour: 10, 11)],
        "09:00 to 11:00 holds the interval that began at 00:00 and the one of 10:00, and not that of 11:00")
    case .numbersAreExact:
      let signal = Signal(
        region: try Region("US-CAL-CISO"), kind: .price, unit: "USD/MWh",
        validity: Timestamp(milliseconds: 1_600_000_000_001)..<Timestamp(milliseconds: 1_600_000_300_002),
        value: -3.3600000000000003, low: -1e9, high: 0.1 + 0.2, issuedAt: Timestamp(milliseconds: 1_600_000_000_003),
        provider: "p, \"q\" é", isEstimated: true, source: Source("s; 'x'", year: 2021, licence: "L"))
      let issue = SignalIssue(signal, fetchedAt: Timestamp(milliseconds: 1_600_000_000_007))
      try await store.append([issue])
      let all = SignalSelection(signal.region, .price, over: signal.validity)
      try require(try await store.issues(all) == [issue], "a signal comes back exactly")
    }
  }

  private var day: Range<Timestamp> { moment(0)..<moment(24) }
  private var everything: SignalSelection { SignalSelection(Region.germany, .averageLifecycle, over: day) }

  private func moment(_ hour: Double) -> Timestamp { Timestamp(milliseconds: 1_600_041_600_000) + .hours(hour) }

  /// An hour's value, issued and read so many hours after the day began.
  private func issue(
    hour: Double, _ value: Double, length: Double = 1, issued: Double = 0, fetched: Double? = nil,
    region: String = "DE", kind: SignalKind = .averageLifecycle, provider: String = "test"
  ) -> SignalIssue {
    SignalIssue(
      Signal(
        region: (try? Region(region)) ?? .unstated, kind: kind, unit: "g/kWh",
        validity: moment(hour)..<moment(hour + length), value: value, issuedAt: moment(issued), provider: provider,
        source: Source("a test")), fetchedAt: moment(fetched ?? issued))
  }

  private func expect(
    _ store: any SignalStore, _ expected: [SignalIssue], _ knowledge: SignalSelection.Knowledge = .everything
  ) async throws {
    var selection = everything
    selection.knowledge = knowledge
    let found = try await store.issues(selection)
    func short(_ issues: [SignalIssue]) -> String {
      issues.map { "\($0.signal.value) for \($0.signal.validity.lowerBound) issued \($0.signal.issuedAt)" }
        .joined(separator: ", ")
    }
    // Issues of one time by two providers have no order between them.
    try require(
      Set(found) == Set(expected) && found.count == expected.count && isOrdered(found),
      "expected [\(short(expected))], found [\(short(found))]")
  }

  private func isOrdered(_ issues: [SignalIssue]) -> Bool {
    zip(issues, issues.dropFirst()).allSatisfy {
      ($0.signal.validity.lowerBound, $0.signal.issuedAt, $0.fetchedAt)
        <= ($1.signal.validity.lowerBound, $1.signal.issuedAt, $1.fetchedAt)
    }
  }

  private func require(_ condition: Bool, _ expectation: String) throws {
    if !condition { throw SignalStoreLawBroken(description: "\(rawValue): \(expectation)") }
  }
}

extension Region {
  /// Germany; the laws need some region.
  fileprivate static var germany: Region { (try? Region("DE")) ?? .unstated }
}
