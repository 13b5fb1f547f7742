/// What was read of a group in one look.
public struct ControlGroupReading: Hashable, Sendable {
  /// CPU nanoseconds of all that ever ran in the group and below it, ended processes included.
  public var nanoseconds: UInt64
  /// Processes in it and below it now.
  public var members: Set<Int32>

  /// A reading.
  public init(nanoseconds: UInt64, members: Set<Int32>) {
    self.nanoseconds = nanoseconds
    self.members = members
  }
}

/// A control group: a set of processes that the kernel keeps a CPU time of, exact and with those that have ended.
///
/// A group is its path in one tree, that of the first version's `cpuacct` or the second version's. Memory, limits and
/// pressure are read at the same path of the trees that have them.
public struct ControlGroup: Hashable, Sendable {
  /// Which tree counts its CPU time.
  public enum Version: Hashable, Sendable {
    /// `cpuacct.usage`, nanoseconds.
    case accounting
    /// `usage_usec` of `cpu.stat`, microseconds.
    case unified
  }

  /// The path within the tree, as `/proc/PID/cgroup` tells it.
  public let path: String
  /// The tree.
  public let version: Version
  /// The folder in the tree that counts CPU time.
  public let folder: String
  let machine: MachineRoot
  let mounts: ControlGroupMounts

  /// Finds the group of a name.
  ///
  /// - Parameter name: a path as in `/proc/PID/cgroup`, such as `/system.slice/docker-ID.scope`, or a folder of a
  ///   mounted tree.
  /// - Throws: ``MeteringError`` when there is no such group, or none that counts CPU time.
  public init(_ name: String, machine: MachineRoot = .here) throws(MeteringError) {
    let mounts = ControlGroupMounts(mountInfo: FileBuffer().text(at: "\(machine.proc)/self/mountinfo") ?? "")
    guard !mounts.all.isEmpty else {
      throw MeteringError("no control groups are mounted here; measure a process instead of a group")
    }
    let name = name.count > 1 && name.hasSuffix("/") ? String(name.dropLast()) : name
    var candidates = ControlGroup.trees(mounts).compactMap { mount, version in
      mount.place(of: name).map { ($0, name, version) }
    }
    // A folder is looked for in the tree that it names, whichever controller that is, and then in the two that count.
    if let mount = mounts.all.filter({ name == $0.place || name.hasPrefix($0.place + "/") }).max(by: {
      $0.place.utf8.count < $1.place.utf8.count
    }) {
      let rest = String(name.dropFirst(mount.place.count))
      let path = (mount.top == "/" ? "" : mount.top) + rest
      let below = path.isEmpty ? "/" : path
      let here = ControlGroup.trees(mounts).filter { $0.mount == mount }
      let trees = here.isEmpty ? ControlGroup.trees(mounts) : here
      candidates = trees.compactMap { tree, version in tree.place(of: below).map { ($0, below, version) } }
    }
    for (place, path, version) in candidates {
      let folder = ControlGroupMounts.folder(ofMount: place, sys: machine.sys)
      guard Folder.exists("\(folder)/\(version == .accounting ? "cpuacct.usage" : "cpu.stat")") else { continue }
      self.path = path
      self.version = version
      self.folder = folder
      self.machine = machine
      self.mounts = mounts
      return
    }
    throw MeteringError(
      "there is no control group '\(name)' that counts CPU time; /proc/PID/cgroup has the path of a process's group")
  }

  /// The group of a process; `nil` when the process is gone or in no group that can be seen here.
  public static func of(_ pid: Int32, machine: MachineRoot = .here) -> ControlGroup? {
    guard let text = FileBuffer().text(at: "\(machine.proc)/\(pid)/cgroup") else { return nil }
    let paths = ControlGroupPaths(parsing: text)
    // Where both trees are there, processes are put in groups in one of them: the deeper path is that one.
    let found = [paths.byController["cpuacct"], paths.unified].compactMap { $0 }
    let path = found.max { $0.split(separator: "/").count < $1.split(separator: "/").count }
    return path.flatMap { try? ControlGroup($0, machine: machine) }
  }

  /// Whether the group was removed: whoever was in it has ended.
  public var isGone: Bool { !Folder.exists(folder) }

  /// Whose group it is, when its path tells.
  public var workload: Workload? { Workload(path: path) }

  /// CPU time and members now; `nil` when the group is gone.
  public func read() -> ControlGroupReading? {
    guard let nanoseconds else { return nil }
    return ControlGroupReading(nanoseconds: nanoseconds, members: members)
  }

  /// CPU nanoseconds of all that ever ran in it and below it; `nil` when the group is gone.
  public var nanoseconds: UInt64? {
    let buffer = FileBuffer()
    switch version {
    case .accounting: return buffer.number(at: "\(folder)/cpuacct.usage")
    case .unified: return buffer.contents(ofFileAt: "\(folder)/cpu.stat").flatMap { Self.usage(in: $0) }
    }
  }

  /// Nanoseconds of `usage_usec` in `cpu.stat`.
  static func usage(in bytes: UnsafeRawBufferPointer) -> UInt64? {
    var scanner = ByteScanner(bytes)
    guard scanner.seek(line: "usage_usec ") else { return nil }
    return scanner.number().map { $0 &* 1000 }
  }

  /// The processes in it and in all groups below it.
  public var members: Set<Int32> {
    var members: Set<Int32> = []
    collect(folder, buffer: FileBuffer(), into: &members, depth: 0)
    return members
  }

  private func collect(_ folder: String, buffer: FileBuffer, into members: inout Set<Int32>, depth: Int) {
    if let bytes = buffer.contents(ofFileAt: "\(folder)/cgroup.procs") {
      var scanner = ByteScanner(bytes)
      // A process that this namespace cannot see is listed as 0.
      while let number = scanner.number() { if let pid = Int32(exactly: number), pid > 0 { members.insert(pid) } }
    }
    guard depth < 64 else { return }
    for below in Folder.folders(at: folder) { collect(below, buffer: buffer, into: &members, depth: depth + 1) }
  }

  /// Trees that count CPU time, the finer first.
  private static func trees(_ mounts: ControlGroupMounts) -> [(mount: ControlGroupMounts.Mount, version: Version)] {
    let accounting = mounts.mount(of: "cpuacct").map { [($0, Version.accounting)] } ?? []
    let unified = mounts.all.first { $0.isUnified }.map { [($0, Version.unified)] } ?? []
    return accounting + unified
  }
}
