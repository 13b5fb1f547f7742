import CMetering

/// NVIDIA's driver library, open. It is opened once: opening it for each sample is more than ten times slower.
final class NVMLLibrary {
  /// The name under which the driver installs it.
  static let soname = "libnvidia-ml.so.1"

  private let handle: OpaquePointer

  /// Opens the library.
  ///
  /// - Throws: why there is none; a missing library is a machine without NVIDIA's driver.
  init(named name: String = NVMLLibrary.soname) throws(MeteringError) {
    var code: Int32 = 0
    var reason = [CChar](repeating: 0, count: 256)
    guard let handle = cnvml_open(name, &code, &reason, reason.count) else {
      throw MeteringError("no NVIDIA driver library: \(reason.text)")
    }
    self.handle = handle
  }

  deinit { cnvml_close(handle) }

  /// The GPUs, those that cannot be opened left out.
  func devices() -> [NVMLDevice] {
    var count: UInt32 = 0
    guard cnvml_count(handle, &count) == CNVML_OK.code else { return [] }
    return (0..<count).compactMap { index in
      var device: cnvml_device?
      guard cnvml_device_at(handle, index, &device) == CNVML_OK.code, let device else { return nil }
      return NVMLDevice(library: self, index: Int(index), device: device)
    }
  }

  fileprivate func text(of code: Int32) -> String { String(cString: cnvml_error(handle, code)) }
  fileprivate var pointer: OpaquePointer { handle }
}

/// A driver call that did not succeed.
struct NVMLError: Error, Hashable {
  let code: Int32
  let text: String

  /// Asking again is useless: the GPU or its driver does not have it.
  var isForGood: Bool { code == CNVML_NOT_SUPPORTED.code || code == CNVML_FUNCTION_MISSING.code }
  /// There is nothing to be told now.
  var isEmpty: Bool { [CNVML_NOT_FOUND.code, CNVML_NO_DATA.code, CNVML_NOT_READY.code].contains(code) }
}

/// One GPU.
final class NVMLDevice {
  let index: Int
  private let library: NVMLLibrary
  private let device: cnvml_device
  private var samples = [cnvml_process_sample](repeating: cnvml_process_sample(), count: 128)
  private var processes = [cnvml_process](repeating: cnvml_process(), count: 64)

  fileprivate init(library: NVMLLibrary, index: Int, device: cnvml_device) {
    self.library = library
    self.index = index
    self.device = device
  }

  /// The product's name.
  var name: String { text(cnvml_name) ?? "GPU \(index)" }
  /// `GPU-…`.
  var uuid: String { text(cnvml_uuid) ?? "gpu-\(index)" }

  /// Millijoules since the driver was loaded.
  func energy() throws(NVMLError) -> UInt64 {
    var value: UInt64 = 0
    try check(cnvml_energy(library.pointer, device, &value))
    return value
  }

  /// Watts now.
  func power() throws(NVMLError) -> Double {
    var value: UInt32 = 0
    try check(cnvml_power(library.pointer, device, &value))
    return Double(value) / 1000
  }

  /// The share of time with any kernel running, 0 to 1.
  func utilisation() throws(NVMLError) -> Double {
    var value: UInt32 = 0
    try check(cnvml_utilisation(library.pointer, device, &value))
    return Double(min(value, 100)) / 100
  }

  /// What processes did since `since` (microseconds, 0 for all that is kept); empty when none did anything.
  func activity(since: UInt64) throws(NVMLError) -> [GPUProcessSample] {
    for _ in 0..<3 {
      var count = UInt32(samples.count)
      let code = cnvml_process_samples(library.pointer, device, &samples, &count, since)
      if code == CNVML_BUFFER_TOO_SMALL.code || (code == CNVML_OK.code && count > samples.count) {
        samples = Array(repeating: cnvml_process_sample(), count: Int(min(count, 65_536)) + 32)
        continue
      }
      if NVMLError(code: code, text: "").isEmpty { return [] }
      try check(code)
      return samples.prefix(Int(count)).map {
        GPUProcessSample(pid: Int32(bitPattern: $0.pid), microseconds: $0.timestamp_us, percent: $0.sm_percent)
      }
    }
    return []
  }

  /// The processes that hold a compute context.
  func computeProcesses() throws(NVMLError) -> [Int32] {
    for _ in 0..<3 {
      var count = UInt32(processes.count)
      let code = cnvml_processes(library.pointer, device, &processes, &count)
      if code == CNVML_BUFFER_TOO_SMALL.code || (code == CNVML_OK.code && count > processes.count) {
        processes = Array(repeating: cnvml_process(), count: Int(min(count, 65_536)) + 32)
        continue
      }
      if NVMLError(code: code, text: "").isEmpty { return [] }
      try check(code)
      return processes.prefix(Int(count)).map { Int32(bitPattern: $0.pid) }
    }
    return []
  }

  private func check(_ code: Int32) throws(NVMLError) {
    guard code == CNVML_OK.code else { throw NVMLError(code: code, text: library.text(of: code)) }
  }

  private func text(
    _ call: (OpaquePointer?, cnvml_device?, UnsafeMutablePointer<CChar>?, UInt32) -> Int32
  ) -> String? {
    var buffer = [CChar](repeating: 0, count: 96)
    guard call(library.pointer, device, &buffer, UInt32(buffer.count - 1)) == CNVML_OK.code else { return nil }
    return buffer.text
  }
}

/// C's enumeration without a type comes in as an unsigned number; the calls give signed ones.
extension RawRepresentable where RawValue == UInt32 {
  fileprivate var code: Int32 { Int32(rawValue) }
}
extension BinaryInteger {
  fileprivate var code: Int32 { Int32(self) }
}

extension [CChar] {
  /// The characters before the terminating zero.
  fileprivate var text: String {
    String(decoding: prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
