/// The groups of one process: one path in each tree.
public struct ControlGroupPaths: Hashable, Sendable {
  /// In the second version's tree.
  public let unified: String?
  /// In trees of the first version, by controller.
  public let byController: [String: String]

  /// Reads `/proc/PID/cgroup`: lines `0::PATH` and `NUMBER:CONTROLLERS:PATH` (cgroups(7)).
  public init(parsing text: String) {
    var unified: String?
    var byController: [String: String] = [:]
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3 else { continue }
      // A group that was removed while the process was in it is said to be so behind its path.
      let path = parts[2].hasSuffix(" (deleted)") ? parts[2].dropLast(10) : parts[2]
      if parts[1].isEmpty {
        unified = String(path)
      } else {
        for controller in parts[1].split(separator: ",") { byController[String(controller)] = String(path) }
      }
    }
    self.unified = unified
    self.byController = byController
  }

  /// The path that tells most: the first that names a container or a job, else the deepest.
  public var telling: String? {
    // Sorted, so that equal tables give equal answers.
    let paths = (unified.map { [$0] } ?? []) + byController.sorted { $0.key < $1.key }.map(\.value)
    if let named = paths.first(where: { Workload(path: $0) != nil }) { return named }
    return paths.max { depth($0) < depth($1) }
  }

  private func depth(_ path: String) -> Int { path.split(separator: "/").count }
}
