public import Quantities

/// One number in which a machine shows energy or power: a counter, a sensor.
struct PowerChannel {
  /// What the number is about.
  enum Target: Hashable {
    case component(Component)
    /// The whole machine: kept beside the components, in no total.
    case platform
  }

  /// What a look at it gives.
  enum Value: Hashable {
    /// A counter that only grows.
    case count(UInt64)
    /// Power at this moment.
    case power(Power)
    /// It cannot be read now, and why. What flows meanwhile comes with the next value.
    case missing(String)
    /// It says nothing about this time, for example a battery while it is charged. What flows meanwhile is not known.
    case silent(String)
  }

  /// Its name, unique on the machine.
  let name: String
  let target: Target
  /// What one step of a counter is.
  var microjoulesPerCount = 1.0
  /// More than this was no power but a counter set anew.
  var limit: Power = .watts(3000)
  /// Whether the counter begins with the meter that reads it.
  var beginsWithMeter = false
  let read: () -> Value
}

/// Any channels of one device, read together: counters are differenced, powers integrated by trapezoids.
public struct ChannelSource: PowerSource {
  private struct Reader {
    let channel: PowerChannel
    var baseline: UInt64?
    var integral = PowerIntegral()
    var lastRead: MonotonicInstant?
    var rest = 0.0
    var total: Int64 = 0
    var trouble: String?
    var hasValue = false
  }

  public let descriptions: [SourceDescription]
  private var readers: [Reader]
  private let memoryBytes: UInt64
  /// The busy part of the device, 0 to 1, for those that say it.
  private let busy: (() -> Double?)?
  /// What flows at no load, where a model says so.
  private let modelIdle: Power?
  private var pending: [Component: (energy: Int64, seconds: Double, wasIdle: Bool)] = [:]
  /// The least power seen while the device said that it did nothing; until then nothing is called idle.
  private var idleWatts: Double?
  private var faults: [String] = []

  init(
    _ channels: [PowerChannel], descriptions: [SourceDescription], memoryBytes: UInt64 = 0,
    busy: (() -> Double?)? = nil, modelIdle: Power? = nil
  ) {
    readers = channels.map { Reader(channel: $0) }
    self.descriptions = descriptions
    self.memoryBytes = memoryBytes
    self.busy = busy
    self.modelIdle = modelIdle
  }

  /// Whether a component is read.
  func reads(_ component: Component) -> Bool { readers.contains { $0.channel.target == .component(component) } }

  public var counters: [String: UInt64] {
    var result: [String: UInt64] = [:]
    for reader in readers where reader.baseline != nil { result[reader.channel.name] = reader.baseline }
    return result
  }

  public var platform: [PlatformReading] {
    readers.filter { $0.channel.target == .platform && $0.hasValue }
      .map { PlatformReading(name: $0.channel.name, energy: Microjoules($0.total)) }
  }

  public mutating func resume(counters: [String: UInt64]) {
    for index in readers.indices {
      guard let value = counters[readers[index].channel.name] else { continue }
      if readers[index].channel.beginsWithMeter {
        faults.append(
          "\(readers[index].channel.name) begins with the meter that reads it: what flowed while none ran is missing")
      } else {
        readers[index].baseline = value
        readers[index].lastRead = nil
      }
    }
  }

  public mutating func reset(at moment: MonotonicInstant) {
    pending = [:]
    for index in readers.indices {
      readers[index] = Reader(channel: readers[index].channel, trouble: readers[index].trouble)
      _ = energy(index, from: moment, to: moment)
    }
  }

  public mutating func poll(_ interval: PollInterval) -> [EnergyReading] {
    let load = busy?()
    var missing: Set<Component> = []
    var seen: [Component] = []
    for index in readers.indices {
      let energy = energy(index, from: interval.from, to: interval.to)
      switch readers[index].channel.target {
      case .platform: readers[index].total &+= energy ?? 0
      case .component(let component):
        if !seen.contains(component) { seen.append(component) }
        if let energy { pending[component, default: (0, 0, true)].energy += energy } else { missing.insert(component) }
      }
    }
    var readings: [EnergyReading] = []
    for component in seen {
      pending[component, default: (0, 0, true)].seconds += interval.length.seconds
      if load != 0 { pending[component]?.wasIdle = false }
      // With one channel missing the others are kept until it can be read again: a part is not the whole.
      guard !missing.contains(component), let sum = pending[component] else { continue }
      if sum.energy == 0, component == .cpu, interval.usage > 0 { continue }
      pending[component] = nil
      readings.append(reading(component, sum.energy, seconds: sum.seconds, wasIdle: sum.wasIdle))
    }
    return readings
  }

  public mutating func takeFaults() -> [String] {
    defer { faults.removeAll() }
    return faults
  }

  private mutating func reading(
    _ component: Component, _ energy: Int64, seconds: Double, wasIdle: Bool
  ) -> EnergyReading {
    if component == .gpu, busy != nil, wasIdle, seconds > 0, energy > 0 {
      idleWatts = min(idleWatts ?? .infinity, Double(energy) / 1e6 / seconds)
    }
    let idle = Microjoules(
      min((modelIdle ?? .watts(idleWatts ?? 0)) * .seconds(seconds), .joules(Double(energy) / 1e6)))
    switch component {
    case .cpu: return EnergyReading(component: .cpu, energy: Microjoules(energy), idle: .unusedShare, sharing: .cpuTime)
    case .memory:
      return EnergyReading(
        component: .memory, energy: Microjoules(energy), idle: .known(.zero),
        sharing: memoryBytes > 0 ? .residentMemory(of: memoryBytes) : .cpuTime)
    case .gpu:
      return EnergyReading(
        component: .gpu, energy: Microjoules(energy), idle: .known(min(idle, Microjoules(energy))),
        sharing: .processes([:]))
    }
  }

  /// Microjoules of one channel since its last value; `nil` when there is none now.
  private mutating func energy(_ index: Int, from: MonotonicInstant, to: MonotonicInstant) -> Int64? {
    let channel = readers[index].channel
    switch channel.read() {
    case .missing(let why):
      note(index, "\(channel.name): \(why)")
      return nil
    case .silent(let why):
      note(index, "\(channel.name): \(why)")
      readers[index].integral = PowerIntegral()
      readers[index].baseline = nil
      return nil
    case .power(let power):
      note(index, nil)
      readers[index].hasValue = true
      readers[index].lastRead = to
      guard power.watts >= 0, power.watts.isFinite, let energy = readers[index].integral.add(power, at: to) else {
        return nil
      }
      return whole(index, energy.joules * 1e6)
    case .count(let now):
      note(index, nil)
      let since = to - (readers[index].lastRead ?? from)
      readers[index].lastRead = to
      readers[index].hasValue = true
      defer { readers[index].baseline = now }
      guard let before = readers[index].baseline else { return nil }
      guard now >= before else {
        faults.append("\(channel.name) went back: its driver was loaded anew, one period is missing")
        return 0
      }
      let microjoules = Double(now - before) * channel.microjoulesPerCount
      if microjoules / 1e6 / max(since.seconds, 0.1) > channel.limit.watts {
        faults.append(
          "\(channel.name) jumped by \(Decimals.fixed(microjoules / 1e6, places: 0)) J in "
            + "\(Decimals.fixed(since.seconds, places: 1)) s: it was set anew, one period is missing")
        return 0
      }
      return whole(index, microjoules)
    }
  }

  /// What rounding to whole microjoules leaves over goes into the next period.
  private mutating func whole(_ index: Int, _ microjoules: Double) -> Int64 {
    let sum = microjoules + readers[index].rest
    readers[index].rest = sum - sum.rounded(.down)
    return Int64(sum.rounded(.down))
  }

  /// Says a trouble when it begins and when it is over.
  private mutating func note(_ index: Int, _ trouble: String?) {
    defer { readers[index].trouble = trouble }
    if let trouble {
      if readers[index].trouble == nil { faults.append(trouble) }
    } else if readers[index].trouble != nil {
      faults.append("\(readers[index].channel.name) can be read again")
    }
  }
}
