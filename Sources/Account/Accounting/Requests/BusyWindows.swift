public import Quantities

/// Shares out what a meter read among the requests that ran meanwhile, as both become known: meter windows each period,
/// requests when they have ended. Pure: facts in, charges out, in any order within the patience.
///
/// A window is settled once no request that is known to run reaches into it and `patience` has passed since its end, so
/// that requests which end a little later are in it, too. Each settled window goes by ``MeterShare``: the dynamic part
/// by weight, spread evenly over a request's time; the idle part by time, for the part of the window in which anything
/// ran. The rest is a row of its own. At any moment metered = charged + idle + waiting, to the microjoule.
public struct BusyWindows: Hashable, Sendable, Codable {
  /// What a meter read between two moments.
  public struct Window: Hashable, Sendable, Codable {
    /// Its beginning.
    public var start: MonotonicInstant
    /// Its end, after its beginning.
    public var end: MonotonicInstant
    /// What work took.
    public var dynamic: Microjoules
    /// What flowed anyway.
    public var idle: Microjoules

    /// A window.
    public init(start: MonotonicInstant, end: MonotonicInstant, dynamic: Microjoules, idle: Microjoules) {
      self.start = start
      self.end = end
      self.dynamic = dynamic
      self.idle = idle
    }
  }

  /// A request that has ended.
  public struct Work: Hashable, Sendable, Codable {
    /// Its id.
    public var id: String
    /// When it began.
    public var began: MonotonicInstant
    /// When it ended.
    public var ended: MonotonicInstant
    /// Its weight; `nil` when its size is not known: it is then charged by time, like the others on the average.
    public var weight: Double?

    /// A request.
    public init(id: String, began: MonotonicInstant, ended: MonotonicInstant, weight: Double?) {
      self.id = id
      self.began = began
      self.ended = max(began, ended)
      self.weight = weight
    }
  }

  /// What one request is charged.
  public struct Charge: Hashable, Sendable, Codable {
    /// The request's id.
    public var id: String
    /// Its part of what work took: what one request more costs.
    public var dynamic: Microjoules
    /// Its part of what flowed anyway.
    public var idle: Microjoules
    /// Whether the meter read through all of its time; a charge that is not whole is too low and fits nothing.
    public var isWhole: Bool
    /// Requests that ran beside it at most.
    public var companions: Int

    /// Both parts.
    public var total: Microjoules { dynamic + idle }
  }

  private struct Account: Hashable, Sendable, Codable {
    var work: Work
    var charge: Charge
  }

  /// How long a window waits for requests that ran in it and have not been told of.
  public var patience: Span
  /// Windows that wait at most: the oldest is settled without those that still run.
  public let capacity: Int
  private var waiting: [Window] = []
  private var accounts: [Account] = []
  private var running: [String: MonotonicInstant] = [:]
  /// The beginning of the first settled window, and the end of the last.
  private var coveredFrom: MonotonicInstant?
  private var coveredTo: MonotonicInstant?

  /// All that the meter read.
  public private(set) var metered = Microjoules.zero
  /// What requests were charged.
  public private(set) var charged = Microjoules.zero
  /// What no request is charged: idle, and work of nobody's.
  public private(set) var idle = Microjoules.zero
  /// What windows hold that wait.
  public var pending: Microjoules { waiting.reduce(.zero) { $0 + $1.dynamic + $1.idle } }

  /// Nothing read yet.
  public init(patience: Span = .seconds(10), capacity: Int = 720) {
    self.patience = patience
    self.capacity = max(1, capacity)
  }

  /// A request has begun. Need not be told; it keeps windows from being settled without it.
  public mutating func began(_ id: String, at moment: MonotonicInstant) { running[id] = moment }

  /// A request has ended.
  public mutating func ended(_ work: Work) {
    running[work.id] = nil
    // A window that was settled without it has given its energy to others.
    let isInTime = coveredTo.map { $0 <= work.began } ?? true
    let charge = Charge(id: work.id, dynamic: .zero, idle: .zero, isWhole: isInTime, companions: 0)
    accounts.append(Account(work: work, charge: charge))
  }

  /// The meter read; windows come in order. One that ends before it begins, or begins before the last ended, is refused.
  ///
  /// - Returns: whether it was taken.
  @discardableResult
  public mutating func metered(_ window: Window) -> Bool {
    let last = waiting.last?.end ?? coveredTo
    guard window.start < window.end, last.map({ $0 <= window.start }) ?? true else { return false }
    metered += window.dynamic + window.idle
    waiting.append(window)
    return true
  }

  /// Settles the windows that need not wait any more.
  ///
  /// - Returns: the charges of the requests whose last window that was, in the order they ended.
  public mutating func settle(at now: MonotonicInstant) -> [Charge] {
    var settled = 0
    for window in waiting {
      let isFull = waiting.count - settled > capacity
      let mayBeJoined = (now - window.end) < patience || running.values.contains { $0 < window.end }
      guard isFull || !mayBeJoined else { break }
      settle(window)
      settled += 1
    }
    waiting.removeFirst(settled)
    return release(at: now)
  }

  private mutating func settle(_ window: Window) {
    let present = accounts.indices.filter {
      accounts[$0].work.overlap(window) > 0 || accounts[$0].work.isMoment(in: window)
    }
    let times = present.map { Double(accounts[$0].work.overlap(window)) / 1e9 }
    let share = MeterShare(
      dynamic: window.dynamic, idle: busyIdle(window, present), among: parts(present, times, window))
    for (place, index) in present.enumerated() {
      accounts[index].charge.dynamic += share.dynamic[place]
      accounts[index].charge.idle += share.idle[place]
      accounts[index].charge.companions = max(accounts[index].charge.companions, present.count - 1)
    }
    let given = share.charges.reduce(.zero, +)
    charged += given
    idle += window.dynamic + window.idle - given
    // A gap between windows leaves the requests in it without a whole charge.
    if let coveredTo, coveredTo < window.start {
      for index in accounts.indices
      where accounts[index].work.began < window.start && accounts[index].work.ended > coveredTo {
        accounts[index].charge.isWhole = false
      }
    }
    for index in accounts.indices where coveredFrom == nil && accounts[index].work.began < window.start {
      accounts[index].charge.isWhole = false
    }
    coveredFrom = coveredFrom ?? window.start
    coveredTo = window.end
  }

  /// Weights for the time in the window; one whose weight is unknown gets the mean rate of the others.
  private func parts(_ present: [Int], _ times: [Double], _ window: Window) -> [MeterShare.Part] {
    let weights = present.map { accounts[$0].work.weight(in: window) }
    let known = zip(weights, times).filter { $0.0 != nil }
    let (sum, time) = known.reduce((0.0, 0.0)) { ($0.0 + ($1.0 ?? 0), $0.1 + $1.1) }
    let rate = sum > 0 && time > 0 ? sum / time : 1
    return zip(weights, times).map { weight, time in
      MeterShare.Part(weight: weight ?? rate * time, time: .seconds(time))
    }
  }

  /// The idle energy of the part of a window in which anything ran.
  private func busyIdle(_ window: Window, _ present: [Int]) -> Microjoules {
    let stretches = present.map { index in
      (
        max(accounts[index].work.began, window.start).nanoseconds,
        min(accounts[index].work.ended, window.end).nanoseconds
      )
    }.sorted { $0 < $1 }
    var busy: UInt64 = 0
    var reached: UInt64 = 0
    for (start, end) in stretches where end > max(start, reached) {
      busy += end - max(start, reached)
      reached = end
    }
    let length = window.end.nanoseconds - window.start.nanoseconds
    return Split.largestRemainder(window.idle, weights: [Double(busy), Double(length - busy)])?[0] ?? .zero
  }

  /// Requests that no waiting or later window reaches.
  private mutating func release(at now: MonotonicInstant) -> [Charge] {
    let reached = coveredTo
    var done: [Charge] = []
    accounts.removeAll { account in
      let isCovered = reached.map { account.work.ended <= $0 } ?? false
      // Where the meter has stopped, nothing is waited for without end.
      let isGivenUp = (now - account.work.ended) > patience * 10 && waiting.isEmpty
      guard isCovered || isGivenUp else { return false }
      var charge = account.charge
      charge.isWhole = charge.isWhole && isCovered
      done.append(charge)
      return true
    }
    return done
  }
}

extension BusyWindows.Work {
  /// Nanoseconds of it in a window.
  fileprivate func overlap(_ window: BusyWindows.Window) -> UInt64 {
    let (from, to) = (max(began, window.start), min(ended, window.end))
    return from < to ? to.nanoseconds - from.nanoseconds : 0
  }

  /// Whether it took no time that a clock shows, and was there.
  fileprivate func isMoment(in window: BusyWindows.Window) -> Bool {
    began == ended && window.start <= began && began < window.end
  }

  /// Its weight spread evenly over its time.
  fileprivate func weight(in window: BusyWindows.Window) -> Double? {
    guard let weight else { return nil }
    let length = ended.nanoseconds - began.nanoseconds
    return length == 0 ? weight : weight * (Double(overlap(window)) / Double(length))
  }
}
