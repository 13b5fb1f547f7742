import Quantities

/// Intel graphics cards by the energy counters of the drivers i915 and xe (Linux, sysfs-driver-intel-i915-hwmon and
/// sysfs-driver-intel-xe-hwmon): microjoules of the whole card or of single tiles, never both.
enum IntelGPU {
  /// Looks at every card.
  static func look(_ machine: MachineRoot) -> SourceFinding {
    var finding = SourceFinding()
    let chips = HwmonChip.all(in: "\(machine.sys)/class/hwmon").filter {
      $0.name == "xe" || $0.name == "i915" || $0.name.hasPrefix("i915_gt")
    }
    let cards = chips.filter { !$0.name.hasPrefix("i915_gt") }
    let readable = cards.filter { channel(of: $0) != nil }
    // Tiles only where no card speaks for itself: which tile is in which card is not said here.
    let tiles = readable.isEmpty ? chips.filter { $0.name.hasPrefix("i915_gt") } : []
    for chip in cards + tiles {
      guard let (file, what) = channel(of: chip) else {
        finding.probes.append(
          SourceProbe(
            kind: .intelGPU, name: chip.name, component: .gpu, isReadable: false, isUsed: false, file: chip.folder,
            reason: "the driver shows no energy counter for this card"))
        continue
      }
      let place = chip.folder.split(separator: "/").last.map(String.init) ?? chip.folder
      let name = "Intel GPU \(what) \(place)"
      let read = HwmonChip.counter(file)
      if case .missing(let why) = read() {
        finding.probes.append(
          SourceProbe(
            kind: .intelGPU, name: name, component: .gpu, isReadable: false, isUsed: false, file: file, reason: why,
            fix: Folder.mode(of: file) == "0400" ? "chmod a+r \(file)" : nil))
        continue
      }
      let description = SourceDescription(
        component: .gpu, name: name, origin: .measured, method: MeteringMethods.sensorCounter,
        reason: "the driver counts the energy of the \(what)", relative: MeteringMethods.sensorRelative)
      finding.sources.append(
        ChannelSource(
          [PowerChannel(name: name, target: .component(.gpu), read: read)], descriptions: [description]))
      finding.probes.append(.used(.intelGPU, description, file: file))
    }
    if chips.isEmpty {
      finding.probes.append(
        .absent(.intelGPU, "Intel GPU", .gpu, "no chip of i915 or xe under \(machine.sys)/class/hwmon"))
    }
    return finding
  }

  /// How many cards the drivers show; graphics inside a processor has no such chip.
  static func cardCount(of machine: MachineRoot) -> Int {
    HwmonChip.all(in: "\(machine.sys)/class/hwmon").count { $0.name == "xe" || $0.name == "i915" }
  }

  /// The one counter of a chip that is counted: xe labels card and package, and the card contains the package.
  private static func channel(of chip: HwmonChip) -> (file: String, what: String)? {
    let counters = chip.channels("energy", "_input")
    if chip.name == "xe" {
      for label in ["card", "pkg"] {
        if let channel = counters.first(where: { chip.label("energy\($0)") == label }) {
          return (chip.file("energy\(channel)_input"), label == "card" ? "card" : "package")
        }
      }
    }
    guard counters.contains(1) else { return nil }
    return (chip.file("energy1_input"), chip.name.hasPrefix("i915_gt") ? "tile" : "card")
  }
}
