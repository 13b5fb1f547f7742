/// What makes two machines take the same power at the same load, as far as they say it themselves: a fitted curve is for
/// one of these and no other.
public struct MachineModel: Hashable, Sendable {
  /// Who made the processor, `GenuineIntel`; `unknown` where it is not said.
  public let vendor: String
  /// The processor's name.
  public let name: String
  /// Its sockets.
  public let sockets: Int
  /// Cores of one socket; 0 where it is not said.
  public let cores: Int
  /// Hardware threads that the system sees.
  public let threads: Int
  /// Memory in GiB to the nearest power of two: a kernel that keeps a little more for itself is no other machine.
  public let memoryClass: Int
  /// Whether it is a virtual machine, whose load is not its host's.
  public let isVirtual: Bool

  /// A machine.
  init(vendor: String, name: String, sockets: Int, cores: Int, threads: Int, memoryClass: Int, isVirtual: Bool) {
    self.vendor = vendor
    self.name = name
    self.sockets = sockets
    self.cores = cores
    self.threads = threads
    self.memoryClass = memoryClass
    self.isVirtual = isVirtual
  }

  /// The machine with these processors and so many bytes of memory that it sees; `nil` when its processors have no name.
  public init?(_ processor: ProcessorModel, memoryBytes: UInt64) {
    guard let name = processor.name, !name.isEmpty else { return nil }
    var memory = 1
    // From one class to the next at the geometric mean: times the square root of two.
    while Double(memoryBytes) / 1_073_741_824 > Double(memory) * 2.0.squareRoot(), memory < 1 << 40 { memory *= 2 }
    self.init(
      vendor: processor.vendor ?? "unknown", name: name, sockets: processor.packages,
      cores: processor.coresPerPackage ?? 0, threads: processor.threads, memoryClass: memory,
      isVirtual: processor.isVirtual)
  }

  /// The machine whose files are at `machine`; `nil` when its processors have no name.
  init?(of machine: MachineRoot) {
    let buffer = FileBuffer()
    let memoryBytes = MachineSources.memoryBytes(machine, buffer)
    self.init(
      ProcessorModel(cpuInfo: buffer.text(at: "\(machine.proc)/cpuinfo") ?? ""), memoryBytes: memoryBytes)
  }

  /// All of it in one line, for people.
  var text: String {
    "\(name) (\(vendor)), sockets \(sockets), cores of one \(cores), threads \(threads), \(memoryClass) GiB, "
      + (isVirtual ? "virtual" : "bare")
  }

  /// The name of the file that its profile is kept in: readable, and another one for each machine model.
  var fileName: String {
    var words = ""
    for byte in name.lowercased().utf8.prefix(60) {
      let isPlain = (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte)
      if isPlain { words.unicodeScalars.append(Unicode.Scalar(byte)) } else if words.last != "-" { words += "-" }
    }
    let sum = String(decoding: CRC32C.hexadecimal(CRC32C.checksum(text.utf8)), as: UTF8.self)
    return "\(words)-\(sum).profile"
  }
}
