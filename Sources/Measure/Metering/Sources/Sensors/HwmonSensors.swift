import Quantities

/// Sensors of processors and of whole machines among the chips of a machine. Only channels that are known to be one of
/// them count: most sensors are of fans, disks and rails that are inside others. Graphics cards have looks of their own.
enum HwmonSensors {
  /// Rails of the INA3221 on NVIDIA's Jetson modules TX1, TX2, AGX Xavier, Xavier NX, Orin NX and Orin Nano, by the
  /// labels of NVIDIA's device trees (energymon, jetson/JetsonPowerRails.md, of Jetson Linux 32.6.1; the ina3221 nodes
  /// for tegra210-p2180, tegra186-p3310, tegra194-p2888, tegra194-p3668 and tegra234-p3767 on the linux-tegra list).
  ///
  /// `VDD_IN` feeds the whole module, not its carrier board. Rails that feed more than one part are neither part:
  /// `VDD_CPU_GPU_CV` (NX), and on AGX Orin `VDD_CPU_CV` and `VDD_GPU_SOC` (Linux, tegra234-p3701.dtsi; NVIDIA, DRIVE
  /// OS, power measurement tool: "GPU+SOC, CPU+CV"). The first Nano's rails (`POM_5V_IN`) are not here: its kernel
  /// shows them by another driver (energymon, jetson: `ina3221x` up to Jetson Linux 32), which is no hwmon chip.
  static let jetsonRails: [String: PowerChannel.Target] = [
    "VDD_IN": .platform, "CPU": .component(.cpu), "VDD_CPU": .component(.cpu), "VDD_SYS_CPU": .component(.cpu),
    "GPU": .component(.gpu), "VDD_GPU": .component(.gpu), "VDD_SYS_GPU": .component(.gpu),
  ]
  /// Chips that a look of their own reads.
  static let graphics: Set<String> = ["amdgpu", "i915", "xe", "nouveau"]

  /// What one chip shows, and how.
  struct Found {
    let channels: [PowerChannel]
    let method: MethodID
    /// What the chip itself states, in percent.
    var accuracy: Double?
  }

  /// Looks at every chip.
  ///
  /// - Parameter wantsProcessor: whether the processor is not read by a better source already.
  static func look(_ machine: MachineRoot, wantsProcessor: Bool) -> SourceFinding {
    var finding = SourceFinding()
    var processorIsRead = !wantsProcessor
    for chip in HwmonChip.all(in: "\(machine.sys)/class/hwmon") {
      guard !graphics.contains(chip.name), !chip.name.hasPrefix("i915") else { continue }
      guard let found = channels(of: chip) else { continue }
      for target in [PowerChannel.Target.component(.cpu), .component(.gpu), .platform] {
        let channels = found.channels.filter { $0.target == target }
        guard let first = channels.first else { continue }
        let component: Component? = if case .component(let part) = target { part } else { nil }
        let names = channels.map(\.name).joined(separator: ", ")
        let percent = found.accuracy ?? SourceProbe.percent(MeteringMethods.sensorRelative)
        let failure: String? = if case .missing(let why) = first.read() { why } else { nil }
        let isTaken = component == .cpu && processorIsRead
        let isUsed = failure == nil && !isTaken
        finding.probes.append(
          SourceProbe(
            kind: .hwmon, name: "\(chip.name): \(names)", component: component, isReadable: failure == nil,
            isUsed: isUsed, file: chip.folder,
            reason: failure
              ?? (isTaken
                ? "the processor is read by its own counters already"
                : component == nil
                  ? "a sensor of the whole machine; kept beside, in no total" : "a sensor of the board"),
            expectedErrorPercent: failure == nil ? percent : nil))
        guard isUsed else { continue }
        if component == .cpu { processorIsRead = true }
        let descriptions = component.map {
          [
            SourceDescription(
              component: $0, name: "\(chip.name): \(names)", origin: .measured, method: found.method,
              reason: "the board has a sensor for it", relative: -percent / 100...percent / 100)
          ]
        }
        finding.sources.append(ChannelSource(channels, descriptions: descriptions ?? []))
      }
    }
    if finding.probes.isEmpty {
      finding.probes.append(
        .absent(
          .hwmon, "board sensors", nil,
          "no chip under \(machine.sys)/class/hwmon is known to measure processor or machine"))
    }
    return finding
  }

  /// The channels of a chip that are known to be a processor, graphics or the machine.
  static func channels(of chip: HwmonChip) -> Found? {
    switch chip.name {
    case "amd_energy":
      // One counter for each core and one for each socket; the sockets contain the cores.
      let sockets = chip.channels("energy", "_input").filter {
        chip.label("energy\($0)")?.hasPrefix("Esocket") == true
      }
      guard !sockets.isEmpty else { return nil }
      return Found(
        channels: sockets.map { channel in
          PowerChannel(
            name: chip.label("energy\(channel)") ?? "energy\(channel)", target: .component(.cpu), limit: .watts(1000),
            read: HwmonChip.counter(chip.file("energy\(channel)_input")))
        }, method: MeteringMethods.sensorCounter)
    case "fam15h_power":
      guard chip.has("power1_input") else { return nil }
      return Found(
        channels: [
          PowerChannel(
            name: "fam15h_power", target: .component(.cpu),
            read: HwmonChip.power([chip.file("power1_input")], zeroIsNothing: true))
        ], method: MeteringMethods.sensorPower)
    case "power_meter":
      guard chip.has("power1_average") else { return nil }
      let text = FileBuffer().text(at: chip.file("power1_accuracy"))
      return Found(
        channels: [
          PowerChannel(
            name: "ACPI power meter", target: .platform, limit: .watts(100_000),
            read: HwmonChip.power([chip.file("power1_average")], zeroIsNothing: true))
        ], method: MeteringMethods.sensorPower,
        accuracy: text.flatMap { Double($0.hasSuffix("%") ? String($0.dropLast()) : $0) })
    case "ina3221":
      let rails = chip.channels("in", "_input").filter { $0 <= 3 && chip.has("curr\($0)_input") }
      let channels = rails.compactMap { rail -> PowerChannel? in
        guard let label = chip.label("in\(rail)"), let target = jetsonRails[label] else { return nil }
        return PowerChannel(
          name: label, target: target,
          read: HwmonChip.product(
            millivolts: chip.file("in\(rail)_input"), milliamperes: chip.file("curr\(rail)_input")))
      }
      return channels.isEmpty ? nil : Found(channels: channels, method: MeteringMethods.sensorPower)
    default: return nil
    }
  }
}
