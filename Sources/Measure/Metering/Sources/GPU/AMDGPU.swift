import Quantities

/// AMD graphics by the kernel's driver: the energy accumulator where its unit is stated, else the power sensor, else a
/// model on how busy the card says it is.
enum AMDGPU {
  /// One card under `/sys/class/drm`.
  struct Card {
    let entry: String
    let folder: String
    let device: String
    /// What it is sold as; `nil` where the kernel does not say.
    let product: String?
    let name: String
    let chip: HwmonChip?
    let metrics: GPUMetrics?

    /// The card at `entry`; `nil` when it is not AMD's.
    init?(sys: String, entry: String) {
      let folder = "\(sys)/class/drm/\(entry)/device"
      let buffer = FileBuffer()
      guard buffer.text(at: "\(folder)/vendor") == "0x1002" else { return nil }
      self.entry = entry
      self.folder = folder
      device = buffer.text(at: "\(folder)/device") ?? ""
      product = buffer.text(at: "\(folder)/product_name").flatMap { $0.isEmpty ? nil : $0 }
      name = "\(product ?? "AMD GPU") \(entry)"
      chip = HwmonChip.all(in: "\(folder)/hwmon").first { $0.name == "amdgpu" }
      metrics = buffer.copy(ofFileAt: "\(folder)/gpu_metrics").flatMap { GPUMetrics($0) }
    }

    var powerFiles: [String] {
      guard let chip else { return [] }
      return ["power1_average", "power1_input"].filter(chip.has).map(chip.file)
    }

    /// The busy part, 0 to 1.
    func busy() -> () -> Double? {
      let buffer = FileBuffer()
      let file = "\(folder)/gpu_busy_percent"
      return { buffer.number(at: file).map { min(Double($0) / 100, 1) } }
    }

    /// What the board may draw by its maker: the limit it starts with, else the published value for its name.
    var designPower: Power? {
      if let chip, let microwatts = FileBuffer().number(at: chip.file("power1_cap_default")), microwatts > 0 {
        return .watts(Double(microwatts) / 1e6)
      }
      return GPULoad.published(for: name)
    }
  }

  /// Looks at every card.
  static func look(_ machine: MachineRoot) -> SourceFinding {
    var finding = SourceFinding()
    let cards = all(machine)
    let powers = cards.map(power)
    for (index, card) in cards.enumerated() {
      let verdict = judge(card, power: powers[index], hasTwin: hasTwin(index, cards, powers))
      finding.sources += verdict.sources
      finding.probes += verdict.probes
    }
    if cards.isEmpty {
      finding.probes.append(
        .absent(.amdgpu, "AMD GPU", .gpu, "no AMD graphics card under \(machine.sys)/class/drm"))
    }
    return finding
  }

  /// What the cards are sold as, each package once; graphics inside a processor is no card.
  static func cards(of machine: MachineRoot) -> [String?] {
    let dies = all(machine)
    let powers = dies.map(power)
    return dies.indices.filter { index in
      guard dies[index].metrics?.containsProcessor != true else { return false }
      guard case .power = powers[index] else {
        return dies[index].metrics?.energyCount != nil || !hasTwin(index, dies, powers)
      }
      return true
    }.map { dies[$0].product }
  }

  private static func all(_ machine: MachineRoot) -> [Card] {
    (Folder.names(at: "\(machine.sys)/class/drm") ?? []).filter {
      $0.hasPrefix("card") && $0.dropFirst(4).allSatisfy(\.isNumber)
    }.compactMap { Card(sys: machine.sys, entry: $0) }
  }

  private static func power(_ card: Card) -> PowerChannel.Value {
    HwmonChip.power(card.powerFiles, zeroIsNothing: true)()
  }

  /// Of two dies in one package one reports for both and the other shows 0 W (Instinct MI250).
  private static func hasTwin(_ index: Int, _ cards: [Card], _ powers: [PowerChannel.Value]) -> Bool {
    cards.indices.contains { other in
      guard other != index, cards[other].device == cards[index].device else { return false }
      if case .power = powers[other] { return true }
      return cards[other].metrics?.energyCount != nil
    }
  }

  /// What becomes of one card.
  private static func judge(_ card: Card, power: PowerChannel.Value, hasTwin: Bool) -> SourceFinding {
    let metricsFile = "\(card.folder)/gpu_metrics"
    if card.metrics?.containsProcessor == true {
      guard case .power = power else {
        return card.finding(nil, "graphics inside a processor, and no power sensor that can be read")
      }
      let channel = PowerChannel(
        name: "SoC power of \(card.entry)", target: .platform,
        read: HwmonChip.power(card.powerFiles, zeroIsNothing: true))
      return card.finding(
        ChannelSource([channel], descriptions: []),
        "graphics inside a processor: the sensor contains the processor; kept beside, in no total", component: nil)
    }
    if card.metrics?.energyCount != nil {
      let buffer = FileBuffer()
      let channel = PowerChannel(
        name: card.name, target: .component(.gpu), microjoulesPerCount: GPUMetrics.microjoulesPerCount
      ) {
        guard let bytes = buffer.copy(ofFileAt: metricsFile), let metrics = GPUMetrics(bytes) else {
          return .missing("\(metricsFile) cannot be read")
        }
        return metrics.energyCount.map { .count($0) } ?? .missing("\(metricsFile) has no energy count")
      }
      return card.measured(
        channel, MeteringMethods.sensorCounter, "the card counts its energy (gpu_metrics)", file: metricsFile)
    }
    switch power {
    case .power, .count:
      let channel = PowerChannel(
        name: card.name, target: .component(.gpu), read: HwmonChip.power(card.powerFiles, zeroIsNothing: true))
      return card.measured(
        channel, MeteringMethods.sensorPower, "power is sampled: gpu_metrics has no energy count with a stated unit",
        file: card.powerFiles.first)
    case .missing(let why) where hasTwin:
      return card.finding(nil, "\(why); another die of its package reports for both")
    case .missing(let why), .silent(let why): return card.modelled(why)
    }
  }
}

extension AMDGPU.Card {
  /// A source, or none, with its probe.
  fileprivate func finding(
    _ source: ChannelSource?, _ reason: String, component: Component? = .gpu, file: String? = nil,
    isReadable: Bool? = nil, relative: ClosedRange<Double> = MeteringMethods.sensorRelative
  ) -> SourceFinding {
    SourceFinding(
      sources: source.map { [$0] } ?? [],
      probes: [
        SourceProbe(
          kind: .amdgpu, name: name, component: component, isReadable: isReadable ?? (source != nil),
          isUsed: source != nil, file: file ?? powerFiles.first ?? folder, reason: reason,
          expectedErrorPercent: source == nil ? nil : SourceProbe.percent(relative))
      ])
  }

  fileprivate func measured(
    _ channel: PowerChannel, _ method: MethodID, _ reason: String, file: String?
  ) -> SourceFinding {
    let description = SourceDescription(
      component: .gpu, name: name, origin: .measured, method: method, reason: reason,
      relative: MeteringMethods.sensorRelative)
    return finding(ChannelSource([channel], descriptions: [description], busy: busy()), reason, file: file)
  }

  fileprivate func modelled(_ why: String) -> SourceFinding {
    guard busy()() != nil else { return finding(nil, why) }
    guard let designPower else {
      return finding(nil, "\(why); no model either: the power that it is made for is not known")
    }
    let reason = "modelled from how busy it says it is and \(designPower.formatted()); not measured: \(why)"
    return finding(
      GPULoad.source(name: name, load: GPULoad(designPower: designPower), busy: busy(), reason: reason), reason,
      isReadable: false, relative: MeteringMethods.gpuLoadRelative)
  }
}
