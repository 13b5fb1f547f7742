#if canImport(Glibc)
  import Glibc
#endif

/// Whose a file is.
enum FileOwner {
  /// The user number of the owner of what is at `path`; `nil` when there is nothing.
  static func of(_ path: String) -> UInt32? {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_uid : nil
  }
}
