import Quantities
import Testing

@testable import Metering

@Suite("Parked contexts, limits and names of GPUs")
struct NVMLParkedTests {
  @Test("what an open context adds to bare idle is told as parked, and is never more than its holders are charged")
  func parked() throws {
    let driver = try FakeDriver()
    try driver.set(["energy 0 0", "utilisation 0 0"])
    var source = try NVMLSource(library: driver.library)
    source.reset(at: .seconds(0))
    let holders = ["process 0 42", "process 0 43", "process 0 777", "utilisation 0 0"]
    try driver.set(["energy 0 70000"] + holders)
    // Bare idle was not seen yet: nobody can say what the context adds.
    #expect(try #require(source.poll(.seconds(0, 1), processes: .ofRun42()).first).parked.isEmpty)
    try driver.set(["energy 0 100000", "utilisation 0 0"])
    _ = source.poll(.seconds(1, 2))
    try driver.set(["energy 0 170000", "utilisation 0 0"])
    _ = source.poll(.seconds(2, 3))
    try driver.set(["energy 0 280000"] + holders)
    let reading = try #require(source.poll(.seconds(3, 4), processes: .ofRun42()).first)
    // 110 J, 70 of them bare idle; a third of 40 J each, and 777 is not known here.
    #expect(reading.parked == [42: Microjoules(13_333_333), 43: Microjoules(13_333_333)])
    var sampler = Sampler(
      baseline: MachineReading(
        monotonic: .seconds(3), wall: Timestamp(seconds: 3), busy: 0, processors: 1, processes: ByConsumer()))
    let terms = try #require(
      sampler.take(
        MachineReading(
          monotonic: .seconds(4), wall: Timestamp(seconds: 4), busy: 0, processors: 1, processes: ByConsumer(),
          energies: [reading])
      ).components[.gpu])
    #expect(terms.isConserved)
    #expect(reading.parked.values.reduce(.zero, +) <= terms.run + terms.others + terms.own)
    // One of them works: nothing is parked.
    try driver.set(["energy 0 580000", "activity 0 42 900 80"] + holders)
    #expect(try #require(source.poll(.seconds(4, 5), processes: .ofRun42()).first).parked.isEmpty)
  }

  @Test("unloading a parked model pays after reload energy / parked power, and never when it takes nothing")
  func breakEven() {
    #expect(ParkedContext.unloadBreakEven(reload: .joules(9000), parked: .watts(30)) == .seconds(300))
    #expect(ParkedContext.unloadBreakEven(reload: .joules(9000), parked: .watts(0)) == nil)
    #expect(ParkedContext.unloadBreakEven(reload: .joules(9000), parked: .watts(-4)) == nil)
  }

  @Test("T20: limits are read; 50 W asked of a board that takes 100 to 700 W become 100 W, and it is said")
  func limits() throws {
    let driver = try FakeDriver()
    try driver.set(["limit 0 700000", "enforced 0 650000", "range 0 100000 700000"])
    let limits = try NVMLLibrary(named: driver.library).limits(of: 0)
    #expect(limits == GPULimits(standard: .watts(700), enforced: .watts(650), range: .watts(100) ... .watts(700)))
    let (limit, note) = try limits.fitting(.watts(50))
    #expect(limit == .watts(100))
    #expect(note == "50 W was asked for; the GPU accepts 100 to 700 W, so it is 100 W")
    #expect(try limits.fitting(.watts(800)).limit == .watts(700))
    #expect(try limits.fitting(.watts(350)).note == nil)
    #expect(throws: MeteringError.self) { try GPULimits().fitting(.watts(350)) }
  }

  @Test("power of the whole module is the last choice and is called so")
  func module() throws {
    let driver = try FakeDriver(without: ["ENERGY"])
    try driver.set(["field186 0 300000 1", "process 0 42"])
    var source = try NVMLSource(library: driver.library)
    #expect(source.descriptions.first?.name == "Fake 0 GPU-0 module")
    source.reset(at: .seconds(0))
    #expect(source.poll(.seconds(0, 1)).first?.energy == .joules(300))
    try driver.set(["field186 0 300000 1", "power 0 200000"])
    let better = try NVMLSource(library: driver.library)
    #expect(better.descriptions.first?.name == "Fake 0 GPU-0")
  }

  @Test("what the plain power call means goes by architecture, GA100 apart")
  func meaning() {
    let means = { (architecture: Int?, name: String) in
      GPUIdentity(index: 0, uuid: "GPU-0", name: name, architecture: architecture).plainPowerIsAverage
    }
    #expect(means(7, "NVIDIA A100-SXM4-80GB") == false)
    #expect(means(7, "NVIDIA A30") == false)
    #expect(means(7, "NVIDIA GeForce RTX 3090") == true)
    #expect(means(9, "NVIDIA H100 80GB HBM3") == true)
    #expect(means(5, "Tesla V100") == false)
    #expect(means(nil, "any") == nil)
  }

  @Test("memory of holders is told in bytes; all ones is not known")
  func memory() throws {
    let driver = try FakeDriver()
    try driver.set(["process 0 42 1073741824 3", "process 0 43"])
    #expect(
      try NVMLLibrary(named: driver.library).holders(of: 0) == [
        GPUHolder(pid: 42, memoryBytes: 1_073_741_824, instance: 3), GPUHolder(pid: 43),
      ])
  }

  @Test("slices are shared within their instance, and equally among all when an instance is not known")
  func slices() {
    let instances = [GPUInstance(id: 1, slices: 4), GPUInstance(id: 2, slices: 3)]
    let known = [GPUHolder(pid: 1, instance: 1), GPUHolder(pid: 2, instance: 2), GPUHolder(pid: 3, instance: 2)]
    #expect(GPUSharing.weights(holders: known, instances: instances) == [1: 4, 2: 1.5, 3: 1.5])
    let unknown = [GPUHolder(pid: 1, instance: 1), GPUHolder(pid: 2, instance: 9)]
    #expect(GPUSharing.weights(holders: unknown, instances: instances) == [1: 1, 2: 1])
  }

  @Test("a row of more than 100 percent is the driver's error and takes no share")
  func impossiblePercent() {
    let rows = [
      GPUProcessSample(pid: 1, microseconds: 1, percent: 4_294_967_295),
      GPUProcessSample(pid: 2, microseconds: 1, percent: 20),
    ]
    #expect(GPUSharing.weights(samples: rows, holders: [1, 2]) == [2: 20])
  }

  @Test("CUDA_VISIBLE_DEVICES may hold places, beginnings of UUIDs and instances")
  func visible() {
    #expect(GPUSelector.list("1, 0") == [.index(1), .index(0)])
    #expect(
      GPUSelector.list("GPU-8932f937,MIG-1f6c") == [.uuid(prefix: "GPU-8932f937"), .instance(uuid: "MIG-1f6c")])
    #expect(GPUSelector.list("0,-1,1") == [.index(0)])
    #expect(GPUSelector.list("") == [])
    #expect(GPUSelector.list("NoDevFiles") == [])
    let gpus = ["GPU-aa1", "GPU-aa2"].enumerated().map { GPUIdentity(index: $0, uuid: $1, name: "") }
    #expect(GPUSelector.uuid(prefix: "GPU-aa2").selects(gpus[1], among: gpus))
    #expect(!GPUSelector.uuid(prefix: "GPU-aa").selects(gpus[1], among: gpus))
    #expect(GPUSelector.instance(uuid: "MIG-GPU-aa1/1/0").selects(gpus[0], among: gpus))
    #expect(GPUSelector.instance(uuid: "MIG-7").selects(gpus[1], among: gpus, instances: ["MIG-7"]))
    #expect(!GPUSelector.instance(uuid: "MIG-7").selects(gpus[0], among: gpus))
  }
}
