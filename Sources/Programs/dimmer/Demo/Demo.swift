import AsyncHTTPClient
import Foundation
import Grid
import Ledger
import NIOCore
import Quantities
import Reporting
import Service

/// The demo's steps, one after the other. Whatever happens, the processes it started are ended.
struct Demo {
  let options: DemoCommand

  static let alias = "digits"
  static let requestsPerHour = 12.0
  static let trafficSeed: UInt64 = 20_210_320
  static let pointsBelowLargest = 3.0
  static let meanImages = 40.0

  private var home: String { "\(FileManager.default.currentDirectoryPath)/.dimmer/demo" }
  private var familyDirectory: String { "\(home)/family" }

  func run() async throws {
    let trace = BuiltInTrace.ciso
    do { try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true) } catch {
      throw Failure(.noPermission, "\(home) can not be made: run the demo in a folder of yours")
    }
    let python = try await PythonEnvironment.prepare(
      at: options.venv, requirements: String(decoding: PackageResources.requirements_txt, as: UTF8.self),
      log: "\(home)/python.log")
    let family = try await train(python)
    let client = HTTPClient(eventLoopGroupProvider: .singleton)
    do {
      try await serveAndMeasure(family, python: python, trace: trace, client: client)
    } catch {
      try? await client.shutdown()
      throw error
    }
    try await client.shutdown()
  }

  private func train(_ python: PythonEnvironment) async throws -> DigitFamily {
    try DemoResources.unpack(to: "\(home)/python")
    Output.progress("training the family of classifiers (skipped when it is there)")
    let log = "\(home)/train.log"
    let training = try ChildProcess(
      [python.python, "\(home)/python/train.py", "--out", familyDirectory], log: log)
    do {
      let status = try await training.wait()
      guard status == 0 else { throw Failure(.unavailable, "training ended with status \(status); its log is \(log)") }
    } catch {
      await training.stop()
      throw error
    }
    return try DigitFamily(directory: familyDirectory)
  }

  private func serveAndMeasure(
    _ family: DigitFamily, python: PythonEnvironment, trace: BuiltInTrace, client: HTTPClient
  ) async throws {
    Output.progress("starting MLServer with \(family.members.count) variants")
    let server = try await ModelServer.start(
      python, family: familyDirectory, models: family.members.map(\.name), log: "\(home)/mlserver.log", client: client)
    do {
      let store = try await Record.openTakingInJournals()
      let identifiers = IdentifierSource()
      let variants = try await calibrate(family, server: server, client: client, store: store, identifiers: identifiers)
      let run = DemoRun(
        options: options, home: home, family: family, variants: variants, server: server, trace: trace, store: store,
        client: client)
      try await run.run()
    } catch {
      await server.process.stop()
      throw error
    }
    await server.process.stop()
  }

  /// Measures every variant and commits the calibrations.
  private func calibrate(
    _ family: DigitFamily, server: ModelServer, client: HTTPClient, store: any LedgerStore,
    identifiers: IdentifierSource
  ) async throws -> [VariantRecord] {
    let direct = DigitClient(client: client, url: server.url)
    let calibration = Calibration(client: direct, server: server.process.pid, family: family, alias: Self.alias)
    var activity = Activity(
      id: identifiers.next(.calibration), name: "calibration of \(Self.alias)", started: Wall.clock())
    let presence = try Presence(of: activity.id, in: Record.directory())
    try await store.commit(LedgerEntry(activity: activity))
    var variants: [VariantRecord] = []
    for (index, member) in family.members.enumerated() {
      Output.progress("measuring \(member.name) (\(index + 1) of \(family.members.count))")
      variants.append(
        try await calibration.measure(member, id: identifiers.next(), firstImage: family.liveCount / 2 + index * 1024))
    }
    activity.status = .done
    activity.ended = Wall.clock()
    try await store.commit(LedgerEntry(activity: activity, variants: variants))
    presence.end()
    return variants
  }
}
