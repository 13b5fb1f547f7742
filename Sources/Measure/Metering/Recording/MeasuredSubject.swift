/// Who is measured on a machine.
public enum MeasuredSubject: Hashable, Sendable {
  /// A process with all its descendants.
  case process(Int32)
  /// A control group with all groups below it, by its path as in `/proc/PID/cgroup`.
  case group(String)

  /// As `recording.txt` has it: `process 42`, `group /system.slice/a%20b`.
  var text: String {
    switch self {
    case .process(let pid): "process \(pid)"
    case .group(let path): "group \(PercentText.encode(path))"
    }
  }

  /// Reads the text; `nil` when it names nobody.
  init?(_ text: some StringProtocol) {
    let words = text.split(separator: " ", omittingEmptySubsequences: false)
    guard words.count == 2 else { return nil }
    switch words[0] {
    case "process":
      guard let pid = Int32(words[1]), pid > 0 else { return nil }
      self = .process(pid)
    case "group":
      guard let path = PercentText.decode(String(words[1]).utf8), path.hasPrefix("/"), path.utf8.count <= 1024 else {
        return nil
      }
      self = .group(path)
    default: return nil
    }
  }
}
