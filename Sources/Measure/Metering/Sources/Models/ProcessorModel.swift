/// What `/proc/cpuinfo` says of the processor.
public struct ProcessorModel: Hashable, Sendable {
  /// The name, for example `AMD EPYC 7763 64-Core Processor`; ARM machines have none.
  public let name: String?
  /// Hardware threads that the system sees.
  public let threads: Int
  /// Sockets.
  public let packages: Int
  /// Who made it, `GenuineIntel`; ARM machines do not say it.
  public let vendor: String?
  /// Cores of one socket, where it is said.
  public let coresPerPackage: Int?
  /// Whether a hypervisor says that it is there (x86 only).
  public let isVirtual: Bool
  /// Whether it is an ARM processor: only those state an implementer.
  public let isARM: Bool
  /// The generation, where watts for one virtual processor are published for it.
  public let architecture: String?

  /// Reads `/proc/cpuinfo`.
  public init(cpuInfo: String) {
    var fields: [Substring: Substring] = [:]
    var threads = 0
    var packages: Set<Substring> = []
    for line in cpuInfo.split(separator: "\n") {
      guard let colon = line.firstIndex(of: ":") else { continue }
      let key = Substring(line[..<colon].trimmed)
      let value = Substring(line[line.index(after: colon)...].trimmed)
      if key == "processor" { threads += 1 }
      if key == "physical id" { packages.insert(value) }
      if fields[key] == nil { fields[key] = value }
    }
    name = fields["model name"].map(String.init)
    self.threads = max(threads, 1)
    self.packages = max(packages.count, 1)
    isVirtual = fields["flags"]?.split(separator: " ").contains("hypervisor") ?? false
    isARM = fields["CPU implementer"] != nil
    let number = { (key: Substring) in fields[key].flatMap { Int($0) } }
    vendor = fields["vendor_id"].map(String.init)
    coresPerPackage = number("cpu cores")
    architecture = Self.architecture(
      vendor: fields["vendor_id"], family: number("cpu family"), model: number("model"), stepping: number("stepping"),
      name: fields["model name"])
  }

  /// The generation by the numbers that the processor gives (Linux, intel-family.h; AMD revision guides for family 17h
  /// and 19h). `nil` for generations without published coefficients.
  private static func architecture(
    vendor: Substring?, family: Int?, model: Int?, stepping: Int?, name: Substring?
  ) -> String? {
    guard let family, let model else { return nil }
    switch (vendor, family) {
    case ("GenuineIntel", 6):
      switch model {
      case 0x2A, 0x2D: return "Sandy Bridge"
      case 0x3A, 0x3E: return "Ivy Bridge"
      case 0x3C, 0x3F, 0x45, 0x46: return "Haswell"
      case 0x3D, 0x47, 0x4F, 0x56: return "Broadwell"
      case 0x4E, 0x5E: return "Skylake"
      // One number for three server generations: steppings 5 to 7 are Cascade Lake, 10 and up Cooper Lake.
      case 0x55: return (stepping ?? 0) < 5 ? "Skylake" : (stepping ?? 0) < 10 ? "Cascade Lake" : nil
      // Steppings from 10 on are Coffee Lake, before that Kaby Lake.
      case 0x8E, 0x9E: return (stepping ?? 0) >= 10 ? "Coffee Lake" : nil
      default: return nil
      }
    case ("AuthenticAMD", 0x17) where name?.contains("EPYC") == true:
      return model < 0x10 ? "EPYC 1st generation" : (0x30...0x3F).contains(model) ? "EPYC 2nd generation" : nil
    case ("AuthenticAMD", 0x19) where name?.contains("EPYC") == true:
      return model < 0x10 ? "EPYC 3rd generation" : nil
    default: return nil
    }
  }
}
