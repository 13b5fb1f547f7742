/// One row of the driver's per-process samples.
public struct GPUProcessSample: Hashable, Sendable {
  /// The process.
  public let pid: Int32
  /// When it was written, microseconds on the driver's clock.
  public let microseconds: UInt64
  /// Percent of the multiprocessors' time.
  public let percent: UInt32

  /// A row.
  public init(pid: Int32, microseconds: UInt64, percent: UInt32) {
    self.pid = pid
    self.microseconds = microseconds
    self.percent = percent
  }
}

/// Whose work a GPU did.
public enum GPUSharing {
  /// A weight for each process: the mean of its rows; if none did anything, those that hold a context share equally
  /// (a context keeps the GPU awake); one process alone has all of it.
  public static func weights(samples: [GPUProcessSample], holders: [Int32]) -> [Int32: Double] {
    var sums: [Int32: (percent: Double, rows: Double)] = [:]
    for sample in samples {
      let sum = sums[sample.pid] ?? (0, 0)
      sums[sample.pid] = (sum.percent + Double(sample.percent), sum.rows + 1)
    }
    let means = sums.mapValues { $0.percent / $0.rows }.filter { $0.value > 0 }
    if !means.isEmpty { return means }
    return Dictionary(holders.map { ($0, 1) }, uniquingKeysWith: { first, _ in first })
  }

  /// What processes weigh together for each consumer; those of no known process stay unattributed.
  static func weights(_ processes: [Int32: Double], consumer: (Int32) -> Consumer?) -> SharingRule {
    var run = 0.0
    var others = 0.0
    var own = 0.0
    var unattributed = 0.0
    for (pid, weight) in processes {
      switch consumer(pid) {
      case .run: run += weight
      case .others: others += weight
      case .own: own += weight
      case nil: unattributed += weight
      }
    }
    return .weights(run: run, others: others, own: own, unattributed: unattributed)
  }
}

extension EnergyReading {
  /// The same reading with the processes that share it summed by whose they are.
  func resolved(by ledger: borrowing ProcessLedger) -> EnergyReading {
    guard case .processes(let processes) = sharing else { return self }
    let consumers = processes.keys.reduce(into: [Int32: Consumer]()) { $0[$1] = ledger.consumer(of: $1) }
    return EnergyReading(
      component: component, energy: energy, idle: idle,
      sharing: GPUSharing.weights(processes) { consumers[$0] })
  }
}
