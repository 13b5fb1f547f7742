import Quantities

/// One GPU's account of its energy: a pure state machine. Looks go in, readings and troubles come out.
struct NVMLBoard {
  /// Where its energy comes from.
  enum Rank: Hashable {
    /// The board's energy counter.
    case counter
    /// Power readings.
    case power
    /// The model of its load.
    case load
    /// Nothing can be read.
    case none
  }

  /// Below this a counter that is refreshed each 20 to 100 ms says too little: power x time stands in.
  static let shortWindow = Quantities.Span.seconds(0.5)

  let facts: GPUFacts
  private(set) var rank: Rank
  private(set) var isLost = false
  /// How its power is read; `nil` until it could be.
  private var meaning: GPUPowerMeaning?
  private var hasActivity = true
  private var hasUtilisation: Bool
  private var isFailing = false
  private var saidShortWindow = false
  /// The counter when it was last read, millijoules.
  private var counter: UInt64?
  /// Millijoules of the counter that readings already hold. It runs ahead of the counter when power x time stood in;
  /// the next readings are then smaller by as much, so that in the end the counter's word holds.
  private var accounted: Double?
  private var integral = PowerIntegral()
  /// When the last reading was given; `nil` after a restart of the meter.
  private var seen: MonotonicInstant?
  private var activitySeen: UInt64 = 0
  private var state = GPUSharing.State.unknown
  /// The least power seen while no process held it; until then idle is not known and nothing is called idle.
  private(set) var idle: Power?
  private var faults: [String] = []

  init(_ facts: GPUFacts) {
    self.facts = facts
    hasUtilisation = facts.hasUtilisation
    meaning = facts.power
    rank = .counter
    if facts.energyError?.isForGood == true { rank = rankWithoutCounter }
  }

  var name: String { facts.identity.name }
  var uuid: String { facts.identity.uuid }

  /// What to ask it; `nil` when it is gone.
  func question() -> GPUQuestion? {
    guard !isLost, rank != .none else { return nil }
    return GPUQuestion(
      gpu: facts.identity.index, energy: rank == .counter, power: meaning ?? .plain,
      activitySince: hasActivity && !facts.isCut ? activitySeen : nil,
      utilisation: hasUtilisation)
  }

  /// The counter as far as readings hold it, from which a later meter can go on.
  var resumable: UInt64? { accounted.map { UInt64(max($0, 0).rounded()) } }

  /// Goes on from the counter of an earlier meter.
  mutating func resume(counter: UInt64) {
    self.counter = counter
    accounted = Double(counter)
    seen = nil
  }

  /// Forgets the past: the next reading counts from this look.
  mutating func begin(_ look: GPULook, at moment: MonotonicInstant) {
    counter = nil
    accounted = nil
    integral = PowerIntegral()
    seen = moment
    if case .success(let value)? = look.energy, rank == .counter {
      counter = value
      accounted = Double(value)
    }
    if case .success(let power)? = look.power, !facts.limits.isAbsurd(power) { _ = integral.add(power, at: moment) }
    note(look)
    // Its rows are what processes did before: they say nothing of now.
    var present = look
    if present.activity?.failure == nil { present.activity = look.activity.map { _ in .success([]) } }
    state = present.found.state
  }

  /// Takes a look; `nil` when it does not say how much energy flowed.
  mutating func take(_ look: GPULook, _ interval: PollInterval) -> EnergyReading? {
    note(look)
    let found = look.found
    let before = state
    state = found.state
    guard !isLost, let (energy, length) = energy(look, interval) else { return nil }
    seen = interval.to
    let flowed = Microjoules(energy)
    if rank == .load, let limit = facts.limits.standard {
      let idle = Microjoules(GPULoad(designPower: limit).idle * length)
      return reading(flowed, idle: min(idle, flowed), found)
    }
    if found.state == .empty, before == .empty, length >= Self.shortWindow {
      let power = energy / length
      idle = min(idle ?? power, power)
    }
    let idleEnergy = Microjoules(idle.map { $0 * length } ?? .zero)
    return reading(flowed, idle: min(idleEnergy, flowed), found)
  }

  /// Troubles since the last call.
  mutating func takeFaults() -> [String] {
    defer { faults.removeAll() }
    return faults
  }
}

// MARK: - Energy

extension NVMLBoard {
  private var rankWithoutCounter: Rank { meaning == nil ? rankWithoutPower : .power }
  private var rankWithoutPower: Rank { hasUtilisation && facts.limits.standard != nil ? .load : .none }

  /// Energy since the last reading, and the time it flowed in.
  private mutating func energy(_ look: GPULook, _ interval: PollInterval) -> (Energy, Quantities.Span)? {
    let length = interval.to - (seen ?? interval.from)
    guard length.seconds > 0 else { return nil }
    let energy: Energy?
    switch rank {
    case .counter: energy = counted(look, length, at: interval.to)
    case .power: energy = sampled(look, at: interval.to)
    case .load: energy = modelled(look, length)
    case .none: energy = nil
    }
    return energy.map { ($0, length) }
  }

  private mutating func counted(
    _ look: GPULook, _ length: Quantities.Span, at moment: MonotonicInstant
  ) -> Energy? {
    let now: UInt64
    switch look.energy {
    case .success(let value)?: now = value
    case .failure(let error)? where error.isForGood:
      rank = rankWithoutCounter
      counter = nil
      accounted = nil
      integral = PowerIntegral()
      seen = moment
      faults.append("\(name): its energy counter is \(error.text); from here on \(rankWords)")
      guard let power = power(look) else { return nil }
      _ = integral.add(power, at: moment)
      return power * length
    case .failure(let error)?:
      fail(error.text)
      return nil
    case nil: return nil
    }
    guard let before = counter, let held = accounted else {
      // The first word after a silence: it counts from here on.
      counter = now
      accounted = Double(now)
      seen = moment
      isFailing = false
      return nil
    }
    counter = now
    if now < before {
      accounted = Double(now)
      seen = moment
      faults.append("\(name): the energy counter went back; power x time stands in for one period")
      return power(look).map { $0 * length }
    }
    if length < Self.shortWindow, let power = power(look) {
      if !saidShortWindow {
        saidShortWindow = true
        faults.append("\(name): short-window: periods below 0.5 s are power x time, the counter is too coarse for them")
      }
      let energy = power * length
      accounted = held + energy.joules * 1000
      return energy
    }
    let due = Double(now) - held
    guard due >= 0 else { return .zero }
    accounted = Double(now)
    // A short window's counter may hold a refresh that flowed before it: only its amount in half a second is judged.
    let judged = Quantities.Span.seconds(max(length.seconds, Self.shortWindow.seconds))
    if facts.limits.isAbsurd(.joules(due / 1000) / judged) {
      seen = moment
      fail(tooMuch(.joules(due / 1000) / length))
      return nil
    }
    isFailing = false
    return .joules(due / 1000)
  }

  private mutating func sampled(_ look: GPULook, at moment: MonotonicInstant) -> Energy? {
    guard let power = power(look) else { return nil }
    return integral.add(power, at: moment)
  }

  private mutating func modelled(_ look: GPULook, _ length: Quantities.Span) -> Energy? {
    guard let limit = facts.limits.standard else { return nil }
    switch look.utilisation {
    case .success(let share)?:
      isFailing = false
      return GPULoad(designPower: limit).power(load: share) * length
    case .failure(let error)?: fail(error.text)
    case nil: break
    }
    return nil
  }

  /// Power of this look; a value that no such board can draw does not count.
  private mutating func power(_ look: GPULook) -> Power? {
    switch look.power {
    case .success(let power)?:
      if facts.limits.isAbsurd(power) {
        fail(tooMuch(power))
        return nil
      }
      isFailing = false
      return power
    case .failure(let error)?:
      if rank == .power, error.isForGood {
        rank = rankWithoutPower
        faults.append("\(name): its power is \(error.text); from here on \(rankWords)")
      } else {
        fail(error.text)
      }
    case nil: break
    }
    return nil
  }

  private var rankWords: String {
    switch rank {
    case .counter: "its counter is read"
    case .power: "power readings are taken"
    case .load: "its load is a model's input"
    case .none: "it is not metered"
    }
  }

  private func tooMuch(_ power: Power) -> String {
    "it says \(Decimals.significant(power.watts, digits: 3)) W, more than it can draw: left out"
  }

  private mutating func fail(_ text: String) {
    if !isFailing { faults.append("\(name): \(text)") }
    isFailing = true
  }
}

// MARK: - Whose work it is

extension NVMLBoard {
  private func reading(_ energy: Microjoules, idle idleEnergy: Microjoules, _ found: GPULook.Found) -> EnergyReading {
    // Without a known idle power nobody can tell what the open context adds to it.
    let isParked = found.state == .parked && idle != nil
    return EnergyReading(
      component: .gpu, energy: energy, idle: .known(idleEnergy), sharing: .processes(found.weights),
      parked: isParked ? GPUSharing.parked(energy, idle: idleEnergy, holders: found.holders) : [:])
  }

  /// Remembers what will not change and what was seen.
  private mutating func note(_ look: GPULook) {
    let codes: [GPUDriverError?] = [look.energy?.failure, look.power?.failure, look.holders?.failure]
    if let loss = codes.lazy.compactMap({ $0 }).first(where: \.isLoss) {
      isLost = true
      faults.append("\(name): \(loss.text)")
    }
    if look.activity?.failure?.isForGood == true { hasActivity = false }
    if look.utilisation?.failure?.isForGood == true { hasUtilisation = false }
    if case .success? = look.power, meaning == nil { meaning = .plain }
    if case .success(let rows)? = look.activity {
      activitySeen = max(activitySeen, rows.map(\.microseconds).max() ?? 0)
    }
  }
}

extension Result {
  fileprivate var failure: Failure? {
    if case .failure(let error) = self { error } else { nil }
  }
}
