import Foundation
public import Ledger
import Metering
import Quantities

/// Takes into the ledger what meters left behind: journals of runs whose Dimmer was killed before it could.
public struct JournalIntake: Sendable {
  let accounting: RunAccounting
  let store: any LedgerStore
  let directory: String

  /// An intake from a folder of journals.
  public init(accounting: RunAccounting, store: any LedgerStore, directory: String) {
    self.accounting = accounting
    self.store = store
    self.directory = directory
  }

  /// Takes in every journal that no meter holds and that the ledger does not have yet, or not to its end. One that
  /// cannot be read is left where it is and named.
  ///
  /// - Returns: the runs taken in, and what could not be.
  public func takeAll() async throws(LedgerError) -> (taken: [Activity], failures: [String]) {
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []).filter {
      $0.hasSuffix(".journal")
    }
    guard !names.isEmpty else { return ([], []) }
    let records = Dictionary(try await store.journals().map { ($0.path, $0) }) { first, _ in first }
    let known = records.mapValues(\.bytes)
    var taken: [Activity] = []
    var failures: [String] = []
    for name in names.sorted() {
      let path = "\(directory)/\(name)"
      guard let size = Self.size(path) else {
        failures.append("\(path): it cannot be read; give your user the file, or remove it")
        continue
      }
      // A meter that died before its first record leaves a file without anything in it.
      if let record = records[path], size <= record.bytes { try await dropContext(of: record) }
      guard size > 0, size > known[path] ?? 0, Journal.isAbandoned(path: path) else { continue }
      do {
        let journal = try Journal(path: path)
        // A cut tail never grows again: the whole part is all there will be.
        if let bytes = known[path], bytes == Int64(journal.wholeBytes) { continue }
        let context = RunAccounting.Context(besideJournal: path)
        guard let entry = accounting.entry(journal: journal, path: path, context: context),
          let activity = entry.activity
        else {
          failures.append(
            "\(path): it does not say which run it is of; it is damaged from the start and can be removed")
          continue
        }
        try await store.commit(entry)
        // A run that nobody saw end may still be seen to: its journal can grow.
        if activity.status.knowledge == ActivityStatus.done.knowledge {
          RunAccounting.Context.remove(besideJournal: path)
        }
        taken.append(activity)
      } catch let error as MeteringError {
        failures.append("\(path): \(error)")
      } catch let error as LedgerError {
        guard case .invalid = error else { throw error }
        failures.append("\(path): \(error)")
      } catch { failures.append("\(path): \(error)") }
    }
    return (taken, failures)
  }

  /// Removes what was said about a run that the ledger knows to its end: the one who recorded it was killed before he
  /// could.
  private func dropContext(of record: Ledger.JournalRecord) async throws(LedgerError) {
    guard RunAccounting.Context.isKept(besideJournal: record.path),
      let activity = try await store.activity(record.activity),
      activity.status.knowledge == ActivityStatus.done.knowledge
    else { return }
    RunAccounting.Context.remove(besideJournal: record.path)
  }

  /// Bytes of a file that can be read; `nil` for any other.
  private static func size(_ path: String) -> Int64? {
    guard FileManager.default.isReadableFile(atPath: path),
      let size = try? FileManager.default.attributesOfItem(atPath: path)[.size] as? NSNumber
    else { return nil }
    return size.int64Value
  }
}

extension RunAccounting.Context {
  private static func file(besideJournal path: String) -> URL { URL(fileURLWithPath: path + ".context") }

  /// What was said about the run when it began, kept beside its journal until the run is in the ledger, so that a crash
  /// does not lose it; nothing when nothing is there.
  init(besideJournal path: String) {
    let kept = try? JSONDecoder().decode(Self.self, from: Data(contentsOf: Self.file(besideJournal: path)))
    self = kept ?? Self()
  }

  /// Whether something is kept beside the journal.
  static func isKept(besideJournal path: String) -> Bool {
    FileManager.default.fileExists(atPath: file(besideJournal: path).path)
  }

  /// Keeps the context beside the journal.
  public func keep(besideJournal path: String) throws {
    try JSONEncoder().encode(self).write(to: Self.file(besideJournal: path), options: .atomic)
  }

  /// Removes what was kept, once the ledger has it.
  public static func remove(besideJournal path: String) {
    try? FileManager.default.removeItem(at: file(besideJournal: path))
  }
}
