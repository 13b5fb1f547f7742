import Foundation

/// Processes of this machine, as `/proc` shows them.
struct ProcessEntry: Sendable {
  let pid: pid_t
  let parent: pid_t
  let name: String
  /// Arguments, joined by spaces; empty for a process that is ending.
  let command: String
  let isZombie: Bool

  /// All processes now.
  static var all: [ProcessEntry] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return names.compactMap { pid_t($0) }.compactMap { ProcessEntry(pid: $0) }
  }

  init?(pid: pid_t) {
    guard
      let stat = FileManager.default.contents(atPath: "/proc/\(pid)/stat").map({ String(decoding: $0, as: UTF8.self) }),
      let open = stat.firstIndex(of: "("), let close = stat.lastIndex(of: ")")
    else { return nil }
    let rest = stat[stat.index(after: close)...].split(separator: " ")
    guard rest.count > 2, let parent = pid_t(rest[1]) else { return nil }
    self.pid = pid
    self.parent = parent
    name = String(stat[stat.index(after: open)..<close])
    isZombie = rest[0] == "Z" || rest[0] == "X"
    let line = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") ?? Data()
    command = line.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }.joined(separator: " ")
  }

  /// Live processes whose arguments or environment name `text`, such as a test's own folder.
  static func naming(_ text: String) -> [ProcessEntry] {
    all.filter { entry in
      guard !entry.isZombie, entry.pid != getpid() else { return false }
      if entry.command.contains(text) { return true }
      let environment = FileManager.default.contents(atPath: "/proc/\(entry.pid)/environ") ?? Data()
      return String(decoding: environment, as: UTF8.self).contains(text)
    }
  }
}
