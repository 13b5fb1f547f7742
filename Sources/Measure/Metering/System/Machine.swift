#if canImport(Glibc)
  import Glibc
#endif

/// Names of the machine.
enum Machine {
  /// The host's name.
  static var name: String {
    var buffer = [UInt8](repeating: 0, count: 256)
    let result = buffer.withUnsafeMutableBytes { gethostname($0.bindMemory(to: CChar.self).baseAddress!, 255) }
    return result == 0 ? String(decoding: buffer.prefix { $0 != 0 }, as: UTF8.self) : "unknown"
  }

  /// The id of this boot.
  static func boot(_ machine: MachineRoot) -> String {
    FileBuffer().text(at: "\(machine.proc)/sys/kernel/random/boot_id") ?? "unknown"
  }
}
