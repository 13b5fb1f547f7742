import Foundation

/// The Python environment that the demo's models live in: `.venv` here, with pinned packages.
struct PythonEnvironment {
  /// The environment's folder.
  let directory: String

  /// The interpreter inside.
  var python: String { "\(directory)/bin/python" }
  /// A program that a package brought.
  func program(_ name: String) -> String { "\(directory)/bin/\(name)" }

  private var stamp: String { "\(directory)/dimmer-requirements.txt" }

  /// Makes the environment unless it already holds exactly `requirements`.
  ///
  /// - Throws: a failure with status 69 when Python is missing or the packages can not be had, with the fix.
  static func prepare(at directory: String, requirements: String, log: String) async throws -> PythonEnvironment {
    let environment = PythonEnvironment(directory: directory)
    let made = try? String(contentsOfFile: environment.stamp, encoding: .utf8)
    if made == requirements, FileManager.default.isExecutableFile(atPath: environment.python) { return environment }
    Output.progress("making a Python environment in \(directory) (once, about a minute)")
    try? FileManager.default.removeItem(atPath: directory)
    try await run(
      ["python3", "-m", "venv", directory], log: log,
      fix: "Python 3.10 or newer with venv is needed: 'apt-get install python3 python3-venv'")
    let list = "\(directory)/requirements.txt"
    try Files.write(requirements, to: list)
    try await run(
      [
        environment.python, "-m", "pip", "install", "--disable-pip-version-check", "--quiet", "--only-binary", ":all:",
        "--requirement", list,
      ], log: log, fix: "the packages of the demo could not be installed; is the network there? The log is \(log)")
    try Files.write(requirements, to: environment.stamp)
    return environment
  }

  private static func run(_ command: [String], log: String, fix: String) async throws {
    let process: ChildProcess
    do { process = try ChildProcess(command, log: log) } catch { throw Failure(.unavailable, fix) }
    do {
      guard try await process.wait() == 0 else {
        let last = (try? String(contentsOfFile: log, encoding: .utf8))?.split(separator: "\n").last.map(String.init)
        throw Failure(.unavailable, [last, fix].compactMap { $0 }.joined(separator: "\ndimmer: "))
      }
    } catch {
      await process.stop()
      throw error
    }
  }
}
