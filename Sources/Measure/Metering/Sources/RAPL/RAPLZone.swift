import Quantities

#if canImport(Glibc)
  import Glibc
#endif

/// One zone of the kernel's powercap tree: a folder with a name, a counter and its range.
struct RAPLZone: Hashable, Sendable {
  enum Kind: Hashable, Sendable {
    case package
    case dram
    case psys
    /// Inside the package's counter already.
    case part
  }

  let folder: String
  let kind: Kind
  /// `package-0`, or `package-0/dram` for one below it.
  let name: String
  let range: UInt64
  /// What the kernel says this zone is designed for (`constraint_0_max_power_uw`); `nil` where it does not say.
  let designPower: Power?
  /// The most that the zone may draw for a short time (`constraint_1_power_limit_uw`); `nil` where it does not say.
  let shortLimit: Power?
  /// Why the counter cannot be read.
  let failure: RAPLFailure?
  /// The other way to the same counter, which is left alone.
  private(set) var twin: String?

  var counterFile: String { "\(folder)/energy_uj" }
  var isMemoryMapped: Bool { folder.contains("intel-rapl-mmio") }
  /// The zone's folder name: `intel-rapl:0`.
  var entry: String { folder.split(separator: "/").last.map(String.init) ?? folder }

  /// The most that is taken for power and not for a counter that was set anew: three times the design power, or one
  /// and a half times the limit for short times where that is more (small mobile parts: 15 W, 64 W for some seconds);
  /// 1000 W where nothing is stated.
  var limit: Power {
    guard let designPower else { return .watts(1000) }
    // Desktop boards "lift" the limit to thousands of watts: such a statement is none.
    let short = min(shortLimit?.watts ?? 0, 600)
    return .watts(max(designPower.watts * 3, short * 1.5))
  }

  /// Half the time that the counter takes to wrap at its design power: between two readings that are no further apart
  /// it wraps at most once. A zone that states no design power is taken for the largest published one.
  var safeInterval: Quantities.Span? {
    guard range > 0 else { return nil }
    let watts = designPower?.watts ?? ThermalDesignPower.largest.watts
    return .seconds(Double(range) / 1e6 / watts / 2)
  }

  /// All zones of a machine, each once: of the two ways to one counter, the readable one, else the memory-mapped one.
  static func all(sys: String) -> [RAPLZone] {
    let root = "\(sys)/class/powercap"
    let buffer = FileBuffer()
    var zones: [RAPLZone] = []
    for entry in Folder.names(at: root) ?? [] where entry.hasPrefix("intel-rapl") && entry.contains(":") {
      guard let zone = RAPLZone(root: root, entry: entry, buffer: buffer) else { continue }
      guard let twin = zones.firstIndex(where: { $0.name == zone.name }) else {
        zones.append(zone)
        continue
      }
      let other = zones[twin]
      let isBetter = (zone.failure == nil) != (other.failure == nil) ? zone.failure == nil : zone.isMemoryMapped
      if isBetter { zones[twin] = zone }
      zones[twin].twin = isBetter ? other.entry : zone.entry
    }
    return zones
  }

  private init?(root: String, entry: String, buffer: FileBuffer) {
    folder = "\(root)/\(entry)"
    guard let name = buffer.text(at: "\(folder)/name"), !name.isEmpty else { return nil }
    let levels = entry.split(separator: ":")
    if levels.count > 2 {
      let above = buffer.text(at: "\(root)/\(levels.dropLast().joined(separator: ":"))/name")
      self.name = "\(above ?? String(levels[1]))/\(name)"
      kind = name == "dram" ? .dram : .part
    } else {
      self.name = name
      kind = name.hasPrefix("psys") ? .psys : name.hasPrefix("package") ? .package : .part
    }
    range = buffer.number(at: "\(folder)/max_energy_range_uj") ?? 0
    let watts = { (file: String, folder: String) -> Power? in
      guard let microwatts = buffer.number(at: "\(folder)/\(file)"), microwatts > 0 else { return nil }
      return .watts(Double(microwatts) / 1e6)
    }
    designPower = watts("constraint_0_max_power_uw", folder)
    shortLimit = watts("constraint_1_power_limit_uw", folder)
    let file = "\(folder)/energy_uj"
    if let bytes = buffer.contents(ofFileAt: file) {
      failure = KernelText.number(bytes) == nil ? RAPLFailure(text: "\(file) holds no number", file: file) : nil
    } else {
      failure = RAPLFailure(number: errno, file: file)
    }
  }
}

/// Why a counter cannot be read, and what to do.
struct RAPLFailure: Hashable, Sendable {
  let text: String
  let file: String
  let mode: String?
  /// A command for root.
  let fix: String?

  init(text: String, file: String) {
    self.text = text
    self.file = file
    mode = Folder.mode(of: file)
    fix = nil
  }

  init(number: Int32, file: String) {
    self.file = file
    mode = Folder.mode(of: file)
    text = "\(file)\(mode.map { " (mode \($0))" } ?? ""): \(errorText(number))"
    // The range is closed together with the counter, and without it a wrap cannot be counted.
    let range = "\(file.dropLast("energy_uj".count))max_energy_range_uj"
    let files = Folder.exists(range) ? "\(file) \(range)" : file
    fix = number == EACCES || number == EPERM ? "chmod a+r \(files)" : nil
  }

  /// One line with the fix.
  var line: String { fix.map { "\(text); as root: \($0)" } ?? text }
}
