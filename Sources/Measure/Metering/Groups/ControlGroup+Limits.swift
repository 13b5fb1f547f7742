#if canImport(Glibc)
  import Glibc
#endif

extension ControlGroup {
  /// Memory in bytes that the group is charged with, page cache included; `nil` where nobody counts it.
  public var memoryBytes: UInt64? {
    let buffer = FileBuffer()
    if let bytes = folder(of: "memory").flatMap({ buffer.number(at: "\($0)/memory.usage_in_bytes") }) { return bytes }
    return unifiedFolder.flatMap { buffer.number(at: "\($0)/memory.current") }
  }

  /// How many processors the group can use at once: the least of those that are on, its processor set, and the quota
  /// of it and of every group above it. It may be a fraction. `nil` when not even the processors can be counted.
  public var processors: Double? {
    let buffer = FileBuffer()
    let online = buffer.text(at: "\(machine.sys)/devices/system/cpu/online").flatMap { KernelText.list($0)?.count }
    guard let online else { return nil }
    var least = Double(online)
    for (folder, name) in [(folder(of: "cpuset"), "cpuset.effective_cpus"), (unifiedFolder, "cpuset.cpus.effective")] {
      guard let folder, let set = buffer.text(at: "\(folder)/\(name)").flatMap({ KernelText.list($0) }) else {
        continue
      }
      least = min(least, Double(set.count))
    }
    for folder in chain(of: "cpu") {
      guard let quota = buffer.number(at: "\(folder)/cpu.cfs_quota_us"),
        let period = buffer.number(at: "\(folder)/cpu.cfs_period_us"), period > 0
      else { continue }
      least = min(least, Double(quota) / Double(period))
    }
    for folder in unifiedChain {
      if let share = buffer.text(at: "\(folder)/cpu.max").flatMap({ Self.quota($0) }) { least = min(least, share) }
    }
    return least
  }

  /// How much memory the group can have, in bytes: the least of the machine's and of the limits of it and of every
  /// group above it. `nil` when the machine does not tell what it has.
  public var memoryLimitBytes: UInt64? {
    let buffer = FileBuffer()
    guard let bytes = buffer.contents(ofFileAt: "\(machine.proc)/meminfo") else { return nil }
    var scanner = ByteScanner(bytes)
    guard scanner.seek(line: "MemTotal:"), let kibibytes = scanner.number() else { return nil }
    var least = kibibytes * 1024
    // The second version says `max` for none, which is no number; the first says one that is larger than any memory.
    let files =
      chain(of: "memory").map { "\($0)/memory.limit_in_bytes" } + unifiedChain.map { "\($0)/memory.max" }
    for limit in files.compactMap({ buffer.number(at: $0) }) { least = min(least, limit) }
    return least
  }

  /// How long the group's work waited for `cpu`, `memory` or `io`; `nil` where the kernel does not tell. The first
  /// version has none of groups.
  public func pressure(on resource: String) -> Pressure? {
    unifiedFolder.flatMap { FileBuffer().text(at: "\($0)/\(resource).pressure") }.flatMap { Pressure($0) }
  }

  /// Processors by `cpu.max`, for example `200000 100000`; `nil` for `max`.
  static func quota(_ text: String) -> Double? {
    let words = text.split(separator: " ")
    guard words.count == 2, let most = Double(words[0]), let period = Double(words[1]), period > 0, most >= 0 else {
      return nil
    }
    return most / period
  }

  /// The group's folder in another tree of the first version, when the group is there.
  private func folder(of controller: String) -> String? { mounts.mount(of: controller).flatMap { place(in: $0) } }

  private var unifiedFolder: String? { mounts.all.first { $0.isUnified }.flatMap { place(in: $0) } }

  private func place(in mount: ControlGroupMounts.Mount) -> String? {
    guard let place = mount.place(of: path) else { return nil }
    let folder = ControlGroupMounts.folder(ofMount: place, sys: machine.sys)
    return Folder.exists(folder) ? folder : nil
  }

  /// The group's folder and all above it, up to the mount's top.
  private func chain(of controller: String) -> [String] {
    mounts.mount(of: controller).map { chain(in: $0) } ?? []
  }

  private var unifiedChain: [String] { mounts.all.first { $0.isUnified }.map { chain(in: $0) } ?? [] }

  private func chain(in mount: ControlGroupMounts.Mount) -> [String] {
    let top = ControlGroupMounts.folder(ofMount: mount.place, sys: machine.sys)
    guard var folder = place(in: mount), folder.hasPrefix(top) else { return [] }
    var folders = [folder]
    while folder.utf8.count > top.utf8.count, let slash = folder.lastIndex(of: "/") {
      folder = String(folder[..<slash])
      folders.append(folder)
    }
    return folders
  }
}

extension Folder {
  /// The folders in the folder at `path`, without those that are links; none when it cannot be listed.
  static func folders(at path: String) -> [String] {
    guard let folder = opendir(path) else { return [] }
    defer { closedir(folder) }
    var folders: [String] = []
    while let entry = readdir(folder) {
      guard entry.pointee.d_type == UInt8(DT_DIR) else { continue }
      let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
        tuple.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { folders.append("\(path)/\(name)") }
    }
    return folders
  }
}
