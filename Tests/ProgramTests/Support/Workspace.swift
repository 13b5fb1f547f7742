import Foundation
import Synchronization

/// A folder, a record and the programs of one test. Everything started in it is gone when the test is over.
final class Workspace: Sendable {
  /// The folder.
  let folder: String
  /// `DIMMER_DATA_DIR` of every program here.
  var dataFolder: String { "\(folder)/data" }
  private let started = Mutex<[StartedProgram]>([])
  private let count = Mutex(0)

  private init() throws {
    folder =
      FileManager.default.temporaryDirectory.path + "/dimmer-programs-\(UUID().uuidString.prefix(13).lowercased())"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  /// Gives a test a workspace once the machine has room for it.
  static func use(_ use: MachineUse = .shared, _ body: (Workspace) async throws -> Void) async throws {
    await MachineRoom.shared.enter(use)
    do {
      let workspace = try Workspace()
      do { try await body(workspace) } catch {
        await workspace.clear()
        throw error
      }
      await workspace.clear()
    } catch {
      await MachineRoom.shared.leave(use)
      throw error
    }
    await MachineRoom.shared.leave(use)
  }

  private func clear() async {
    for program in started.withLock({ $0 }) where program.isRunning {
      program.signalGroup(SIGKILL)
      _ = try? await program.end(within: .seconds(20))
    }
    // What outlived the program that started it has this folder in its environment.
    for process in ProcessEntry.naming(folder) { _ = kill(process.pid, SIGKILL) }
    try? FileManager.default.removeItem(atPath: folder)
  }

  /// A file's path in the folder.
  func file(_ name: String) -> String { "\(folder)/\(name)" }

  /// Writes a file in the folder.
  ///
  /// - Returns: its path.
  @discardableResult
  func write(_ name: String, _ text: String) throws -> String {
    try Data(text.utf8).write(to: URL(fileURLWithPath: file(name)))
    return file(name)
  }

  /// A file's text, or `nil` while it is not there.
  func text(_ name: String) -> String? {
    FileManager.default.contents(atPath: file(name)).map { String(decoding: $0, as: UTF8.self) }
  }

  /// The environment of the programs: the tests' own without Dimmer's variables, and the record of this test.
  var environment: [String: String] {
    var environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("DIMMER_") }
    environment["DIMMER_DATA_DIR"] = dataFolder
    // A meter that serves this machine has no part in the tests.
    environment["DIMMER_METER_SOCKET"] = ""
    return environment
  }

  /// Starts any program.
  func start(
    program arguments: [String], environment more: [String: String] = [:], input: String? = nil, folder: String? = nil
  ) throws -> StartedProgram {
    let number = count.withLock { count in
      count += 1
      return count
    }
    let program = try StartedProgram(
      arguments, environment: environment.merging(more) { $1 }, input: input ?? "/dev/null",
      output: file("\(number).out"), error: file("\(number).err"), folder: folder ?? self.folder)
    started.withLock { $0.append(program) }
    return program
  }

  /// Starts `dimmer`.
  func start(_ arguments: [String], environment: [String: String] = [:], input: String? = nil, folder: String? = nil)
    throws -> StartedProgram
  {
    try start(program: [Programs.path("dimmer")] + arguments, environment: environment, input: input, folder: folder)
  }

  /// Runs `dimmer` to its end.
  func dimmer(
    _ arguments: String..., environment: [String: String] = [:], input: String? = nil, folder: String? = nil
  ) async throws -> Ending {
    try await start(arguments, environment: environment, input: input, folder: folder).end()
  }

  /// Measures a shell script with `dimmer run`.
  ///
  /// - Returns: how it ended, and the summary.
  func measure(_ script: String, options: [String] = []) async throws -> (ending: Ending, summary: JSON) {
    let summary = file("summary-\(UUID().uuidString).json")
    let ending = try await start(["run", "--summary", summary] + options + ["--", "sh", "-c", script]).end()
    return (ending, try JSON(file: summary))
  }
}

/// How much of the machine a test needs.
enum MachineUse: Int, Sendable {
  /// Some of it, beside others.
  case shared
  /// All of it, as far as these tests go.
  case alone
  /// All of it, and for so long that the others go first.
  case aloneAndLast
}

/// Lets in a few tests at a time: each starts several processes, and all at once would only wait for each other.
actor MachineRoom {
  static let shared = MachineRoom()

  private let places = max(2, ProcessInfo.processInfo.activeProcessorCount + 1)
  private var inside = 0
  private var isClosed = false
  private var waiting: [(use: MachineUse, continuation: CheckedContinuation<Void, Never>)] = []

  func enter(_ use: MachineUse) async {
    await withCheckedContinuation { continuation in
      waiting.append((use, continuation))
      admit()
    }
  }

  func leave(_ use: MachineUse) {
    inside -= 1
    if use != .shared { isClosed = false }
    admit()
  }

  private func admit() {
    while !isClosed, inside < places,
      let next = waiting.indices.min(by: { waiting[$0].use.rawValue < waiting[$1].use.rawValue })
    {
      let isAlone = waiting[next].use != .shared
      guard !isAlone || inside == 0 else { return }
      isClosed = isAlone
      inside += 1
      waiting.remove(at: next).continuation.resume()
    }
  }
}
