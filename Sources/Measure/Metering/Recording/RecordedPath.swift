/// Paths inside a recording: `proc/stat`, `sys/class/powercap/intel-rapl:0/energy_uj`, `perf/10-2-0`,
/// `exporter/page`, `profile/load`.
enum RecordedPath {
  static let tops: Set<Substring> = ["proc", "sys", "perf", "exporter", "profile"]

  /// Whether a file of this name stays within the folder that it is put in. Recordings come from strangers.
  static func isSafe(_ path: String) -> Bool {
    guard path.utf8.count <= 1024, !path.utf8.contains(0) else { return false }
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    guard let top = parts.first, tops.contains(top), (2...24).contains(parts.count) else { return false }
    return parts.allSatisfy { part in
      !part.isEmpty && part != "." && part != ".." && part.utf8.count <= 255
        && !part.hasPrefix(RecordedRefusal.prefix)
    }
  }

  /// The folder that a file is in.
  static func folder(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
  }
}
