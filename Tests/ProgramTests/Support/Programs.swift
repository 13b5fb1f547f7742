import Foundation

/// Where the built programs are, and what lies beside the repository.
enum Programs {
  /// A program that is not where it should be.
  struct Missing: Error, CustomStringConvertible {
    let description: String
  }

  /// The repository's root, found from this file upwards, links resolved.
  static let root: String = {
    var folder = URL(fileURLWithPath: realPath(#filePath)).deletingLastPathComponent()
    while folder.path != "/" {
      if FileManager.default.fileExists(atPath: folder.appendingPathComponent("Sources/Programs/dimmer").path) { break }
      folder.deleteLastPathComponent()
    }
    return folder.path
  }()

  /// Where `dimmer` and `dimmer-meter` are: `DIMMER_BIN_DIR`, else the debug build.
  static let binaries = environment("DIMMER_BIN_DIR") ?? "\(root)/.build/debug"

  /// The file of a built program.
  static func path(_ name: String) throws -> String {
    let path = "\(binaries)/\(name)"
    guard FileManager.default.isExecutableFile(atPath: path) else {
      throw Missing(
        description: "\(path) is not there: 'swift build' makes it, or set DIMMER_BIN_DIR to the folder that has it")
    }
    return path
  }

  /// A program of the system on the PATH, or `nil`.
  static func system(_ name: String) -> String? {
    (environment("PATH") ?? "/usr/bin:/bin").split(separator: ":").map { "\($0)/\(name)" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  /// A variable of the environment; empty counts as not set.
  static func environment(_ name: String) -> String? {
    guard let value = ProcessInfo.processInfo.environment[name], !value.isEmpty else { return nil }
    return value
  }

  /// A file of the data given to developers beside the repository, or `nil` where there is none.
  static func shared(_ path: String) -> String? {
    let file = URL(fileURLWithPath: root).deletingLastPathComponent().appendingPathComponent("shared/\(path)").path
    return FileManager.default.fileExists(atPath: file) ? file : nil
  }

  /// A Python with scikit-learn: `DIMMER_TEST_PYTHON`, else that of the demo's environment.
  static let python: String? = {
    let wanted = [environment("DIMMER_TEST_PYTHON"), "\(root)/.venv/bin/python"].compactMap { $0 }
    return wanted.first { path in
      let library = URL(fileURLWithPath: path).deletingLastPathComponent().deletingLastPathComponent().path + "/lib"
      let versions = (try? FileManager.default.contentsOfDirectory(atPath: library)) ?? []
      return versions.contains {
        FileManager.default.fileExists(atPath: "\(library)/\($0)/site-packages/sklearn/__init__.py")
      }
    }
  }()

  /// The Python of the tests' own environment, when it has the package.
  static func testPython(with package: String) -> String? {
    let folder = "\(root)/.venv-tests"
    let versions = (try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/lib")) ?? []
    return versions.contains {
      FileManager.default.fileExists(atPath: "\(folder)/lib/\($0)/site-packages/\(package)/__init__.py")
    } ? "\(folder)/bin/python" : nil
  }

  /// Whether the tests run as root, whom file modes do not stop.
  static let isRoot = geteuid() == 0

  private static func realPath(_ path: String) -> String {
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}
