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
  /// Why the counter cannot be read.
  let failure: String?

  var counterFile: String { "\(folder)/energy_uj" }
  var isMemoryMapped: Bool { folder.contains("intel-rapl-mmio") }

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
      if (zone.failure == nil) != (other.failure == nil) ? zone.failure == nil : zone.isMemoryMapped {
        zones[twin] = zone
      }
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
      kind = name == "psys" ? .psys : name.hasPrefix("package") ? .package : .part
    }
    range = buffer.number(at: "\(folder)/max_energy_range_uj") ?? 0
    let file = "\(folder)/energy_uj"
    if let bytes = buffer.contents(ofFileAt: file) {
      failure = KernelText.number(bytes) == nil ? "\(file) holds no number" : nil
    } else {
      let number = errno
      let mode = Folder.mode(of: file).map { " (mode \($0))" } ?? ""
      let fix = number == EACCES || number == EPERM ? "; as root: chmod a+r \(file)" : ""
      failure = "\(file)\(mode): \(errorText(number))\(fix)"
    }
  }
}
