import Foundation
import Ledger
import LedgerSQLite
import Metering
import Quantities

@testable import Service

/// A folder of journals as meters leave them, written by the meter's own writer, and a real ledger.
struct JournalBench {
  let folder: TemporaryFolder
  let store: SQLiteLedger
  let accounting: RunAccounting
  let start = at("2026-03-01T12:00:00Z")
  let run = IdentifierSource().next(.run)

  init() throws {
    folder = try TemporaryFolder()
    store = try folder.ledger()
    accounting = try RunAccounting()
  }

  var path: String { "\(folder.path)/\(run).journal" }
  var intake: JournalIntake { JournalIntake(accounting: accounting, store: store, directory: folder.path) }

  /// Where the energy went after so many seconds: 100 W in the machine, 40 W of it the run's, odd microjoules included.
  static func terms(_ seconds: Int) -> EnergyTerms {
    let unit = Int64(seconds) * 1_000_003
    return EnergyTerms(
      host: Microjoules(100 * unit), run: Microjoules(40 * unit), others: Microjoules(20 * unit),
      idle: Microjoules(30 * unit), own: Microjoules(3 * unit), unattributed: Microjoules(7 * unit))
  }

  static let cpu = SourceDescription(
    component: .cpu, name: "load model", origin: .modelled, method: "vcpu-load@1", reason: "RAPL cannot be read",
    relative: -0.4...0.6)
  static let memory = SourceDescription(
    component: .memory, name: "memory model", origin: .modelled, method: "memory-load@1", reason: "no memory counter",
    relative: -0.5...0.5)
  static let gpu = SourceDescription(
    component: .gpu, name: "NVML", origin: .measured, method: "nvml@1", reason: "the driver does not answer",
    relative: -0.05...0.05)

  func begin(region: String? = "DE", parent: ActivityID? = nil) -> Metering.JournalRecord {
    .begin(
      JournalBegin(
        run: run.description, pid: 4711, startTicks: 1, wall: start,
        monotonic: MonotonicInstant(nanoseconds: 7_000_000_000),
        periodMilliseconds: 1000, ticksPerSecond: 100, machine: "node-1", boot: "b", command: ["python3", "train.py"],
        name: "train", region: region, parent: parent?.description))
  }

  func sample(_ seconds: Int, components: [Metering.Component] = [.cpu]) -> Metering.JournalRecord {
    var sample = CumulativeSample(
      monotonic: MonotonicInstant(nanoseconds: UInt64(7 + seconds) * 1_000_000_000),
      wall: start + .seconds(Double(seconds)),
      cpu: CPUTerms(busy: 11, run: 1, others: 2, own: 3, unattributed: 5, capacity: 20))
    for component in components { sample.components[component] = Self.terms(seconds) }
    return .sample(sample, HostMeter.State(counters: [:], potential: ByConsumer(), meter: 0))
  }

  static func exit(code: Int32? = nil, signal: Int32? = nil) -> Metering.JournalRecord {
    .exit(JournalExit(code: code, signal: signal, userMicroseconds: 1, systemMicroseconds: 1, peakResidentBytes: 1))
  }

  /// Writes a journal and lets go of it, as a meter that ends or dies.
  func write(_ records: [Metering.JournalRecord]) throws {
    let writer = try JournalWriter.create(path)
    for record in records { writer.append(record) }
    try writer.sync()
  }

  /// Goes on with it, as the meter that comes after one that died.
  func resume(_ records: [Metering.JournalRecord]) throws {
    let (writer, _) = try JournalWriter.reopen(path)
    for record in records { writer.append(record) }
    try writer.sync()
  }

  /// A run of ten seconds that ended well.
  func whole(region: String? = "DE", parent: ActivityID? = nil) -> [Metering.JournalRecord] {
    [
      begin(region: region, parent: parent), .source(Self.cpu), sample(0), sample(10), Self.exit(code: 0),
      .end(reason: "exited"),
    ]
  }

  /// Takes in what is there and gives the run's account.
  func take() async throws -> ActivityAccount? {
    let (_, failures) = try await intake.takeAll()
    guard failures.isEmpty else { throw Failed(failures: failures) }
    return try await store.account(of: run)
  }

  struct Failed: Error { let failures: [String] }
}
