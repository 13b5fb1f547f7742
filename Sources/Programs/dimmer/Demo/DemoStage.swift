import AsyncHTTPClient
import Foundation
import Grid
import GridHTTP
import Ledger
import NIOCore
import Quantities
import Reporting
import Service

/// What both demos stand on: a folder, the Python environment, the ledger, a client and the hours to replay.
struct DemoStage: Sendable {
  let options: DemoOptions
  let home: String
  let python: PythonEnvironment
  let store: any LedgerStore
  let client: HTTPClient
  let trace: BuiltInTrace

  /// Sets the stage, lets a demo play on it, and clears it whatever happens.
  static func use(_ options: DemoOptions, _ play: (DemoStage) async throws -> Void) async throws {
    let home = "\(FileManager.default.currentDirectoryPath)/.dimmer/demo"
    do { try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true) } catch {
      throw Failure(.noPermission, "\(home) can not be made: run the demo in a folder of yours")
    }
    let python = try await PythonEnvironment.prepare(
      at: options.venv, requirements: String(decoding: PackageResources.requirements_txt, as: UTF8.self),
      log: "\(home)/python.log")
    try DemoResources.unpack(to: "\(home)/python")
    // A request waits for one of a few connections; on a busy machine that may take a while, and waiting is not failing.
    var configuration = HTTPClient.Configuration()
    configuration.timeout.connect = .seconds(60)
    configuration.dnsOverride = Localhost.override
    let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    do {
      let store = try await Record.openTakingInJournals()
      try await play(
        DemoStage(
          options: options, home: home, python: python, store: store, client: client, trace: BuiltInTrace.ciso))
    } catch {
      try? await client.shutdown()
      throw error
    }
    try await client.shutdown()
  }

  /// Runs one of the demo's scripts to its end.
  func script(_ name: String, _ arguments: [String], log: String, doing what: String) async throws {
    let process = try ChildProcess([python.python, "\(home)/python/\(name)"] + arguments, log: log)
    do {
      let status = try await process.wait()
      guard status == 0 else { throw Failure(.unavailable, "\(what) ended with status \(status); its log is \(log)") }
    } catch {
      await process.stop()
      throw error
    }
  }

  /// Makes calibrations as an activity of its own, and commits them; one that fails is recorded with the reason.
  func calibrating(
    _ alias: String, _ measure: (IdentifierSource) async throws -> [VariantRecord]
  ) async throws -> [VariantRecord] {
    let identifiers = IdentifierSource()
    var activity = Activity(
      id: identifiers.next(.calibration), name: "calibration of \(alias)", started: Wall.clock())
    let presence = try Presence(of: activity.id, in: Record.directory())
    try await store.commit(LedgerEntry(activity: activity))
    let outcome: Result<[VariantRecord], any Error>
    do { outcome = .success(try await measure(identifiers)) } catch { outcome = .failure(error) }
    switch outcome {
    case .success: activity.status = .done
    case .failure(let error):
      activity.status = .failed
      activity.reason = error is CancellationError ? "stopped before its end" : "ended with an error: \(error)"
    }
    activity.ended = Wall.clock()
    // A ledger that can not be written must not hide why the calibration failed.
    do { try await store.commit(LedgerEntry(activity: activity, variants: (try? outcome.get()) ?? [])) } catch {
      _ = try outcome.get()
      throw error
    }
    presence.end()
    if activity.status == .failed { Output.progress("the calibration is on record: dimmer explain \(activity.id)") }
    return try outcome.get()
  }
}
