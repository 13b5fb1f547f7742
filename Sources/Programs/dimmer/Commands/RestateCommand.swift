import Accounting
import ArgumentParser
import Comparing
import Foundation
import Ledger
import LedgerSQLite
import Methods
import Quantities
import Reporting

/// `dimmer restate`: kept figures under the newest versions of the methods that made them.
struct RestateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restate", abstract: "Recompute kept figures under newer versions of their methods, and say why.",
    discussion: """
      A change of result is a new version of a method. This prints, for every kept
      figure that an older version made, what it was, what it is now, and what
      changed. The record is not changed without --write; then each figure keeps
      in its note what it was. Requests keep what their callers were told.

      Examples:
        dimmer restate                          what would change
        dimmer restate --method water --json    figures that rest on one method
        dimmer restate --write                  put the new figures in place
      """)

  @Option(help: ArgumentHelp("Only figures that rest on this method: water, run-carbon.", valueName: "NAME"))
  var method: String?

  @Option(help: ArgumentHelp("A ledger other than the user's own.", valueName: "FILE"))
  var ledger: String?

  @Flag(help: "Write the new figures in place of the old.")
  var write = false

  @Flag(help: "One JSON document instead of a table.")
  var json = false

  func run() async throws {
    let registry = Registry.methods
    let only = try method.map { name -> Set<String> in
      do throws(MethodError) { return [try registry.method(named: name).id.name] } catch {
        throw Failure(.usage, "--method: \(error.description)")
      }
    }
    let store = try await opened()
    let restatement = try await LedgerRestatement(of: store, by: Restater(registry, only: only))
    let written = write ? try await restatement.write(to: store) : 0
    json ? Output.result(document(restatement, written)) : Output.result(text(restatement, written))
  }

  private func opened() async throws -> any LedgerStore {
    guard let ledger else { return try await Record.openTakingInJournals() }
    guard FileManager.default.fileExists(atPath: ledger) else {
      throw Failure(.noInput, "\(ledger): there is no ledger; 'dimmer runs list' shows the user's own")
    }
    return try SQLiteLedger.open(at: ledger)
  }

  private func document(_ restatement: LedgerRestatement, _ written: Int) -> JSONValue {
    [
      "figures": .integer(Int64(restatement.figures)), "written": .integer(Int64(written)),
      "restated": .array(
        restatement.lines.map { line in
          [
            "id": .string(line.kept.id.description), "unit": .string(line.kept.unit), "old": .figure(line.kept.receipt),
            "new": line.restated.map { JSONValue.figure($0.receipt) } ?? .unknown(line.reason ?? "not recomputed"),
            "why": .array(
              line.changes.map {
                [
                  "from": .string($0.from.description), "to": .string($0.to.description), "changes": .string($0.reason),
                ]
              }),
          ]
        }),
    ]
  }

  private func text(_ restatement: LedgerRestatement, _ written: Int) -> String {
    guard !restatement.lines.isEmpty else {
      return "All \(restatement.figures) figures on record are of the newest versions of their methods."
    }
    var table = TextTable([
      .init("FIGURE"), .init("OLD", numeric: true), .init("NEW", numeric: true), .init("BY"),
    ])
    for line in restatement.lines {
      let by = line.changes.map { "\($0.from) -> \($0.to.version)" }.joined(separator: ", ")
      table.add([
        line.kept.id.description, numbers(line.kept), line.restated.map(numbers) ?? "not recomputed", line.kept.unit,
        by,
      ])
    }
    let reasons = Set(restatement.lines.flatMap(\.changes)).sorted { $0.to.description < $1.to.description }
    let why = reasons.map { "\($0.from) -> \($0.to): \($0.reason)" }
    let left = Set(restatement.lines.compactMap(\.reason)).sorted().map { "not recomputed: \($0)" }
    let end = write ? "\(written) figures written." : "Nothing was written; --write puts the new figures in place."
    return ([table.text(style: Output.style)] + why + left + [end]).joined(separator: "\n\n")
  }

  private func numbers(_ figure: FigureRecord) -> String {
    guard let value = figure.value else { return "unknown" }
    let ends = [figure.low, figure.high].compactMap(\.self).map { amount($0, figure.unit) }
    return amount(value, figure.unit) + (ends.count == 2 ? " (\(ends[0]) to \(ends[1]))" : "")
  }

  /// A value in the unit that suits its size.
  private func amount(_ value: Double, _ unit: String) -> String {
    switch unit {
    case Energy.baseUnit: Energy(baseValue: value).formatted()
    case Carbon.baseUnit: Carbon(baseValue: value).formatted()
    case Water.baseUnit: Water(baseValue: value).formatted()
    default: "\(Decimals.significant(value, digits: 3)) \(unit)"
    }
  }
}
