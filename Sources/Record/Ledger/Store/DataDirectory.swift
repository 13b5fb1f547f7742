/// Where Dimmer keeps its data, told from the environment alone.
public struct DataDirectory: Hashable, Sendable {
  /// The directory's absolute path.
  public let path: String

  /// The directory at that path.
  public init(path: String) { self.path = path }

  /// `DIMMER_DATA_DIR`, else `dimmer` under `XDG_DATA_HOME`, else `.local/share/dimmer` under `HOME`.
  ///
  /// An empty variable counts as not set. A relative `XDG_DATA_HOME` or `HOME` is not used, as the XDG base directory
  /// specification asks; a relative `DIMMER_DATA_DIR` is taken as it is, from the working directory.
  ///
  /// - Throws: ``LedgerError/noDataDirectory`` when none of them is set.
  public init(environment: [String: String]) throws(LedgerError) {
    let value = { (name: String) in environment[name].flatMap { $0.isEmpty ? nil : $0 } }
    let absolute = { (name: String) in value(name).flatMap { $0.hasPrefix("/") ? $0 : nil } }
    if let own = value("DIMMER_DATA_DIR") {
      path = DataDirectory.withoutTrailingSlash(own)
    } else if let data = absolute("XDG_DATA_HOME") {
      path = DataDirectory.withoutTrailingSlash(data) + "/dimmer"
    } else if let home = absolute("HOME") {
      path = DataDirectory.withoutTrailingSlash(home) + "/.local/share/dimmer"
    } else {
      throw .noDataDirectory
    }
  }

  /// The ledger's file.
  public var ledgerPath: String { "\(path)/ledger.sqlite" }
  /// The directory of the meter's journals.
  public var journalDirectory: String { "\(path)/journal" }

  private static func withoutTrailingSlash(_ path: String) -> String {
    var path = path
    while path.utf8.count > 1, path.utf8.last == UInt8(ascii: "/") { path.removeLast() }
    return path == "/" ? "" : path
  }
}
