import Methods
public import Quantities

/// The best sources that a machine has, and why not better ones.
public struct MachineSources {
  /// The sources, each component once.
  public var sources: [any PowerSource]
  /// Why there is no GPU to be read; no error on a machine without one.
  public let gpuReason: String?
  /// Memory that the system sees, bytes; 0 when it does not say.
  public let memoryBytes: UInt64
  /// What this machine is called where it is kept what counters taught; `nil` when its processors have no name.
  public let model: MachineModel?

  /// Every place where energy may be shown, used or not, absent or not, and why.
  public let probes: [SourceProbe]

  /// Looks at a machine.
  ///
  /// - Parameters:
  ///   - gpuLibrary: another NVIDIA driver library than the installed one.
  ///   - access: what sources are read with besides the kernel's files.
  public init(machine: MachineRoot, gpuLibrary: String? = nil, access: SourceAccess = SourceAccess()) {
    let buffer = FileBuffer()
    let memoryBytes = Self.memoryBytes(machine, buffer)
    var found = SourceFinding()
    let processor = ProcessorModel(cpuInfo: buffer.text(at: "\(machine.proc)/cpuinfo") ?? "")
    let memoryReason = Self.addProcessor(processor, machine, access, memoryBytes, buffer, to: &found)
    if access.model == .dimmer {
      Self.addMemory(memoryBytes, memoryReason, to: &found)
    } else {
      Self.addCodeCarbonMemory(memoryBytes, processor, to: &found)
    }
    var gpus = AMDGPU.look(machine)
    let intel = IntelGPU.look(machine)
    gpus.sources += intel.sources
    gpus.probes += intel.probes
    var gpuReason: String?
    do throws(MeteringError) {
      let source =
        if let driver = access.gpuDriver { try NVMLSource(opening: driver) } else {
          try NVMLSource(library: gpuLibrary ?? access.gpuLibrary)
        }
      gpus.sources.insert(source, at: 0)
      gpus.probes += source.descriptions.map { .used(.nvml, $0) }
    } catch {
      gpuReason = error.description
      gpus.probes.append(.absent(.nvml, "NVIDIA GPU", .gpu, error.description))
    }
    found.sources += gpus.sources
    found.probes += gpus.probes
    let battery = Battery.look(machine)
    found.sources += battery.sources
    found.probes += battery.probes
    Self.addExporter(access, to: &found)
    let readsGPU = found.sources.contains { $0.descriptions.contains { $0.component == .gpu } }
    sources = found.sources
    probes = found.probes
    self.memoryBytes = memoryBytes
    model = MachineModel(processor, memoryBytes: memoryBytes)
    self.gpuReason = readsGPU ? nil : gpuReason
  }

  /// Meters of the whole machine, which are in no total.
  public var platform: [PlatformReading] { sources.flatMap(\.platform) }

  /// The longest time between two looks after which every joule is still known; `nil` when any time will do.
  public var longestInterval: Quantities.Span? { sources.compactMap(\.longestInterval).min() }

  /// What the sources are.
  public var descriptions: [SourceDescription] { sources.flatMap(\.descriptions) }

  /// The processor by the best of: its counters by powercap, the same by performance events, a sensor of the board, the
  /// load model. Gives the reason why memory is not measured; `nil` when it is.
  private static func addProcessor(
    _ processor: ProcessorModel, _ machine: MachineRoot, _ access: SourceAccess, _ memoryBytes: UInt64,
    _ buffer: FileBuffer, to found: inout SourceFinding
  ) -> String? {
    var memoryReason: String? = "the processor has no memory counter"
    var why: [String] = []
    var rapl: RAPLSource?
    do throws(MeteringError) {
      let source = try RAPLSource(machine: machine, memoryBytes: memoryBytes)
      if source.readsMemory { memoryReason = nil }
      found.sources.append(source)
      rapl = source
    } catch {
      why.append(error.description)
      memoryReason = error.description
    }
    found.probes += RAPLSource.probes(machine: machine, isUsed: rapl != nil, why: why.first)
    let perf = PerfEvents.look(machine, access: access.perf, memoryBytes: memoryBytes, isWanted: rapl == nil)
    found.probes.append(perf.probe)
    if let source = perf.source {
      found.sources.append(source)
      memoryReason = source.reads(.memory) ? nil : "the processor has no memory counter"
    } else if rapl == nil, Folder.exists("\(machine.sys)/bus/event_source/devices/power") {
      why.append(perf.probe.reason)
    }
    let hwmon = HwmonSensors.look(machine, wantsProcessor: rapl == nil && perf.source == nil)
    found.sources += hwmon.sources
    found.probes += hwmon.probes
    let known = MachineModel(processor, memoryBytes: memoryBytes).map(access.profiles.profile)
    why += known?.faults ?? []
    if let profile = known?.profile, profile.fit == nil {
      why.append("\(Int(profile.readings.count)) readings of a counter are too few to learn from")
    }
    let model = LoadModelSource(
      processor: processor, fusedPower: fusedPower(machine, buffer), profile: known?.profile, powerModel: access.model,
      why: why.joined(separator: "; "))
    let isModelled = !found.sources.contains { $0.descriptions.contains { $0.component == .cpu } }
    if isModelled { found.sources.append(model) }
    found.probes.append(
      SourceProbe(
        kind: .loadModel, name: model.descriptions[0].name, component: .cpu, isReadable: true, isUsed: isModelled,
        reason: isModelled ? model.descriptions[0].reason : "not needed: the processor is measured",
        expectedErrorPercent: model.expectedError * 100))
    return memoryReason
  }

  /// The exporter that was named. A component that is measured here already is not added a second time; one that is
  /// modelled gives way.
  private static func addExporter(_ access: SourceAccess, to found: inout SourceFinding) {
    guard let options = access.prometheus else {
      found.probes.append(.absent(.prometheus, "an exporter", nil, "none is named (DIMMER_PROMETHEUS_SOURCE)"))
      return
    }
    let source: PrometheusSource
    do throws(MeteringError) {
      guard let address = HTTPAddress(options.url) else { throw MeteringError("\(options.url) is no http address") }
      let fetch =
        if let fetcher = access.prometheusFetcher { fetcher } else {
          try HTTPFetch.fetcher(address, patience: PrometheusSource.patience)
        }
      source = try PrometheusSource(options, fetch: fetch)
    } catch {
      found.probes.append(.absent(.prometheus, options.url, options.metric?.component, error.description))
      return
    }
    let component = source.metric.component
    let isMeasured = found.sources.contains { other in
      other.descriptions.contains { $0.component == component && $0.origin == .measured }
    }
    if !isMeasured, let component {
      found.sources.removeAll { other in
        !other.descriptions.isEmpty && other.descriptions.allSatisfy { $0.component == component }
      }
      found.probes = found.probes.map { $0.component == component ? $0.givenWay(to: options.url) : $0 }
    }
    if !isMeasured { found.sources.append(source) }
    found.probes.append(
      SourceProbe(
        kind: .prometheus, name: "\(source.metric.name) of \(options.url)", component: component, isReadable: true,
        isUsed: !isMeasured,
        reason: isMeasured
          ? "not used: this machine measures the same itself"
          : component == nil
            ? "an exporter of the whole machine; kept beside, in no total" : "an exporter was named for it",
        expectedErrorPercent: SourceProbe.percent(MeteringMethods.sensorRelative)))
  }

  /// CodeCarbon's model of memory, in the place of a counter, too: CodeCarbon has no eye for it.
  private static func addCodeCarbonMemory(
    _ bytes: UInt64, _ processor: ProcessorModel, to found: inout SourceFinding
  ) {
    guard bytes > 0 else { return addUnknownMemory(to: &found) }
    found.sources = found.sources.map { source in
      source.descriptions.contains { $0.component == .memory } ? WithoutComponent(source, .memory) : source
    }
    found.probes = found.probes.map {
      $0.component == .memory ? $0.unused(because: "CodeCarbon's model was asked for, which does not read it") : $0
    }
    let model = MemoryModelSource(bytes: bytes, asCodeCarbonOn: processor.isARM ? .arm : .x86)
    found.sources.append(model)
    found.probes.append(.used(.memoryModel, model.descriptions[0]))
  }

  private static func addUnknownMemory(to found: inout SourceFinding) {
    found.probes.append(
      .absent(.memoryModel, "watts per gigabyte", .memory, "the system does not say how much memory it has"))
  }

  private static func addMemory(_ bytes: UInt64, _ reason: String?, to found: inout SourceFinding) {
    guard bytes > 0 else { return addUnknownMemory(to: &found) }
    let model = MemoryModelSource(bytes: bytes, why: reason ?? "")
    if reason != nil { found.sources.append(model) }
    found.probes.append(
      SourceProbe(
        kind: .memoryModel, name: model.descriptions[0].name, component: .memory, isReadable: true,
        isUsed: reason != nil, reason: reason == nil ? "not needed: memory is measured" : model.descriptions[0].reason,
        expectedErrorPercent: SourceProbe.percent(model.descriptions[0].relative)))
  }

  /// The memory that a machine's system sees; 0 where it does not say.
  static func memoryBytes(_ machine: MachineRoot, _ buffer: FileBuffer) -> UInt64 {
    guard let bytes = buffer.contents(ofFileAt: "\(machine.proc)/meminfo") else { return 0 }
    var scanner = ByteScanner(bytes)
    guard scanner.seek(line: "MemTotal:"), let kibibytes = scanner.number() else { return 0 }
    return kibibytes * 1024
  }

  /// The thermal design power that a package states itself; readable on some machines whose energy is not.
  private static func fusedPower(_ machine: MachineRoot, _ buffer: FileBuffer) -> Power? {
    guard let package = RAPLZone.all(sys: machine.sys).first(where: { $0.kind == .package }),
      let microwatts = buffer.number(at: "\(package.folder)/constraint_0_max_power_uw"), microwatts > 0
    else { return nil }
    return .watts(Double(microwatts) / 1e6)
  }
}
