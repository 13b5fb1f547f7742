import Accounting
import Factors
import Foundation
import Ledger
import Methods
import Quantities
import Telemetry

@testable import Metering
@testable import Service

extension DrawnLedger {
  /// The methods by which a source of energy can be read, with the part of the machine that it is of.
  static let sources: [(method: MethodID, component: Metering.Component, origin: Origin)] = [
    ("rapl-counter@1", .cpu, .measured), ("load-curve@1", .cpu, .modelled), ("vcpu-load@1", .cpu, .modelled),
    ("load-fit@1", .cpu, .modelled), ("load-fit@2", .cpu, .modelled), ("codecarbon-load@1", .cpu, .modelled),
    ("codecarbon-process-load@1", .cpu, .modelled), ("sensor-counter@1", .cpu, .measured),
    ("sensor-power@1", .cpu, .measured), ("memory-power@1", .memory, .modelled),
    ("codecarbon-memory@1", .memory, .modelled), ("rapl-counter@1", .memory, .measured),
    ("nvml-counter@1", .gpu, .measured), ("nvml-power@1", .gpu, .measured), ("gpu-load@1", .gpu, .modelled),
    ("sensor-power@1", .gpu, .measured), ("gpu-slice-share@1", .gpu, .modelled),
  ]

  /// Runs of machines with and without a card, with and without readable sources, region, PUE, water and embodied
  /// carbon; ended well, badly, by a signal, without Dimmer, and with a meter that died; some inside a job.
  mutating func runs(_ count: Int) async throws {
    let job = identifiers.next(.job)
    var above = Activity(id: job, name: "nightly", started: start)
    above.reason = "as the operator wanted it"
    try await store.commit(LedgerEntry(activity: above))
    for index in 0..<count {
      let bench = try JournalBench()
      var parts = [Self.sources[index % Self.sources.count]]
      if once(in: 2), let more = Self.sources.randomElement(using: &random), more.component != parts[0].component {
        parts.append(more)
      }
      var records = [bench.begin(region: region(), parent: once(in: 3) ? job : nil)]
      for part in parts {
        let width = number(0...0.6)
        records.append(
          .source(
            SourceDescription(
              component: part.component, name: "\(part.method.name) of this machine", origin: part.origin,
              method: part.method, reason: "nothing better can be read here", relative: -width...width)))
      }
      // Each kind of source is read at least once, whatever is drawn.
      let isSure = index < Self.sources.count
      let read = parts.filter { _ in isSure || !once(in: 8) }.map(\.component)
      if isSure || !once(in: 10) {
        records += [bench.sample(0), bench.sample(Int.random(in: 1...500, using: &random), components: read)]
      }
      switch Int.random(in: 0..<4, using: &random) {
      case 0: records += [JournalBench.exit(code: 0), .end(reason: "exited")]
      case 1: records += [JournalBench.exit(code: nil, signal: 9), .end(reason: "exited")]
      case 2: records += [.end(reason: "closed")]
      default: break
      }
      try bench.write(records)
      let machine = Machine(
        threads: Int.random(in: 1...128, using: &random),
        parts: .init(cpus: 1, memory: .bytes(number(1e9...1e12)), gpus: once(in: 2) ? 8 : 0), isGuest: once(in: 2),
        host: once(in: 3) ? .init(threads: 256, parts: .init(cpus: 2, memory: .bytes(2e12), gpus: 8)) : nil)
      let context = RunAccounting.Context(
        pue: once(in: 2) ? number(1...2) : nil, machine: once(in: 4) ? nil : machine,
        onSiteWater: once(in: 2) ? number(0...3) : nil)
      let entry = bench.accounting.entry(
        journal: Metering.Journal(parsing: try bench.bytes()), path: bench.path, context: context)
      if let entry { try await store.commit(entry) }
    }
    let outcome = RunOutcome(
      termination: .exited(0), pid: 1,
      usage: JournalExit(code: 0, signal: nil, userMicroseconds: 0, systemMicroseconds: 0, peakResidentBytes: 0),
      started: start, ended: start + .seconds(1), monotonicStarted: MonotonicInstant(nanoseconds: 0),
      monotonicEnded: MonotonicInstant(nanoseconds: 1), faults: [])
    try await store.commit(
      try RunAccounting().entry(
        unmeasured: identifiers.next(.run), outcome: outcome,
        request: RunRequest(
          run: identifiers.next(.run).description, command: ["true"], journal: "\(folder.path)/none",
          meterProgram: "none"), context: .init()))
  }

  /// Rows of another tool's file, with and without what it could not read.
  mutating func imports(_ count: Int) async throws {
    let header =
      "timestamp,project_name,run_id,duration,emissions,cpu_energy,gpu_energy,ram_energy,energy_consumed,"
      + "water_consumed,country_name,country_iso_code,codecarbon_version,gpu_count,tracking_mode,pue"
    for index in 0..<count {
      let energies = (0..<3).map { _ in once(in: 3) ? 0 : number(1e-6...1) }
      let row = [
        "2025-01-02T03:04:05", "project", "run\(index)", "60", "\(once(in: 4) ? 0 : number(1e-6...1))",
        "\(energies[0])", "\(energies[1])", "\(energies[2])", "\(energies.reduce(0, +))",
        once(in: 2) ? "0.0" : "1.5", "France", "FRA", "3.3.2", once(in: 2) ? "0" : "2",
        once(in: 2) ? "machine" : "process", "\(once(in: 2) ? 1 : number(1...2))",
      ].joined(separator: ",")
      let file = try CodeCarbonFile(parsing: Array("\(header)\n\(row)\n".utf8))
      for run in try CodeCarbonImport(file, timeZone: TimeZone(secondsFromGMT: 0) ?? .current).runs {
        try await store.commit(run.entry(from: "emissions.csv", regions: tables.regions))
      }
    }
  }

  /// A run as earlier versions of the methods wrote it, with the same numbers.
  mutating func older() async throws {
    let bench = try JournalBench()
    try bench.write([
      bench.begin(), .source(JournalBench.cpu), bench.sample(0), bench.sample(90, components: [.cpu]),
      JournalBench.exit(code: 0), .end(reason: "exited"),
    ])
    let machine = Machine(threads: 2, parts: .init(cpus: 1, memory: .bytes(8e9)), isGuest: false)
    let context = RunAccounting.Context(pue: 1.2, machine: machine, onSiteWater: 1)
    let whole = bench.accounting.entry(
      journal: Metering.Journal(parsing: try bench.bytes()), path: bench.path, context: context)
    guard var entry = whole else { return }
    entry.figures = entry.figures.map { FigureRecord(id: $0.id, receipt: $0.receipt.madeBefore, reason: $0.reason) }
    try await store.commit(entry)
  }
}

extension Receipt {
  /// The receipt as the first versions of its methods wrote it.
  fileprivate var madeBefore: Receipt {
    let versions: [MethodID: MethodID] = ["sum@2": "sum@1", "run-carbon@2": "run-carbon@1", "water@2": "water@1"]
    var copy = self
    copy.method = method.map { versions[$0] ?? $0 }
    copy.inputs = inputs.map(\.madeBefore)
    return copy
  }
}
