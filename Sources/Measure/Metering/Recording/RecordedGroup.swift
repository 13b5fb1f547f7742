/// The files of a control group that is measured: its counter, and the members of it and of all groups below it.
struct RecordedGroup {
  let group: ControlGroup
  let sys: String

  /// What they say now; nothing when the group is gone.
  func look(_ buffer: FileBuffer) -> [String: RecordedFile] {
    var found: [String: RecordedFile] = [:]
    switch group.version {
    case .accounting: add("\(group.folder)/cpuacct.usage", to: &found, buffer)
    case .unified:
      add("\(group.folder)/cpu.stat", to: &found, buffer) { RecordedText.lines($0, beginningWith: ["usage_usec "]) }
    }
    addMembers(group.folder, to: &found, buffer, depth: 0)
    return found
  }

  private func addMembers(_ folder: String, to found: inout [String: RecordedFile], _ buffer: FileBuffer, depth: Int) {
    add("\(folder)/cgroup.procs", to: &found, buffer)
    guard depth < 64 else { return }
    for below in Folder.folders(at: folder) { addMembers(below, to: &found, buffer, depth: depth + 1) }
  }

  private func add(
    _ file: String, to found: inout [String: RecordedFile], _ buffer: FileBuffer,
    as change: (([UInt8]) -> [UInt8])? = nil
  ) {
    // A replay looks for trees below its own `sys`, wherever the machine had them.
    let path = "sys" + (file.hasPrefix(sys + "/") ? String(file.dropFirst(sys.count)) : file)
    guard RecordedPath.isSafe(path) else { return }
    found[path] = RecordedFile(at: file, buffer, as: change)
  }
}
