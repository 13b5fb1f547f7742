/// What of a kernel file goes into a recording: what a meter reads, and nothing that others must not see.
enum RecordedText {
  /// `/proc/PID/stat` up to resident memory, the last that is read: behind it are addresses. The command's name is
  /// left out unless it is wanted.
  static func stat(_ bytes: [UInt8], pid: Int32, keepsNames: Bool) -> [UInt8] {
    guard let opening = bytes.firstIndex(of: UInt8(ascii: "(")), let closing = bytes.lastIndex(of: UInt8(ascii: ")")),
      opening < closing
    else { return [] }
    // Behind the name: fields 3 to 24.
    let fields = bytes[(closing + 1)...].split(separator: 0x20).prefix(22)
    var kept = Array(bytes[...opening])
    kept += keepsNames ? bytes[(opening + 1)..<closing] : Array(name(pid).utf8)[...]
    kept.append(UInt8(ascii: ")"))
    for field in fields {
      kept.append(0x20)
      kept += field
    }
    if kept.last != 0x0A { kept.append(0x0A) }
    return kept
  }

  /// What a process is called when names are left out.
  static func name(_ pid: Int32) -> String { "p\(pid)" }

  /// The lines that begin with one of `keys`.
  static func lines(_ bytes: [UInt8], beginningWith keys: [String]) -> [UInt8] {
    let keys = keys.map { Array($0.utf8) }
    return keep(bytes) { line in keys.contains { line.starts(with: $0) } }
  }

  /// The lines of `/proc/self/mountinfo` that are of control groups: others tell what is on this machine.
  static func groupMounts(_ bytes: [UInt8]) -> [UInt8] {
    keep(bytes) { line in
      let words = line.split(separator: 0x20)
      guard let dash = words.firstIndex(where: { $0.elementsEqual("-".utf8) }), dash + 1 < words.count else {
        return false
      }
      return words[dash + 1].elementsEqual("cgroup".utf8) || words[dash + 1].elementsEqual("cgroup2".utf8)
    }
  }

  private static func keep(_ bytes: [UInt8], where fits: (ArraySlice<UInt8>) -> Bool) -> [UInt8] {
    bytes.split(separator: 0x0A).filter(fits).reduce(into: []) { kept, line in
      kept += line
      kept.append(0x0A)
    }
  }
}
