import Foundation
import Ledger
import LedgerSQLite
import Metering
import Reporting
import Service

extension RunCommand {
  /// Puts what was measured on record, tells about it and ends as the command did.
  func finish(_ measured: MeasuredRun) async -> Never {
    await record(measured)
    if case .command(let outcome) = measured.ending { Self.end(like: outcome.termination) }
    Foundation.exit(0)
  }

  /// Puts the run into the ledger and tells about it. Whatever fails here, the command's own ending stands.
  private func record(_ measured: MeasuredRun) async {
    guard measured.hasPlace else { return }
    do {
      guard let entry = try entry(of: measured), let activity = entry.activity else { return }
      var account = ActivityAccount(
        activity: activity, components: entry.components, conservation: entry.conservation, figures: entry.figures)
      let path = measured.request.journal
      do {
        let store = try await Record.openTakingInJournals(committing: entry)
        // A run whose meter died may still be completed by a later one: what was said about it stays until then.
        if activity.status == .done || activity.status == .failed {
          RunAccounting.Context.remove(besideJournal: path)
        }
        account = try await store.account(of: activity.id) ?? account
      } catch {
        Output.error(
          "the run could not be put into the ledger: \(error)\ndimmer: its journal is kept and will be taken in by the next command: \(path)"
        )
      }
      if let summary { try Files.write(RunSummary.json(account).text(indent: true) + "\n", to: summary) }
      if !quiet { Output.rawError(RunLabel.text(account, style: Output.errorStyle) + "\n") }
    } catch { Output.error("\(error)") }
  }

  /// What the ledger gets; `nil` when there is nothing to keep.
  private func entry(of measured: MeasuredRun) throws -> LedgerEntry? {
    let path = measured.request.journal
    let journal = measured.journal == nil ? nil : try Journal(path: path)
    var seen: RunOutcome?
    if case .command(let outcome) = measured.ending { seen = outcome }
    if let kept = journal.flatMap({
      measured.accounting.entry(journal: $0, path: path, context: measured.context, outcome: seen)
    }) {
      return kept
    }
    let reason = measured.faults.isEmpty ? ": the meter wrote no journal" : ""
    Output.error("nothing was measured\(reason); 'dimmer-meter sources' tells what can be read here")
    guard case .command(let outcome) = measured.ending else { return nil }
    return measured.accounting.entry(
      unmeasured: measured.id, outcome: outcome, request: measured.request, context: measured.context)
  }

  /// Ends as the command did: with its status, or by its signal.
  private static func end(like termination: RunOutcome.Termination) -> Never {
    if case .signalled(let number) = termination {
      var none = rlimit(rlim_cur: 0, rlim_max: 0)
      setrlimit(__rlimit_resource_t(UInt32(RLIMIT_CORE.rawValue)), &none)
      signal(number, SIG_DFL)
      var set = sigset_t()
      sigemptyset(&set)
      sigaddset(&set, number)
      pthread_sigmask(SIG_UNBLOCK, &set, nil)
      // To this thread, which takes it here and now; another one might take it only after the exit below.
      raise(number)
    }
    Foundation.exit(termination.status)
  }
}
