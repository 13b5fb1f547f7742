#if canImport(Glibc)
  import Glibc
#endif

/// The kernel's files that a meter reads, of one machine.
///
/// Not among them: command lines, environments, open files, memory maps. What is here is what the meter's own readers
/// open; a reader that opens another file has to be told here, too.
struct MachineFiles {
  let machine: MachineRoot
  let keepsNames: Bool
  /// Control groups below the top that are read, too.
  var groups: [RecordedGroup] = []
  private let buffer = FileBuffer(capacity: 16_384)
  /// Files that stay as they are while the machine is on; read once.
  private var standing: [String: RecordedFile] = [:]

  /// The files of a machine; those that never change are read now.
  init(machine: MachineRoot, keepsNames: Bool) {
    self.machine = machine
    self.keepsNames = keepsNames
    var found: [String: RecordedFile] = [:]
    let memory = { RecordedText.lines($0, beginningWith: ["MemTotal:"]) }
    add("proc/meminfo", to: &found, as: memory)
    add("proc/self/mountinfo", to: &found, as: RecordedText.groupMounts)
    for name in ["cpuinfo", "self/schedstat", "sys/kernel/random/boot_id", "sys/kernel/perf_event_paranoid"] {
      add("proc/\(name)", to: &found)
    }
    for processor in Folder.names(at: "\(machine.sys)/devices/system/cpu") ?? []
    where processor.hasPrefix("cpu") && processor.dropFirst(3).allSatisfy(\.isNumber) {
      for name in ["physical_package_id", "die_id", "core_id"] {
        add("sys/devices/system/cpu/\(processor)/topology/\(name)", to: &found)
      }
    }
    addFiles("sys/bus/event_source/devices/power", to: &found) { $0 == "type" || $0 == "cpumask" }
    addFiles("sys/bus/event_source/devices/power/events", to: &found) { $0.hasPrefix("energy-") }
    standing = found
  }

  /// Every process now.
  func processes() -> [String: RecordedFile] {
    var found: [String: RecordedFile] = [:]
    for entry in Folder.names(at: machine.proc) ?? [] {
      guard let pid = Int32(entry), pid > 0, String(pid) == entry else { continue }
      let folder = "proc/\(entry)"
      add("\(folder)/stat", to: &found) { RecordedText.stat($0, pid: pid, keepsNames: keepsNames) }
      add("\(folder)/schedstat", to: &found)
      add("\(folder)/cgroup", to: &found)
      add("\(folder)/status", to: &found) { RecordedText.lines($0, beginningWith: ["Uid:"]) }
      add("\(folder)/comm", to: &found) { keepsNames ? $0 : Array("\(RecordedText.name(pid))\n".utf8) }
    }
    return found
  }

  /// Everything but the processes now.
  func rest() -> [String: RecordedFile] {
    var found = standing
    add("proc/stat", to: &found) { RecordedText.lines($0, beginningWith: ["cpu", "btime "]) }
    add("proc/loadavg", to: &found)
    add("sys/devices/system/cpu/online", to: &found)
    addGroups(to: &found)
    for group in groups { found.merge(group.look(buffer)) { _, new in new } }
    let counters: Set<String> = [
      "name", "energy_uj", "max_energy_range_uj", "constraint_0_max_power_uw", "constraint_1_power_limit_uw",
    ]
    addFolders("sys/class/powercap", to: &found) {
      $0.hasPrefix("intel-rapl")
    } files: {
      counters.contains($0)
    }
    addFolders("sys/class/hwmon", to: &found) {
      $0.hasPrefix("hwmon")
    } files: {
      isSensor($0)
    }
    let card: Set<String> = ["vendor", "device", "product_name", "gpu_metrics", "gpu_busy_percent"]
    for entry in Folder.names(at: "\(machine.sys)/class/drm") ?? []
    where entry.hasPrefix("card") && entry.dropFirst(4).allSatisfy(\.isNumber) {
      addFiles("sys/class/drm/\(entry)/device", to: &found) { card.contains($0) }
      addFolders("sys/class/drm/\(entry)/device/hwmon", to: &found) {
        $0.hasPrefix("hwmon")
      } files: {
        isSensor($0)
      }
    }
    let supply: Set<String> = ["type", "scope", "status", "power_now", "current_now", "voltage_now"]
    addFolders("sys/class/power_supply", to: &found) { _ in
      true
    } files: {
      supply.contains($0)
    }
    return found
  }

  /// Power, energy, voltage and current of a chip; fans and temperatures are left out.
  private func isSensor(_ name: String) -> Bool {
    guard name != "name" else { return true }
    let endings = ["_input", "_average", "_label", "_cap_default", "_accuracy"]
    return ["power", "energy", "in", "curr"].contains { name.hasPrefix($0) } && endings.contains { name.hasSuffix($0) }
  }

  /// Reads a control group, too, from now on; of the top the counters are read anyway.
  mutating func watch(_ group: ControlGroup) { groups.append(RecordedGroup(group: group, sys: machine.sys)) }

  /// The tops of the trees that count the whole machine's CPU time.
  private func addGroups(to found: inout [String: RecordedFile]) {
    let mounts = ControlGroupMounts(mountInfo: buffer.text(at: "\(machine.proc)/self/mountinfo") ?? "")
    for place in [mounts.accounting, mounts.unified].compactMap({ $0 }) {
      let folder = ControlGroupMounts.folder(ofMount: place, sys: machine.sys)
      // A replay looks for the place below its own `sys`, wherever the machine had it.
      let here = "sys" + (place.hasPrefix("/sys") ? String(place.dropFirst(4)) : place)
      for name in ["cpuacct.usage", "cpu.stat", "cgroup.type"] {
        found["\(here)/\(name)"] = RecordedFile(at: "\(folder)/\(name)", buffer)
      }
      // That it is there says that this is the machine's own top; what it says is nobody's business.
      found["\(here)/release_agent"] = RecordedFile(at: "\(folder)/release_agent", buffer) { _ in [] }
    }
  }

  private func addFolders(
    _ path: String, to found: inout [String: RecordedFile], where fits: (String) -> Bool, files: (String) -> Bool
  ) {
    for entry in Folder.names(at: place(path)) ?? [] where fits(entry) {
      addFiles("\(path)/\(entry)", to: &found, where: files)
    }
  }

  private func addFiles(_ path: String, to found: inout [String: RecordedFile], where fits: (String) -> Bool) {
    for name in Folder.names(at: place(path)) ?? [] where fits(name) { add("\(path)/\(name)", to: &found) }
  }

  private func add(
    _ path: String, to found: inout [String: RecordedFile], as change: (([UInt8]) -> [UInt8])? = nil
  ) {
    guard RecordedPath.isSafe(path) else { return }
    found[path] = RecordedFile(at: place(path), buffer, as: change)
  }

  /// Where the machine has a path of a recording.
  private func place(_ path: String) -> String {
    path.hasPrefix("proc/") ? machine.proc + path.dropFirst(4) : machine.sys + path.dropFirst(3)
  }
}
