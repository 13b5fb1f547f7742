public import Quantities

/// NVIDIA GPUs: the board's energy counter, its power where it has no counter, a model of its load where it has
/// neither.
///
/// The driver is asked on a thread of its own. One that does not answer in time is left alone until it does; the rest
/// of the machine is metered on.
public struct NVMLSource: PowerSource {
  /// How long the driver may take to answer.
  public static let deadline = Quantities.Span.seconds(2)
  /// How often a driver that is gone is looked for again.
  static let searchPeriod = Quantities.Span.seconds(30)

  private let worker: GPUWorker
  private var boards: [NVMLBoard]
  /// The driver did not answer the last question in time.
  private var isLate = false
  private var searched: MonotonicInstant?
  private var faults: [String] = []
  public let descriptions: [SourceDescription]

  /// The GPUs behind a driver library.
  ///
  /// - Parameters:
  ///   - library: its soname, or a path.
  ///   - deadline: how long it may take to answer.
  /// - Throws: why there are none.
  public init(library: String? = nil, deadline: Quantities.Span = NVMLSource.deadline) throws(MeteringError) {
    let name = library ?? NVMLLibrary.soname
    try self.init(deadline: deadline) { () throws(MeteringError) in try NVMLLibrary(named: name) }
  }

  /// The GPUs of a driver, for example of a recording.
  ///
  /// - Parameter open: opens it; called on the thread that asks it, and again when all its GPUs were lost.
  /// - Throws: why there are none.
  public init(
    deadline: Quantities.Span = NVMLSource.deadline,
    opening open: @escaping @Sendable () throws(MeteringError) -> any GPUDriver
  ) throws(MeteringError) {
    worker = GPUWorker(deadline: deadline, open: open)
    switch worker.ask(.open) {
    case .facts(let facts): boards = facts.map { NVMLBoard($0) }
    case .failed(let error): throw error
    case .late:
      let seconds = Decimals.significant(deadline.seconds, digits: 2)
      throw MeteringError("the NVIDIA driver did not answer within \(seconds) s: no GPU is metered")
    case .looks: throw MeteringError("the NVIDIA driver gave no list of GPUs")
    }
    descriptions = boards.compactMap(Self.description)
    faults = boards.filter { $0.rank == .none }.map { Self.nothing($0.facts) }
    guard !descriptions.isEmpty else { throw MeteringError(faults.joined(separator: "; ")) }
  }

  public var counters: [String: UInt64] {
    var result: [String: UInt64] = [:]
    for board in boards { result[board.uuid] = board.resumable }
    return result
  }

  public mutating func resume(counters: [String: UInt64]) {
    for index in boards.indices {
      if let counter = counters[boards[index].uuid] { boards[index].resume(counter: counter) }
    }
  }

  public mutating func reset(at moment: MonotonicInstant) {
    guard let looks = looks() else { return sayLate() }
    isLate = false
    for (index, look) in looks { boards[index].begin(look, at: moment) }
  }

  public mutating func poll(_ interval: PollInterval) -> [EnergyReading] {
    if boards.allSatisfy(\.isLost) { return search(interval.to) }
    let wasLate = isLate
    guard let looks = looks() else {
      sayLate()
      return []
    }
    isLate = false
    guard !wasLate else {
      faults.append("the NVIDIA driver answers again: its GPUs count from here on, what flowed meanwhile is not known")
      for (index, look) in looks { boards[index].begin(look, at: interval.to) }
      return []
    }
    return looks.compactMap { index, look in boards[index].take(look, interval) }
  }

  public mutating func takeFaults() -> [String] {
    defer { faults.removeAll() }
    for index in boards.indices { faults += boards[index].takeFaults() }
    return faults
  }

  private mutating func sayLate() {
    if !isLate {
      let seconds = Decimals.significant(worker.deadline.seconds, digits: 2)
      faults.append("the NVIDIA driver did not answer within \(seconds) s: its GPUs are not counted until it does")
    }
    isLate = true
  }

  /// Looks at the boards that are there, by their place in the list; `nil` when the driver did not answer in time.
  private func looks() -> [(Int, GPULook)]? {
    let questions = boards.indices.compactMap { index in boards[index].question().map { (index, $0) } }
    guard !questions.isEmpty else { return [] }
    guard case .looks(let looks) = worker.ask(.look(questions.map(\.1))), looks.count == questions.count else {
      return nil
    }
    return zip(questions, looks).map { ($0.0, $1) }
  }

  /// Looks for a driver that was gone, as after it was loaded anew; its GPUs then count from `moment` on.
  private mutating func search(_ moment: MonotonicInstant) -> [EnergyReading] {
    guard let last = searched, moment >= last else {
      searched = moment
      return []
    }
    guard moment - last >= Self.searchPeriod else { return [] }
    searched = moment
    guard case .facts(let facts) = worker.ask(.open) else { return [] }
    var found: [String] = []
    for index in boards.indices {
      guard let fresh = facts.first(where: { $0.identity.uuid == boards[index].uuid }) else { continue }
      boards[index] = NVMLBoard(fresh)
      found.append(fresh.identity.name)
    }
    guard !found.isEmpty else { return [] }
    searched = nil
    faults.append("the NVIDIA driver is back: \(found.joined(separator: ", ")) from here on")
    reset(at: moment)
    return []
  }
}

// MARK: - What is said of it

extension NVMLSource {
  private static func nothing(_ facts: GPUFacts) -> String {
    let reason = facts.powerError?.text ?? "not told"
    return "\(facts.identity.name): neither its energy nor its power (\(reason)) nor its load and limit can be read: "
      + "it is not metered"
  }

  private static func description(_ board: NVMLBoard) -> SourceDescription? {
    let facts = board.facts
    let identity = facts.identity
    let name = "\(identity.name) \(identity.uuid)"
    let counterText = facts.energyError?.text ?? ""
    switch board.rank {
    case .counter where facts.isCut: return cut(name, method: "the board counts its energy")
    case .counter:
      return SourceDescription(
        component: .gpu, name: name, origin: .measured, method: MeteringMethods.nvmlCounter,
        reason: "the board counts its energy", relative: MeteringMethods.nvmlRelative)
    case .power:
      let meaning = words(facts.power ?? .plain, identity)
      let reason = "power is sampled (\(meaning)), because the energy counter is \(counterText)"
      if facts.isCut { return cut(name, method: reason) }
      return SourceDescription(
        component: .gpu, name: facts.power?.isOfModule == true ? "\(name) module" : name, origin: .measured,
        method: MeteringMethods.nvmlPower, reason: reason, relative: MeteringMethods.nvmlRelative)
    case .load:
      return SourceDescription(
        component: .gpu, name: name, origin: .modelled, method: MeteringMethods.gpuLoad,
        reason: "its load is a model's input: the energy counter is \(counterText), "
          + "power is \(facts.powerError?.text ?? "not told")",
        relative: MeteringMethods.gpuLoadRelative)
    case .none: return nil
    }
  }

  private static func cut(_ name: String, method: String) -> SourceDescription {
    SourceDescription(
      component: .gpu, name: name, origin: .modelled, method: MeteringMethods.sliceShare,
      reason: "\(method), and it is cut into instances (MIG): who used it is modelled by compute slices",
      relative: MeteringMethods.sliceShareRelative)
  }

  private static func words(_ meaning: GPUPowerMeaning, _ identity: GPUIdentity) -> String {
    switch meaning {
    case .instantaneous: "instantaneous"
    case .average: "mean of the last second"
    case .moduleInstantaneous: "instantaneous, of the whole module with its processor"
    case .moduleAverage: "mean of the last second, of the whole module with its processor"
    case .plain:
      switch identity.plainPowerIsAverage {
      case true?: "mean of the last second"
      case false?: "instantaneous"
      case nil: "now or of the last second: the driver does not say"
      }
    }
  }
}
