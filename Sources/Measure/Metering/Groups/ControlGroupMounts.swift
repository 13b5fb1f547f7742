/// Where control groups are mounted.
public struct ControlGroupMounts: Hashable, Sendable {
  /// One mounted tree.
  public struct Mount: Hashable, Sendable {
    /// Whether it is the second version's tree.
    public let isUnified: Bool
    /// What a tree of the first version accounts for or limits: `cpuacct`, `memory`; empty for the second version.
    public let controllers: [String]
    /// The group that is seen at the mount's top, `/` unless a container sees a part only.
    public let top: String
    /// Where it is mounted.
    public let place: String

    /// Where the group `path`, as `/proc/PID/cgroup` tells it, is below the mount; `nil` when the mount does not show it.
    func place(of path: String) -> String? {
      let top = self.top == "/" ? "" : self.top
      guard path.hasPrefix("/"), !path.split(separator: "/").contains("..") else { return nil }
      guard path == top || path.hasPrefix(top + "/") else { return nil }
      let rest = path.dropFirst(top.count)
      return rest == "/" ? place : place + rest
    }
  }

  /// All of them, in the kernel's order.
  public let all: [Mount]

  /// The place of the second version's tree.
  public var unified: String? { all.first { $0.isUnified }?.place }
  /// The place of the first version's CPU accounting.
  public var accounting: String? { mount(of: "cpuacct")?.place }

  /// Reads `/proc/self/mountinfo` (proc(5): place is the fifth word, type and options stand behind the dash).
  public init(mountInfo: String) {
    all = mountInfo.split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ")
      guard let dash = words.firstIndex(of: "-"), words.count > dash + 2, dash > 4 else { return nil }
      let kind = words[dash + 1]
      guard kind == "cgroup2" || kind == "cgroup" else { return nil }
      let options = kind == "cgroup" ? words[words.count - 1].split(separator: ",").map(String.init) : []
      return Mount(
        isUnified: kind == "cgroup2", controllers: options.filter { $0 != "rw" && $0 != "ro" },
        top: Self.plain(words[3]), place: Self.plain(words[4]))
    }
  }

  /// The tree of the first version with this controller. A later mount covers an earlier one.
  public func mount(of controller: String) -> Mount? { all.last { $0.controllers.contains(controller) } }

  /// The folder of a mount when `/sys` is at `sys`: a container's view of its host, or a recorded machine.
  static func folder(ofMount place: String, sys: String) -> String {
    guard sys != "/sys" else { return place }
    return sys + (place.hasPrefix("/sys") ? String(place.dropFirst(4)) : place)
  }

  /// The kernel writes space, tab, line end and backslash as `\040` and the like.
  private static func plain(_ word: Substring) -> String {
    guard word.contains("\\") else { return String(word) }
    let bytes = Array(word.utf8)
    var plain: [UInt8] = []
    var index = 0
    while index < bytes.count {
      let code = bytes[index...].dropFirst().prefix(3)
      if bytes[index] == UInt8(ascii: "\\"), code.count == 3,
        let value = UInt8(String(decoding: code, as: UTF8.self), radix: 8)
      {
        plain.append(value)
        index += 4
      } else {
        plain.append(bytes[index])
        index += 1
      }
    }
    return String(decoding: plain, as: UTF8.self)
  }
}
