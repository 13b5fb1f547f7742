import Quantities

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
  /// What a GPU was found doing.
  enum State: Hashable, Sendable {
    /// No process holds it and nothing runs.
    case empty
    /// Processes hold it open and none of them works.
    case parked
    /// Something runs.
    case working
    /// The driver does not say enough to tell.
    case unknown
  }

  /// A weight for each process: the mean of its rows; if none did anything, those that hold a context share equally
  /// (a context keeps the GPU awake); one process alone has all of it. A row of more than 100 percent is the driver's
  /// error and does not count.
  public static func weights(samples: [GPUProcessSample], holders: [Int32]) -> [Int32: Double] {
    var sums: [Int32: (percent: Double, rows: Double)] = [:]
    for sample in samples where sample.percent <= 100 {
      let sum = sums[sample.pid] ?? (0, 0)
      sums[sample.pid] = (sum.percent + Double(sample.percent), sum.rows + 1)
    }
    let means = sums.mapValues { $0.percent / $0.rows }.filter { $0.value > 0 }
    if !means.isEmpty { return means }
    return Dictionary(holders.map { ($0, 1) }, uniquingKeysWith: { first, _ in first })
  }

  /// A weight for each process of a GPU that is cut into instances, where nobody can say what a process did: the
  /// compute slices of the instances that have a process, each instance's shared equally by its processes. If an
  /// instance of a process is not known, all processes share equally.
  public static func weights(holders: [GPUHolder], instances: [GPUInstance]) -> [Int32: Double] {
    let slices = Dictionary(instances.map { ($0.id, Double($0.slices)) }, uniquingKeysWith: { first, _ in first })
    // A process may be told several times: its row counts once in each instance.
    let rows = Set(holders.map { GPUHolder(pid: $0.pid, instance: $0.instance) })
    let held = Dictionary(grouping: rows) { $0.instance }
    guard held.keys.allSatisfy({ id in id.map { (slices[$0] ?? 0) > 0 } ?? false }) else {
      return weights(samples: [], holders: holders.map(\.pid))
    }
    var weights: [Int32: Double] = [:]
    for (id, rows) in held {
      guard let id, let width = slices[id] else { continue }
      for row in rows { weights[row.pid, default: 0] += width / Double(rows.count) }
    }
    return weights
  }

  /// The part of `energy` above bare idle that parked processes cause, in equal parts, each cut to whole microjoules,
  /// so that it is never more than they are charged.
  static func parked(_ energy: Microjoules, idle: Microjoules, holders: [Int32]) -> [Int32: Microjoules] {
    let pids = Set(holders)
    guard !pids.isEmpty, energy > idle else { return [:] }
    let part = Microjoules((energy - idle).count / Int64(pids.count))
    return Dictionary(uniqueKeysWithValues: pids.map { ($0, part) })
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
  /// The same reading with the processes that share it summed by whose they are. What is parked by processes that
  /// nobody knows stays unattributed like their work.
  func resolved(by ledger: borrowing ProcessLedger) -> EnergyReading {
    guard case .processes(let processes) = sharing else { return self }
    let consumers = processes.keys.reduce(into: [Int32: Consumer]()) { $0[$1] = ledger.consumer(of: $1) }
    return EnergyReading(
      component: component, energy: energy, idle: idle,
      sharing: GPUSharing.weights(processes) { consumers[$0] }, parked: parked.filter { consumers[$0.key] != nil })
  }
}
