import CMetering
import Quantities

/// NVIDIA's driver library, open. It is opened once: opening it for each sample is more than ten times slower.
///
/// Nothing of it changes once it is open and the library locks for itself, so it may be used from any thread.
final class NVMLLibrary: GPUDriver, @unchecked Sendable {
  /// The name under which the driver installs it.
  static let soname = "libnvidia-ml.so.1"

  private let handle: OpaquePointer
  private let boards: [(identity: GPUIdentity, device: cnvml_device)]

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
    var count: UInt32 = 0
    if cnvml_count(handle, &count) != CNVML_OK.code { count = 0 }
    boards = (0..<count).compactMap { index in
      var device: cnvml_device?
      guard cnvml_device_at(handle, index, &device) == CNVML_OK.code, let device else { return nil }
      var architecture: UInt32 = 0
      let isKnown = cnvml_architecture(handle, device, &architecture) == CNVML_OK.code
      let identity = GPUIdentity(
        index: Int(index), uuid: Self.text { cnvml_uuid(handle, device, $0, $1) } ?? "gpu-\(index)",
        name: Self.text { cnvml_name(handle, device, $0, $1) } ?? "GPU \(index)",
        architecture: isKnown ? Int(architecture) : nil)
      return (identity, device)
    }
  }

  deinit { cnvml_close(handle) }

  func devices() throws(GPUDriverError) -> [GPUIdentity] { boards.map(\.identity) }

  func energy(of gpu: Int) throws(GPUDriverError) -> UInt64 {
    var value: UInt64 = 0
    try check(cnvml_energy(handle, device(gpu), &value))
    return value
  }

  func power(of gpu: Int, as meaning: GPUPowerMeaning) throws(GPUDriverError) -> Power {
    var value: UInt32 = 0
    let device = try device(gpu)
    switch meaning {
    case .plain: try check(cnvml_power(handle, device, &value))
    case .instantaneous: try check(cnvml_power_field(handle, device, 186, 0, &value))
    case .average: try check(cnvml_power_field(handle, device, 185, 0, &value))
    case .moduleInstantaneous: try check(cnvml_power_field(handle, device, 186, 1, &value))
    case .moduleAverage: try check(cnvml_power_field(handle, device, 185, 1, &value))
    }
    return .watts(Double(value) / 1000)
  }

  func limits(of gpu: Int) -> GPULimits {
    guard let device = try? device(gpu) else { return GPULimits() }
    var limits = GPULimits()
    var value: UInt32 = 0
    if cnvml_default_limit(handle, device, &value) == CNVML_OK.code, value > 0 {
      limits.standard = .watts(Double(value) / 1000)
    }
    if cnvml_enforced_limit(handle, device, &value) == CNVML_OK.code, value > 0 {
      limits.enforced = .watts(Double(value) / 1000)
    }
    var most: UInt32 = 0
    if cnvml_limit_range(handle, device, &value, &most) == CNVML_OK.code, value <= most, most > 0 {
      limits.range = .watts(Double(value) / 1000) ... .watts(Double(most) / 1000)
    }
    return limits
  }

  func utilisation(of gpu: Int) throws(GPUDriverError) -> Double {
    var value: UInt32 = 0
    try check(cnvml_utilisation(handle, device(gpu), &value))
    return Double(min(value, 100)) / 100
  }

  func activity(of gpu: Int, since: UInt64) throws(GPUDriverError) -> [GPUProcessSample] {
    let device = try device(gpu)
    let rows = try rows(of: cnvml_process_sample(), room: 128) { cnvml_process_samples(handle, device, $0, $1, since) }
    // Rows of before may come again from what the driver keeps.
    return rows.filter { $0.timestamp_us > since }.map {
      GPUProcessSample(pid: Int32(bitPattern: $0.pid), microseconds: $0.timestamp_us, percent: $0.sm_percent)
    }
  }

  func holders(of gpu: Int) throws(GPUDriverError) -> [GPUHolder] {
    let device = try device(gpu)
    return try rows(of: cnvml_process(), room: 64) { cnvml_processes(handle, device, $0, $1) }.map {
      GPUHolder(
        pid: Int32(bitPattern: $0.pid), memoryBytes: $0.used_bytes == .max ? nil : $0.used_bytes,
        instance: $0.gpu_instance == .max ? nil : $0.gpu_instance)
    }
  }

  func instances(of gpu: Int) throws(GPUDriverError) -> [GPUInstance]? {
    let device = try device(gpu)
    var mode: UInt32 = 0
    let code = cnvml_mig_mode(handle, device, &mode)
    // A GPU that cannot be cut, or whose driver knows nothing of it, is whole.
    if GPUDriverError(code: code, text: "").isForGood { return nil }
    try check(code)
    guard mode == 1 else { return nil }
    var places: UInt32 = 0
    try check(cnvml_mig_places(handle, device, &places))
    var found: [UInt32: GPUInstance] = [:]
    for place in 0..<min(places, 64) {
      var id: UInt32 = 0
      var slices: UInt32 = 0
      var uuid = [CChar](repeating: 0, count: 96)
      let code = cnvml_mig_at(handle, device, place, &id, &slices, &uuid, UInt32(uuid.count - 1))
      // A place without an instance is a hole: others may come after it.
      if code == CNVML_NOT_FOUND.code { continue }
      try check(code)
      // Several compute instances may lie in one GPU instance: its slices count once.
      found[id] = GPUInstance(id: id, slices: slices, uuid: uuid.text)
    }
    return found.values.sorted { $0.id < $1.id }
  }

  func slices(of gpu: Int) throws(GPUDriverError) -> UInt32 {
    var places: UInt32 = 0
    try check(cnvml_mig_places(handle, try device(gpu), &places))
    return places
  }

  private func device(_ gpu: Int) throws(GPUDriverError) -> cnvml_device {
    guard let board = boards.first(where: { $0.identity.index == gpu }) else {
      throw GPUDriverError(code: CNVML_NOT_FOUND.code, text: "there is no GPU \(gpu)")
    }
    return board.device
  }

  /// Rows of a call that says how much room it needs.
  private func rows<Row>(
    of empty: Row, room: Int, _ call: (UnsafeMutablePointer<Row>, UnsafeMutablePointer<UInt32>) -> Int32
  ) throws(GPUDriverError) -> [Row] {
    var rows = [Row](repeating: empty, count: room)
    for _ in 0..<3 {
      var count = UInt32(rows.count)
      let code = rows.withUnsafeMutableBufferPointer { call($0.baseAddress!, &count) }
      if code == CNVML_BUFFER_TOO_SMALL.code || (code == CNVML_OK.code && count > rows.count) {
        rows = Array(repeating: empty, count: Int(min(count, 65_536)) + 32)
        continue
      }
      if GPUDriverError(code: code, text: "").isEmpty { return [] }
      try check(code)
      return Array(rows.prefix(Int(count)))
    }
    throw GPUDriverError(code: CNVML_NO_DATA.code, text: "its list of processes grew while it was read")
  }

  private func check(_ code: Int32) throws(GPUDriverError) {
    guard code == CNVML_OK.code else {
      throw GPUDriverError(code: code, text: String(cString: cnvml_error(handle, code)))
    }
  }

  private static func text(_ call: (UnsafeMutablePointer<CChar>, UInt32) -> Int32) -> String? {
    var buffer = [CChar](repeating: 0, count: 97)
    guard buffer.withUnsafeMutableBufferPointer({ call($0.baseAddress!, 96) }) == CNVML_OK.code else { return nil }
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
