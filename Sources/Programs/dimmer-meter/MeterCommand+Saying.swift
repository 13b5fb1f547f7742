#if canImport(Glibc)
  import Glibc
#endif

/// What the resident says, and where: results on its output, everything else on its error output.
extension MeterCommand {
  static func say(_ text: String) -> Int32 {
    print(text)
    return 0
  }

  static func usage(_ text: String) -> Int32 {
    complain("\(text)\ndimmer-meter --help shows how it is used")
    return 64
  }

  static func complain(_ text: String) {
    put("dimmer-meter: \(text)", on: 2)
  }

  /// Writes a line at once: whoever reads it waits for it.
  static func put(_ text: String, on descriptor: Int32) {
    let line = "\(text)\n"
    _ = line.withCString { write(descriptor, $0, strlen($0)) }
  }
}
