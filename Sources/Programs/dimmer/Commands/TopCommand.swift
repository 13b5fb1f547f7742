import ArgumentParser
import Foundation
import Metering
import Quantities
import Reporting

/// `dimmer top`: who takes the power, now.
struct TopCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "top", abstract: "Who takes the power of this machine, now.",
    discussion: """
      Rows, idle, Dimmer's own and what no process accounts for make up all that the sources read. On a terminal the table
      is drawn anew each period until Ctrl-C; elsewhere it is printed once.

      Examples:
        dimmer top
        dimmer top --by container --rows 10
        dimmer top --once --json | jq '.rows[0]'
      """)

  /// What rows are put together by.
  enum Grouping: String, ExpressibleByArgument, CaseIterable {
    case process, tree, container, user
  }

  @Option(help: "One row for each process, tree (session), container or user.")
  var by = Grouping.process

  @Option(help: "How many rows at most.")
  var rows = 20

  @Option(help: "How often, for example 1s or 500ms.")
  var period = "1s"

  @Flag(help: "One table, after one period.")
  var once = false

  @Flag(help: "One JSON document (implies --once).")
  var json = false

  func run() throws {
    let span = try Span(parsing: period)
    guard (0.05...60).contains(span.seconds) else { throw Failure(.usage, "--period must be 50 ms to 60 s") }
    guard rows > 0 else { throw Failure(.usage, "--rows must be at least 1") }
    let environment = ProcessInfo.processInfo.environment
    do throws(MeteringError) {
      let meter = HostMeter(period: span, access: try SourceAccess { environment[$0] })
      let view = TopView(grouping: ProcessGrouping(rawValue: by.rawValue) ?? .process, limit: rows)
      meter.tracksProcesses = true
      try meter.start()
      _ = try meter.read()
      let isLive = Output.isTerminal && !once && !json
      repeat {
        usleep(UInt32(span.seconds * 1e6))
        _ = try meter.read()
        guard let table = meter.table else { continue }
        if json {
          Output.result(view.json(table))
        } else {
          let sources = Set(meter.descriptions.map(\.origin.rawValue)).sorted().joined(separator: " and ")
          // Home and clear to the end: what is overwritten does not flicker as a cleared screen does.
          Output.result(
            (isLive ? "\u{1B}[H\u{1B}[J" : "") + view.text(table, origin: sources, style: Output.style))
        }
      } while isLive
    } catch {
      throw Failure(.unavailable, error.description)
    }
  }
}

/// The process table as people and scripts see it.
final class TopView {
  private let grouping: ProcessGrouping
  private let limit: Int
  private let details = ProcessDetailsReader()

  init(grouping: ProcessGrouping, limit: Int) {
    self.grouping = grouping
    self.limit = limit
  }

  func text(_ table: ProcessTable, origin: String, style: TextStyle) -> String {
    let watts = { (energy: Microjoules) in
      table.length.seconds > 0 ? Decimals.fixed(energy.energy.joules / table.length.seconds, places: 2) : ""
    }
    let hasGPU = table.terms[.gpu] != nil
    var columns: [TextTable.Column] = [
      .init(grouping == .process ? "PID" : "PROCESSES", numeric: true), .init("WATTS", numeric: true),
      .init("CPU W", numeric: true), .init("MEM W", numeric: true),
    ]
    if hasGPU { columns.append(.init("GPU W", numeric: true)) }
    columns += [.init("CPU %", numeric: true), .init("RESIDENT", numeric: true), .init("WHO")]
    var text = TextTable(columns)
    let groups = groups(table)
    for group in groups.prefix(limit) {
      let energy = group.energy
      var cells = [
        count(group), watts(group.total), watts(energy[.cpu] ?? .zero), watts(energy[.memory] ?? .zero),
      ]
      if hasGPU { cells.append(watts(energy[.gpu] ?? .zero)) }
      cells += [
        Decimals.fixed(group.percent, places: 1), Self.bytes(group.residentBytes), name(of: group),
      ]
      text.add(cells)
    }
    let total = table.terms.values.reduce(EnergyTerms(), +)
    let head =
      "\(watts(total.host)) W (\(origin)): processes \(watts(total.others)), idle \(watts(total.idle)), "
      + "dimmer \(watts(total.own)), unattributed \(watts(total.unattributed))"
    let more = groups.count > limit ? "\n" + style.dim("and \(groups.count - limit) more; --rows shows more") : ""
    return "\(style.bold(head))\n\(text.text(style: style))\(more)"
  }

  func json(_ table: ProcessTable) -> JSONValue {
    let watts = { (energy: Microjoules) -> JSONValue in
      table.length.seconds > 0 ? .number(energy.energy.joules / table.length.seconds) : .null
    }
    let total = table.terms.values.reduce(EnergyTerms(), +)
    return [
      "duration_seconds": .number(table.length.seconds), "grouped_by": .string(grouping.rawValue),
      "host_microjoules": .integer(total.host.count), "processes_microjoules": .integer(total.others.count),
      "idle_microjoules": .integer(total.idle.count), "self_microjoules": .integer(total.own.count),
      "unattributed_microjoules": .integer(total.unattributed.count),
      "rows": .array(
        groups(table).prefix(limit).map { group in
          [
            "who": .string(name(of: group)), "processes": .count(group.rows.count),
            "pids": .array(group.rows.map { .count($0.identity.pid) }), "power_watts": watts(group.total),
            "microjoules": .integer(group.total.count),
            "components": .object(
              group.energy.sorted { $0.key.rawValue < $1.key.rawValue }
                .map { ("\($0.key.rawValue)_microjoules", .integer($0.value.count)) }),
            "cpu_percent": .number(group.percent), "resident_bytes": .count(group.residentBytes),
          ]
        }),
    ]
  }

  private func groups(_ table: ProcessTable) -> [ProcessGroupRow] {
    defer { details.forget(except: table) }
    return table.grouped(by: grouping) { details.details(of: $0) }
  }

  private func count(_ group: ProcessGroupRow) -> String {
    if case .process(let identity) = group.key { return "\(identity.pid)" }
    return "\(group.rows.count)"
  }

  private func name(of group: ProcessGroupRow) -> String {
    switch group.key {
    case .process(let identity): details.details(of: identity)?.command ?? "(ended)"
    case .session(let leader):
      "session \(leader)"
        + (group.rows.first.flatMap { details.details(of: $0.identity) }.map { " (\($0.command))" } ?? "")
    case .workload(let workload): workload.label
    case .host: "the host's own"
    case .user(let id): getpwuid(id).map { String(cString: $0.pointee.pw_name) } ?? "user \(id)"
    case .unknown: "not known"
    }
  }

  private static func bytes(_ count: UInt64) -> String {
    "\(Decimals.fixed(Double(count) / 1e6, places: count < 10_000_000 ? 1 : 0)) MB"
  }
}
