public import Quantities

/// The machine at one moment, as the table of processes needs it.
public struct ProcessLook: Hashable, Sendable {
  /// When, on the monotonic clock.
  public var monotonic: MonotonicInstant
  /// When, in ticks since the machine started, sleep included.
  public var ticks: UInt64
  /// The machine's busy nanoseconds since some fixed moment; `nil` when they cannot be read now.
  public var busy: UInt64?
  /// Nanoseconds that a hypervisor gave to others since some fixed moment, over all processors.
  public var stolen: UInt64
  /// Processors that are on.
  public var processors: Int
  /// All processes.
  public var processes: [ProcessReading]

  /// A look.
  public init(
    monotonic: MonotonicInstant, ticks: UInt64, busy: UInt64?, stolen: UInt64 = 0, processors: Int,
    processes: [ProcessReading]
  ) {
    self.monotonic = monotonic
    self.ticks = ticks
    self.busy = busy
    self.stolen = stolen
    self.processors = processors
    self.processes = processes
  }
}

/// What one process took between two looks.
public struct ProcessRow: Hashable, Sendable {
  /// Which process.
  public let identity: ProcessIdentity
  /// Its parent's number.
  public let parent: Int32
  /// CPU nanoseconds it used, with those of children that ended and were never seen, which it reaped.
  public var nanoseconds: UInt64
  /// The same as percent of one processor's time; above 100 for one that uses several.
  public var percent: Double
  /// Resident bytes at the second look.
  public let residentBytes: UInt64
  /// Its part of each component's energy.
  public var energy: [Component: Microjoules] = [:]
  /// Its weight among those that used a GPU, in the driver's unit; 0 for one that used none.
  public var gpuWeight: Double = 0

  /// All components together.
  public var total: Microjoules { energy.values.reduce(.zero, +) }
}

/// Every process between two looks, and what it took. Pure: two looks and the energies between them in, rows out.
///
/// Rows, idle, Dimmer's own and unattributed make up what each component's source read, to the microjoule.
public struct ProcessTable: Hashable, Sendable {
  /// Processes, those that took most first; Dimmer's own are not among them.
  public let rows: [ProcessRow]
  /// Each component's energy: `others` is what all rows took, `run` is nothing.
  public let terms: [Component: EnergyTerms]
  /// The time between the looks.
  public let length: Quantities.Span

  /// The table of the time between two looks.
  ///
  /// - Parameters:
  ///   - before: the first look.
  ///   - now: the second.
  ///   - energies: what the sources gave in between, with `processes` not resolved by anybody's account.
  ///   - own: Dimmer's processes.
  public init(from before: ProcessLook, to now: ProcessLook, energies: [EnergyReading], own: Set<Int32>) {
    length = now.monotonic > before.monotonic ? now.monotonic - before.monotonic : .seconds(0)
    let busy: UInt64? = if let first = before.busy, let last = now.busy { last > first ? last - first : 0 } else { nil }
    let times = ProcessTimes(from: before, to: now, busy: busy)
    var rows: [ProcessRow] = []
    var ownNanoseconds: UInt64 = 0
    var ownResident: UInt64 = 0
    for (reading, used) in zip(now.processes, times.used) {
      guard !own.contains(reading.identity.pid) else {
        ownNanoseconds &+= used
        ownResident &+= reading.residentBytes
        continue
      }
      rows.append(
        ProcessRow(
          identity: reading.identity, parent: reading.parent, nanoseconds: used,
          percent: length.seconds > 0 ? Double(used) / length.seconds / 1e7 : 0, residentBytes: reading.residentBytes))
    }
    // Else the odd microjoule of a split would go by the order in which a file system lists its folders.
    rows.sort { $0.identity.pid < $1.identity.pid }
    let seen = times.used.reduce(0, &+)
    let stolen = now.stolen > before.stolen ? now.stolen - before.stolen : 0
    let capacity = length.seconds * 1e9 * Double(max(now.processors, 0)) - Double(stolen)
    var terms: [Component: EnergyTerms] = [:]
    for reading in energies {
      var idle: Microjoules
      switch reading.idle {
      case .known(let known): idle = known
      case .unusedShare:
        idle =
          reading.energy - Attribution.active(reading.energy, usage: capacity > 0 ? Double(busy ?? 0) / capacity : 0)
      }
      // Dimmer's own and work of no process seen stand behind the rows.
      var weights: [Double]
      switch reading.sharing {
      case .cpuTime:
        let unseen = busy.map { $0 > seen ? $0 - seen : 0 } ?? 0
        weights = rows.map { Double($0.nanoseconds) } + [Double(ownNanoseconds), Double(unseen)]
      case .residentMemory(let whole):
        weights = rows.map { Double($0.residentBytes) } + [Double(ownResident), 0]
        let free = max(Double(whole) - weights.reduce(0, +), 0)
        idle = Split.largestRemainder(reading.energy, weights: weights + [free])?.last ?? reading.energy
      case .processes(let processes):
        var rest = processes
        weights = rows.map { max(rest.removeValue(forKey: $0.identity.pid) ?? 0, 0) }
        if reading.component == .gpu { for index in rows.indices { rows[index].gpuWeight += weights[index] } }
        let mine = own.reduce(0) { $0 + (rest.removeValue(forKey: $1) ?? 0) }
        weights += [mine, rest.values.reduce(0, +)]
      case .weights(let run, let others, let mine, let unattributed):
        // Told apart by whose account it is, not by process.
        weights = rows.map { _ in 0 } + [mine, run + others + unattributed]
      }
      let parts = Attribution.share(reading.energy, idle: idle, activity: weights)
      var sum = terms[reading.component] ?? EnergyTerms()
      for index in rows.indices {
        rows[index].energy[reading.component, default: .zero] += parts.shares[index]
        sum.others += parts.shares[index]
      }
      sum.host += reading.energy
      sum.idle += parts.idle
      sum.own += parts.shares[rows.count]
      sum.unattributed += parts.shares[rows.count + 1] + parts.unattributed
      terms[reading.component] = sum
    }
    self.terms = terms
    self.rows = rows.sorted {
      let left = $0.total
      let right = $1.total
      if left != right { return left > right }
      if $0.nanoseconds != $1.nanoseconds { return $0.nanoseconds > $1.nanoseconds }
      return $0.identity.pid < $1.identity.pid
    }
  }
}

/// What each process used between two looks.
struct ProcessTimes {
  /// Nanoseconds, in the order of the second look's processes.
  private(set) var used: [UInt64] = []

  /// - Parameter busy: what the machine was busy in between; what reapers were given for children never seen cannot be
  ///   more than what of it the living leave.
  init(from before: ProcessLook, to now: ProcessLook, busy: UInt64?) {
    let earlier = Dictionary(before.processes.map { ($0.identity, $0) }, uniquingKeysWith: { first, _ in first })
    let alive = Set(now.processes.map(\.identity))
    var given: [Int32: UInt64] = [:]
    var living: UInt64 = 0
    for reading in now.processes {
      let old = earlier[reading.identity]
      // One that is older than the first look and was not in it was hidden: when it used its time is not known.
      let isNew = old == nil && reading.identity.startTicks + 2 >= before.ticks
      let own = isNew ? reading.ownNanoseconds : Self.growth(old?.ownNanoseconds, reading.ownNanoseconds)
      let children =
        isNew ? reading.childrenNanoseconds : Self.growth(old?.childrenNanoseconds, reading.childrenNanoseconds)
      used.append(own)
      living &+= own
      if children > 0 { given[reading.identity.pid] = children }
    }
    // Of those that ended, what they had used by the first look was theirs before.
    let parents = Dictionary(before.processes.map { ($0.identity.pid, $0) }, uniquingKeysWith: { first, _ in first })
    var expected: [Int32: UInt64] = [:]
    var gone: UInt64 = 0
    for reading in before.processes where !alive.contains(reading.identity) {
      let amount = reading.ownNanoseconds &+ reading.childrenNanoseconds
      gone &+= amount
      var reaper = parents[reading.parent]
      var depth = 0
      while let candidate = reaper, !alive.contains(candidate.identity), depth < 256 {
        reaper = parents[candidate.parent]
        depth += 1
      }
      if let reaper { expected[reaper.identity.pid, default: 0] &+= amount }
    }
    var fresh = given
    for (pid, amount) in expected { fresh[pid] = fresh[pid].map { $0 > amount ? $0 - amount : 0 } }
    let total = given.values.reduce(0, &+)
    var most = total > gone ? total - gone : 0
    if let busy { most = min(most, busy > living ? busy - living : 0) }
    let sum = fresh.values.reduce(0, &+)
    guard most > 0, sum > 0 else { return }
    // An orphan's time went to another than its parent: then what is left is shared among those that were given any.
    let scale = min(Double(most) / Double(sum), 1)
    for (index, reading) in now.processes.enumerated() {
      guard let amount = fresh[reading.identity.pid] else { continue }
      used[index] &+= scale == 1 ? amount : UInt64(Double(amount) * scale)
    }
  }

  private static func growth(_ before: UInt64?, _ now: UInt64) -> UInt64 {
    guard let before, now > before else { return 0 }
    return now - before
  }
}
