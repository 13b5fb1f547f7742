import GRDB
public import Ledger

extension SQLiteLedger {
  @discardableResult
  public func commit(_ entry: LedgerEntry) async throws(LedgerError) -> CommitOutcome {
    try entry.validate()
    return try await write { db in
      for signal in entry.signals { try SignalTable.put(signal, db) }
      for variant in entry.variants { try VariantTable.put(variant, db) }
      // Parts refer to the activity, so it comes first; when the row there knows more, they stay as they are too.
      let isNews = try entry.activity.map { try ActivityTable.put($0, db) } ?? true
      if isNews {
        for component in entry.components { try ComponentTable.put(component, db) }
        if let conservation = entry.conservation { try ConservationTable.put(conservation, db) }
        for figure in entry.figures { try FigureTable.put(figure, db) }
      }
      for decision in entry.decisions { try DecisionTable.put(decision, db) }
      if let journal = entry.journal { try JournalTable.put(journal, db) }
      return isNews ? .recorded : .knewMore
    }
  }

  @discardableResult
  public func append(_ requests: [RequestRecord]) async throws(LedgerError) -> Int {
    for request in requests where request.id.kind != .request {
      throw .invalid("\(request.id) is not the id of a request")
    }
    guard !requests.isEmpty else { return 0 }
    return try await write { db in
      let (count, hours) = try RequestTable.add(requests, db)
      try RollupTable.add(hours, db)
      return count
    }
  }

  @discardableResult
  public func judge(_ verdicts: [ActivityID: Verdict]) async throws(LedgerError) -> [ActivityID] {
    for case (let id, .points(let points)) in verdicts where !(points.isFinite && points >= 0) {
      throw .invalid("\(points) quality points of \(id) are not a number from 0 up")
    }
    guard !verdicts.isEmpty else { return [] }
    return try await write { db in
      var unknown: [ActivityID] = []
      var hours: [HourKey: RequestSums] = [:]
      for (id, verdict) in verdicts.sorted(by: { $0.key < $1.key }) {
        if let (hour, change) = try RequestTable.judge(id, verdict, db) {
          hours[hour, default: RequestSums()] += change
        } else {
          unknown.append(id)
        }
      }
      try RollupTable.add(hours, db)
      return unknown
    }
  }
}
