import Accounting
import Factors
import Foundation
import Ledger
import LedgerSQLite
import Methods
import Quantities
import Service

/// The user's ledger.
enum Record {
  /// Where the data are: `DIMMER_DATA_DIR`, or `dimmer` in the XDG data directory.
  static func directory() throws(LedgerError) -> DataDirectory {
    try DataDirectory(environment: ProcessInfo.processInfo.environment)
  }

  /// Opens the ledger, making it when there is none, and takes in what killed runs left behind.
  ///
  /// - Parameter first: what to commit before, so that a run that just ended is not taken for one of them.
  static func openTakingInJournals(committing first: LedgerEntry? = nil) async throws -> any LedgerStore {
    let directory = try directory()
    let store = try SQLiteLedger.open(at: directory.ledgerPath)
    if let first { try await store.commit(first) }
    let intake = JournalIntake(
      accounting: try RunAccounting(), store: store, directory: directory.journalDirectory)
    let (taken, failures) = try await intake.takeAll()
    for run in taken { Output.progress("took in \(run.id) (\(run.name)): \(run.status)") }
    for activity in try await Presence.closeAbandoned(in: store, directory) {
      Output.progress("closed \(activity.id) (\(activity.name)): \(activity.status)")
    }
    for failure in failures { Output.error("a journal could not be taken in: \(failure)") }
    return store
  }

  /// The PUE that an activity's requests are charged with, as a figure of the activity.
  static func pue(_ stated: Double?, of activity: ActivityID) throws -> FigureRecord {
    let figure =
      stated.map { DeclaredValue.figure("PUE, as stated in the configuration", Ratio($0)) }
      ?? DeclaredValue.figure(
        "no facility overhead counted", Ratio(1), note: "no PUE was given; state one with 'pue' in dimmer.yaml")
    return FigureRecord(activity, .pue, figure)
  }

  /// What a second of this machine owes of its embodied carbon, as a figure of the activity.
  static func embodiedPerSecond(of activity: ActivityID) throws -> FigureRecord {
    let account = try MachineCarbon(try FactorTables.embedded()).account(of: .visible)
    return FigureRecord(activity, .embodiedPerSecond, RequestCarbon.embodiedPerSecond(of: account))
  }
}
