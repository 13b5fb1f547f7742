public import Quantities

/// A driver that asks another one and writes down what it says, as ``GPURecording`` reads it.
public final class RecordingGPUDriver: GPUDriver {
  private let driver: any GPUDriver
  private let start: MonotonicInstant
  private let now: @Sendable () -> MonotonicInstant
  private let write: @Sendable (String) -> Void

  /// Records.
  ///
  /// - Parameters:
  ///   - label: one word or more on how it was made.
  ///   - now: what time it is; the recording's time is zero now.
  ///   - write: takes each line, without its end.
  public init(
    _ driver: any GPUDriver, label: String, now: @escaping @Sendable () -> MonotonicInstant,
    write: @escaping @Sendable (String) -> Void
  ) {
    self.driver = driver
    self.now = now
    self.write = write
    start = now()
    write("\(GPURecording.title) \(label)")
    for gpu in (try? driver.devices()) ?? [] {
      let architecture = gpu.architecture.map { String($0) } ?? "-"
      write("0 \(gpu.uuid) device \(gpu.index) \(architecture) \(PercentText.encode(gpu.name))")
    }
  }

  public func devices() throws(GPUDriverError) -> [GPUIdentity] { try driver.devices() }

  public func energy(of gpu: Int) throws(GPUDriverError) -> UInt64 {
    try said(gpu, "energy", { ["\($0)"] }) { () throws(GPUDriverError) in try driver.energy(of: gpu) }
  }

  public func power(of gpu: Int, as meaning: GPUPowerMeaning) throws(GPUDriverError) -> Power {
    try said(gpu, "power-\(meaning.rawValue)", { ["\($0.watts)"] }) { () throws(GPUDriverError) in
      try driver.power(of: gpu, as: meaning)
    }
  }

  public func limits(of gpu: Int) -> GPULimits {
    let limits = driver.limits(of: gpu)
    let powers = [limits.standard, limits.enforced, limits.range?.lowerBound, limits.range?.upperBound]
    line(gpu, "limits", powers.map { $0.map { "\($0.watts)" } ?? "-" })
    return limits
  }

  public func utilisation(of gpu: Int) throws(GPUDriverError) -> Double {
    try said(gpu, "utilisation", { ["\($0)"] }) { () throws(GPUDriverError) in try driver.utilisation(of: gpu) }
  }

  public func activity(of gpu: Int, since: UInt64) throws(GPUDriverError) -> [GPUProcessSample] {
    try said(gpu, "activity", { $0.map { "\($0.pid):\($0.microseconds):\($0.percent)" } }) {
      () throws(GPUDriverError) in try driver.activity(of: gpu, since: since)
    }
  }

  public func holders(of gpu: Int) throws(GPUDriverError) -> [GPUHolder] {
    let words: ([GPUHolder]) -> [String] = { holders in
      holders.map { holder in
        let bytes = holder.memoryBytes.map { String($0) } ?? "-"
        return "\(holder.pid):\(bytes):\(holder.instance.map { String($0) } ?? "-")"
      }
    }
    return try said(gpu, "holders", words) { () throws(GPUDriverError) in try driver.holders(of: gpu) }
  }

  public func instances(of gpu: Int) throws(GPUDriverError) -> [GPUInstance]? {
    try said(gpu, "instances", { $0.map { $0.map { "\($0.id):\($0.slices):\($0.uuid)" } } ?? ["-"] }) {
      () throws(GPUDriverError) in try driver.instances(of: gpu)
    }
  }

  public func slices(of gpu: Int) throws(GPUDriverError) -> UInt32 {
    try said(gpu, "slices", { ["\($0)"] }) { () throws(GPUDriverError) in try driver.slices(of: gpu) }
  }

  private func said<Value>(
    _ gpu: Int, _ what: String, _ words: (Value) -> [String], _ ask: () throws(GPUDriverError) -> Value
  ) throws(GPUDriverError) -> Value {
    do throws(GPUDriverError) {
      let value = try ask()
      line(gpu, what, words(value))
      return value
    } catch {
      line(gpu, what, ["!\(error.code)"])
      throw error
    }
  }

  private func line(_ gpu: Int, _ what: String, _ values: [String]) {
    let moment = now()
    let seconds = moment > start ? Decimals.fixed((moment - start).seconds, places: 6) : "0"
    let uuid = ((try? driver.devices()) ?? []).first { $0.index == gpu }?.uuid ?? "gpu-\(gpu)"
    write(([seconds, uuid, what] + values).joined(separator: " "))
  }
}
