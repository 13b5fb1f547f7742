import Foundation

extension ProcessInfo {
  /// This program's file.
  var executablePath: String {
    (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? arguments[0]
  }

  /// The meter beside this program, or what `DIMMER_METER` names.
  var meterPath: String {
    if let named = environment["DIMMER_METER"], !named.isEmpty { return named }
    return URL(fileURLWithPath: executablePath).deletingLastPathComponent().appendingPathComponent("dimmer-meter").path
  }
}
