/// Whose group it is, as far as its path tells: a container's or a Slurm job's.
public enum Workload: Hashable, Sendable {
  /// A container.
  ///
  /// - `id`: 64 hexadecimal digits.
  /// - `runtime`: `docker`, `containerd`, `crio`, `libpod`; `nil` when the path does not tell.
  /// - `pod`: the Kubernetes pod's UID.
  case container(id: String, runtime: String?, pod: String?)
  /// A Slurm job, and the step in it: `0`, `batch`, `extern`.
  case slurm(job: UInt64, step: String?)

  /// Reads a group's path; `nil` for the host's own groups.
  ///
  /// Names as docker, containerd, CRI-O, podman and the kubelet give them, and as Slurm's `cgroup/v1` and `cgroup/v2`
  /// plug-ins do. In a container within a container the inner one is meant.
  public init?(path: String) {
    let names = path.split(separator: "/")
    if let container = Self.container(names) {
      self = container
    } else if let job = Self.job(names) {
      self = job
    } else {
      return nil
    }
  }

  /// One short word for tables: the first twelve digits of a container's id, `slurm:JOB.STEP`.
  public var label: String {
    switch self {
    case .container(let id, _, _): String(id.prefix(12))
    case .slurm(let job, let step): "slurm:\(job)" + (step.map { ".\($0)" } ?? "")
    }
  }

  private static let runtimes = [
    ("docker-", "docker"), ("cri-containerd-", "containerd"), ("crio-", "crio"), ("libpod-", "libpod"),
  ]

  private static func container(_ names: [Substring]) -> Workload? {
    for (index, name) in names.enumerated().reversed() {
      let base = name.hasSuffix(".scope") ? name.dropLast(6) : name
      let pod = names[..<index].reversed().lazy.compactMap { Self.pod($0) }.first
      if isID(base) {
        let above = index > 0 ? names[index - 1] : ""
        return .container(id: String(base), runtime: above == "docker" ? "docker" : nil, pod: pod)
      }
      // containerd's other way to write it: kubepods-...slice:cri-containerd:ID.
      let words = base.split(separator: ":")
      if words.count == 3, isID(words[2]) {
        let runtime = words[1] == "cri-containerd" ? "containerd" : String(words[1])
        return .container(id: String(words[2]), runtime: runtime, pod: pod ?? Self.pod(words[0]))
      }
      for (prefix, runtime) in runtimes where base.hasPrefix(prefix) && isID(base.dropFirst(prefix.count)) {
        return .container(id: String(base.dropFirst(prefix.count)), runtime: runtime, pod: pod)
      }
    }
    return nil
  }

  private static func isID(_ text: Substring) -> Bool {
    text.utf8.count == 64 && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
  }

  /// `podUID`, or `kubepods-burstable-podUID.slice` with underscores for dashes.
  private static func pod(_ name: Substring) -> String? {
    if name.hasPrefix("pod"), name.count > 3 { return String(name.dropFirst(3)) }
    guard name.hasPrefix("kubepods-"), let mark = name.split(separator: "-").last, mark.hasPrefix("pod") else {
      return nil
    }
    let uid = mark.dropFirst(3)
    return String((uid.hasSuffix(".slice") ? uid.dropLast(6) : uid).map { $0 == "_" ? "-" : $0 })
  }

  private static func job(_ names: [Substring]) -> Workload? {
    for (index, name) in names.enumerated() where index > 0 && name.hasPrefix("job_") {
      guard let job = UInt64(name.dropFirst(4)) else { continue }
      let above = names[index - 1]
      guard above.hasSuffix("slurmstepd.scope") || above.hasPrefix("uid_") && names[0].hasPrefix("slurm") else {
        continue
      }
      let next = index + 1 < names.count ? names[index + 1] : ""
      return .slurm(job: job, step: next.hasPrefix("step_") ? String(next.dropFirst(5)) : nil)
    }
    return nil
  }
}
