import Foundation
import Ledger
import LedgerSQLite
import Metering
import Quantities
import Testing

@testable import Service

extension JournalBench {
  /// The journal's bytes.
  func bytes() throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: path))) }

  /// Changes the file behind the meter's back.
  func damage(_ change: (Data) -> Data) throws {
    let url = URL(fileURLWithPath: path)
    try change(try Data(contentsOf: url)).write(to: url)
  }
}

@Suite("Taking in what killed runs left behind")
struct JournalIntakeTests {
  @Test("the same journal taken in twice is one record, and the second time nothing is read")
  func twice() async throws {
    let bench = try JournalBench()
    try bench.write(bench.whole())
    #expect(try await bench.intake.takeAll().taken.map(\.id) == [bench.run])
    let first = try await bench.store.account(of: bench.run)
    #expect(try await bench.intake.takeAll().taken.isEmpty)
    #expect(try await bench.store.account(of: bench.run) == first)
    #expect(try await bench.store.latest(.run).count == 1)
    #expect(try await bench.store.journals().map(\.path) == [bench.path])
  }

  @Test("a journal with a cut tail is taken in once too")
  func cutTail() async throws {
    let bench = try JournalBench()
    try bench.write([bench.begin(), .source(JournalBench.cpu), bench.sample(4)])
    try bench.damage { $0 + Data("12345678 3 sam".utf8) }
    #expect(try await bench.intake.takeAll().taken.count == 1)
    #expect(try await bench.intake.takeAll().taken.isEmpty)
  }

  @Test("a run taken in as not observed and finished later is upgraded, with what was said when it began")
  func upgraded() async throws {
    let bench = try JournalBench()
    try bench.write([bench.begin(region: nil), .source(JournalBench.cpu), bench.sample(0), bench.sample(4)])
    try RunAccounting.Context(region: "DE", pue: 1.5, tags: ["team": "vision"]).keep(besideJournal: bench.path)
    let early = try #require(try await bench.take())
    #expect(early.activity.status.name == "not_observed")
    try bench.resume([bench.sample(10), JournalBench.exit(code: 0), .end(reason: "exited")])
    let late = try #require(try await bench.take())
    #expect(late.activity.status == .done)
    #expect(late.figure(.energy)?.value == 400.0012)
    #expect(late.activity.detail.tags == ["team": "vision"])
    #expect(late.figure(.pue)?.value == 1.5)
    #expect(late.activity.region == "DE")
    let ratio = (late.figure(.carbon)?.value ?? 0) / (early.figure(.carbon)?.value ?? 1)
    #expect(abs(ratio - 2.5) < 1e-9)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: bench.folder.path).allSatisfy { !$0.hasSuffix(".context") })
  }

  @Test("PUE, tags and region said at the start survive the death of everything")
  func context() async throws {
    let bench = try JournalBench()
    try bench.write(bench.whole(region: nil))
    try RunAccounting.Context(region: "FR", pue: 1.3, tags: ["a": "1"], onSiteWater: 0.5).keep(
      besideJournal: bench.path)
    let account = try #require(try await bench.take())
    #expect(account.activity.region == "FR" && account.activity.detail.tags == ["a": "1"])
    #expect(account.figure(.pue)?.value == 1.3)
    #expect(account.figure(.water)?.value != nil)
    #expect(!FileManager.default.fileExists(atPath: bench.path + ".context"), "the ledger has it now")
  }

  @Test("a context from before WUE was known can still be read")
  func oldContext() async throws {
    let bench = try JournalBench()
    try bench.write(bench.whole(region: nil))
    try Data(#"{"region":"FR","pue":1.3,"tags":{"a":"1"}}"#.utf8).write(
      to: URL(fileURLWithPath: bench.path + ".context"))
    #expect(try await bench.take()?.activity.region == "FR")
  }

  @Test("a journal that a meter still writes is left alone")
  func held() async throws {
    let bench = try JournalBench()
    let writer = try JournalWriter.create(bench.path)
    writer.append(bench.begin())
    try writer.sync()
    #expect(try await bench.intake.takeAll() == ([], []))
    writer.append(.end(reason: "exited"))
    try writer.sync()
    #expect(try await bench.intake.takeAll() == ([], []), "the lock decides")
  }

  @Test("journals that cannot be read are named and left, and keep no other from being taken in")
  func unreadable() async throws {
    let bench = try JournalBench()
    let folder = bench.folder.path
    let garbage = "\(folder)/a.journal"
    let dangling = "\(folder)/b.journal"
    let directory = "\(folder)/c.journal"
    try Data("this is no journal\n".utf8).write(to: URL(fileURLWithPath: garbage))
    try FileManager.default.createSymbolicLink(atPath: dangling, withDestinationPath: "\(folder)/nowhere")
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: false)
    try bench.write(bench.whole())
    let (taken, failures) = try await bench.intake.takeAll()
    #expect(taken.map(\.id) == [bench.run])
    #expect(failures.count == 3)
    for path in [garbage, dangling, directory] { #expect(failures.contains { $0.hasPrefix("\(path): ") }, "\(path)") }
    #expect(try Data(contentsOf: URL(fileURLWithPath: garbage)).count == 19)
  }

  @Test("an empty journal of a meter that died at birth is nothing to speak of; neither is a folder that is not there")
  func empty() async throws {
    let bench = try JournalBench()
    try Data().write(to: URL(fileURLWithPath: bench.path))
    #expect(try await bench.intake.takeAll() == ([], []))
    let nowhere = JournalIntake(accounting: bench.accounting, store: bench.store, directory: "\(bench.folder.path)/x")
    #expect(try await nowhere.takeAll() == ([], []))
  }

  @Test("a ledger that refuses is an error, and the journal is taken in the next time with its context")
  func refusing() async throws {
    let bench = try JournalBench()
    try bench.write(bench.whole(region: nil))
    try RunAccounting.Context(region: "FR").keep(besideJournal: bench.path)
    let store = FailingStore(bench.store)
    store.refuse(next: 1)
    let intake = JournalIntake(accounting: bench.accounting, store: store, directory: bench.folder.path)
    await #expect(throws: LedgerError.diskFull(path: "test")) { _ = try await intake.takeAll() }
    #expect(try await intake.takeAll().taken.first?.region == "FR")
  }
}
