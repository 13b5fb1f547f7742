public import Foundation

/// The files of this repository, from this file's own place in it.
public enum Repository {
  /// The folder of the package, links resolved.
  public static let root = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// The text of a file by its path from ``root``: `docs/estimation.md`.
  public static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appending(path: path), encoding: .utf8)
  }
}
