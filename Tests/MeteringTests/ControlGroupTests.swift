import Quantities
import Testing

@testable import Metering

private let id = String(repeating: "0123456789abcdef", count: 4)

@Suite("Control groups")
struct ControlGroupTests {
  let machine: RecordedMachine

  init() throws { machine = try RecordedMachine() }

  /// A hybrid machine: both trees, the first version with memory, processors and sets.
  private func hybrid() throws {
    try machine.folder.write(
      "proc/self/mountinfo",
      """
      32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime - cgroup cgroup rw,cpu,cpuacct
      34 31 0:31 / /sys/fs/cgroup/cpuset rw,relatime - cgroup cgroup rw,cpuset
      35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
      41 31 0:38 / /sys/fs/cgroup/unified rw,relatime shared:4 - cgroup2 cgroup2 rw
      """)
  }

  private func unified() throws {
    try machine.folder.write("proc/self/mountinfo", "41 31 0:38 / /sys/fs/cgroup rw shared:4 - cgroup2 cgroup2 rw\n")
  }

  private func group(_ files: [String: String]) throws {
    for (name, text) in files { try machine.folder.write("sys/fs/cgroup/\(name)", text + "\n") }
  }

  @Test("a process's groups are one path in each tree, and a removed group keeps its name")
  func paths() {
    let paths = ControlGroupPaths(parsing: "5:cpu,cpuacct:/a:b\n4:memory:/m\n1:name=systemd:/\n0::/gone (deleted)\n")
    #expect(paths.unified == "/gone")
    #expect(paths.byController == ["cpu": "/a:b", "cpuacct": "/a:b", "memory": "/m", "name=systemd": "/"])
    #expect(ControlGroupPaths(parsing: "4:memory:/a/b\n0::/\n").telling == "/a/b")
    #expect(ControlGroupPaths(parsing: "4:memory:/a/b\n0::/docker/\(id)\n").telling == "/docker/\(id)")
    #expect(ControlGroupPaths(parsing: "").telling == nil)
  }

  @Test("a mount that shows a part of the tree only shows the groups in it, and names may hold spaces")
  func mountTops() throws {
    let mounts = ControlGroupMounts(
      mountInfo: "33 31 0:30 /docker/\(id) /sys/fs/c\\040g ro - cgroup cgroup rw,cpuacct\n")
    let mount = try #require(mounts.mount(of: "cpuacct"))
    #expect(mount.place == "/sys/fs/c g")
    #expect(mount.place(of: "/docker/\(id)/child") == "/sys/fs/c g/child")
    #expect(mount.place(of: "/docker/\(id)") == "/sys/fs/c g")
    #expect(mount.place(of: "/docker/\(id)x") == nil)
    #expect(mount.place(of: "/") == nil)
    #expect(mount.place(of: "/docker/\(id)/../..") == nil)
  }

  @Test("CPU time of the first version comes in nanoseconds, of the second in microseconds")
  func usage() throws {
    try hybrid()
    try group(["cpu,cpuacct/a/cpuacct.usage": "123456789", "unified/b/cpu.stat": "usage_usec 5000000\nuser_usec 1"])
    let first = try ControlGroup("/a", machine: machine.root)
    #expect(first.version == .accounting)
    #expect(first.nanoseconds == 123_456_789)
    let second = try ControlGroup("/b", machine: machine.root)
    #expect(second.version == .unified)
    #expect(second.nanoseconds == 5_000_000_000)
    // By its folder, in the tree that counts, in one that does not, and with a slash behind it.
    for name in ["/sys/fs/cgroup/cpu,cpuacct/a", "/sys/fs/cgroup/memory/a/"] {
      #expect(try ControlGroup(name, machine: machine.root) == first)
    }
    #expect(try ControlGroup("/sys/fs/cgroup/unified/b", machine: machine.root) == second)
  }

  @Test("a group that is not there is refused by name, and so is a machine without groups")
  func missing() throws {
    let none = #expect(throws: MeteringError.self) { try ControlGroup("/a", machine: machine.root) }
    #expect(none?.description.contains("no control groups are mounted") == true)
    try hybrid()
    let error = #expect(throws: MeteringError.self) { try ControlGroup("/nowhere", machine: machine.root) }
    #expect(error?.description.contains("'/nowhere'") == true)
  }

  @Test("members are those of all groups below, each once; those that cannot be seen from here are left out")
  func members() throws {
    try unified()
    try group([
      "a/cpu.stat": "usage_usec 1", "a/cgroup.procs": "7\n0\n7", "a/b/cgroup.procs": "8", "a/b/c/cgroup.procs": "9",
      "z/cgroup.procs": "10",
    ])
    let group = try ControlGroup("/a", machine: machine.root)
    #expect(group.members == [7, 8, 9])
    #expect(group.read() == ControlGroupReading(nanoseconds: 1000, members: [7, 8, 9]))
    #expect(!group.isGone)
  }

  @Test("the group of a process is found in the tree where it was put")
  func ofProcess() throws {
    try hybrid()
    try group(["cpu,cpuacct/cpuacct.usage": "1", "unified/a/cpu.stat": "usage_usec 2"])
    try machine.folder.write("proc/42/cgroup", "2:cpu,cpuacct:/\n0::/a\n")
    #expect(ControlGroup.of(42, machine: machine.root)?.folder == "\(machine.root.sys)/fs/cgroup/unified/a")
    #expect(ControlGroup.of(43, machine: machine.root) == nil)
  }

  @Test(
    "T30: 200000 of each 100000 us are 2 processors; max is no limit",
    arguments: [("200000 100000", 2.0), ("50000 100000", 0.5), ("max 100000", 16)])
  func quota(text: String, processors: Double) throws {
    try unified()
    try machine.folder.write("sys/devices/system/cpu/online", "0-15\n")
    try group(["a/cpu.stat": "usage_usec 1", "a/cpu.max": text])
    #expect(try ControlGroup("/a", machine: machine.root).processors == processors)
  }

  @Test("the least of what is on, the processor set and each ancestor's quota is what a group can use")
  func processors() throws {
    try unified()
    try machine.folder.write("sys/devices/system/cpu/online", "0-15\n")
    try group(["a/b/cpu.stat": "usage_usec 1", "a/b/cpu.max": "max 100000", "a/cpu.max": "600000 100000"])
    let group = try ControlGroup("/a/b", machine: machine.root)
    #expect(group.processors == 6)
    try self.group(["a/b/cpuset.cpus.effective": "0-2,8"])
    #expect(group.processors == 4)
    try machine.folder.write("sys/devices/system/cpu/online", "0-1\n")
    #expect(group.processors == 2)
  }

  @Test("the first version's limits are read in trees of their own; -1 is none")
  func firstVersionLimits() throws {
    try hybrid()
    try group([
      "cpu,cpuacct/a/cpuacct.usage": "1", "cpu,cpuacct/a/cpu.cfs_quota_us": "-1",
      "cpu,cpuacct/a/cpu.cfs_period_us": "100000",
      "cpuset/a/cpuset.effective_cpus": "1-3", "memory/a/memory.limit_in_bytes": "9223372036854771712",
      "memory/a/memory.usage_in_bytes": "4096", "memory/memory.limit_in_bytes": "1000000",
    ])
    let group = try ControlGroup("/a", machine: machine.root)
    #expect(group.processors == 3)
    #expect(group.memoryBytes == 4096)
    #expect(group.memoryLimitBytes == 1_000_000)
    try self.group(["cpu,cpuacct/a/cpu.cfs_quota_us": "150000"])
    #expect(group.processors == 1.5)
  }

  @Test("memory is the least of the machine's and of every ancestor's limit")
  func memory() throws {
    try unified()
    try group([
      "a/b/cpu.stat": "usage_usec 1", "a/b/memory.max": "max", "a/memory.max": "max", "a/b/memory.current": "77",
    ])
    let group = try ControlGroup("/a/b", machine: machine.root)
    #expect(group.memoryLimitBytes == 16_000_000 * 1024)
    try self.group(["a/memory.max": "2000000000"])
    #expect(group.memoryLimitBytes == 2_000_000_000)
    #expect(group.memoryBytes == 77)
  }

  @Test("T31: pressure is percent over three times and a total; anything else is none")
  func pressure() throws {
    let line = "some avg10=25.11 avg60=35.36 avg300=12.96 total=46773541"
    let some = try #require(Pressure(line)).some
    #expect([some.average10, some.average60, some.average300, some.total.seconds] == [25.11, 35.36, 12.96, 46.773541])
    #expect(Pressure(line)?.full == nil)
    #expect(Pressure(line + "\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=7\n")?.full?.totalMicroseconds == 7)
    for wrong in ["", "full avg10=0.00 avg60=0.00 avg300=0.00 total=7", "some avg10=x", "some avg10"] {
      #expect(Pressure(wrong) == nil)
    }
    try unified()
    try group(["a/cpu.stat": "usage_usec 1", "a/cpu.pressure": line])
    let group = try ControlGroup("/a", machine: machine.root)
    #expect(group.pressure(on: "cpu")?.some.average10 == 25.11)
    #expect(group.pressure(on: "io") == nil)
  }
}

@Suite("Whose group it is")
struct WorkloadTests {
  @Test(
    "containers are known by the path their runtime gives them",
    arguments: [
      ("/docker/\(id)", "docker", nil), ("/system.slice/docker-\(id).scope", "docker", nil),
      ("/docker/\(id)/child", "docker", nil), ("/machine.slice/libpod-\(id).scope/container", "libpod", nil),
      ("/kubepods/burstable/pod1234/\(id)", nil, "1234"),
      (
        "/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod12_34.slice/cri-containerd-\(id).scope",
        "containerd", "12-34"
      ),
      ("/kubepods.slice/kubepods-pod12_34.slice/crio-\(id).scope", "crio", "12-34"),
      (
        "/system.slice/containerd.service/kubepods-burstable-pod12_34.slice:cri-containerd:\(id)", "containerd", "12-34"
      ),
    ] as [(String, String?, String?)])
  func containers(path: String, runtime: String?, pod: String?) {
    #expect(Workload(path: path) == .container(id: id, runtime: runtime, pod: pod))
    #expect(Workload(path: path)?.label == "0123456789ab")
  }

  @Test("in a container within a container the inner one is meant")
  func nested() {
    let inner = String(repeating: "f", count: 64)
    #expect(Workload(path: "/docker/\(id)/docker/\(inner)") == .container(id: inner, runtime: "docker", pod: nil))
  }

  @Test(
    "Slurm's jobs and steps are known by their path",
    arguments: [
      ("/system.slice/slurmstepd.scope/job_12/step_0/user/task_0", 12, "0"),
      ("/system.slice/node1_slurmstepd.scope/job_12/step_batch", 12, "batch"),
      ("/slurm/uid_1000/job_7/step_extern/task_0", 7, "extern"), ("/slurm_node1/uid_1000/job_7", 7, nil),
    ] as [(String, UInt64, String?)])
  func slurm(path: String, job: UInt64, step: String?) {
    #expect(Workload(path: path) == .slurm(job: job, step: step))
  }

  @Test(
    "the host's own groups are nobody's",
    arguments: [
      "/", "", "/user.slice/user-1000.slice", "/system.slice/docker.service", "/docker/0123", "/jobs/job_7",
      "/uid_1/job_7", "/system.slice/crio-conmon-\(id).scope", "/docker/\(id.uppercased())",
    ])
  func host(path: String) { #expect(Workload(path: path) == nil) }
}
