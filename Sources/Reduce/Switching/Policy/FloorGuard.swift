/// Keeps the period's floor within reach: the least quality that may be served now.
///
/// Method `floor-guard@1`: served + n*q + q_reserve*N_later >= Q*N_total must hold after the interval, where later
/// requests count only in part, because nobody has promised them, and at no more than a reserve quality.
///
/// - With `reliance` 0 (``certain``) the floor holds whatever comes, even if nothing more comes: quality is never owed.
///   With r it holds whenever each later interval brings at least r times what was expected of it when quality was owed;
///   with less a day can end below the floor, and what it falls short by is owed to the next. With 1 all expected demand
///   is counted on.
/// - The reserve is the quality at which a debt may have to be paid back. The best variant's would allow the largest debt,
///   but paying back with it is dear; policies take the next variant above the floor.
///
/// No guard can be both certain and cheap. If requests may stop at any moment, the mean so far must be at the floor at
/// every moment; the best plan that keeps to that, even one that knows all 24 hours, emits 2.1 % more than the clairvoyant
/// plan over six grids of 2023 (hours 800 to 1519, floors 82, 83 and 84, B1 to B7), and 10.7 % more in California at 84,
/// where the clean hours come after the dirty ones. Held within the limits of 0.75 such a plan emits 0.14 % more
/// (`Benchmarks/guard_bound.py`).
///
/// On 30 UTC days of three grids (Great Britain, California, Texas, 2023; floors 83 and 84; even demand) the mean carbon
/// above the clairvoyant plan was 5.3 % with reliance 0, 3.1 % with 0.5, 2.2 % with 0.75 and 1.8 % with 1, where a fixed
/// mix has 6.9 %. When each day brought 0.5 to 1.5 times the expected demand, 180, 180, 159 and 133 of 180 days met the
/// floor. Hence 0.75; where each single day counts, 0.5; where a miss must be impossible, 0.
public struct FloorGuard: Hashable, Sendable, Codable {
  /// The part of the expected remaining demand that is counted on, 0 to 1.
  public var reliance: Double
  /// Point-requests that may be owed beyond that; 0 for none.
  public var debtLimit: Double

  /// The guard under which a missed floor is impossible: nothing that has not come is counted on.
  public static let certain = FloorGuard(reliance: 0)

  /// A guard.
  public init(reliance: Double = 0.75, debtLimit: Double = 0) {
    self.reliance = min(max(reliance, 0), 1)
    self.debtLimit = max(debtLimit, 0)
  }

  /// Where the period stands.
  public struct Position: Hashable, Sendable, Codable {
    /// Least mean quality over the period, in points.
    public var floor: Double
    /// Quality of the best variant, in points.
    public var best: Double
    /// Quality that later requests are counted on to have, in points.
    public var reserve: Double
    /// What was served so far.
    public var served: PolicyInput.Served
    /// Point-requests owed from earlier periods.
    public var carriedDebt: Double
    /// Requests expected in the current interval.
    public var requestsNow: Double
    /// Requests expected after it in this period.
    public var requestsLater: Double

    /// A position. The reserve is the best quality when not given.
    public init(
      floor: Double, best: Double, reserve: Double? = nil, served: PolicyInput.Served, carriedDebt: Double = 0,
      requestsNow: Double, requestsLater: Double
    ) {
      self.floor = floor
      self.best = best
      self.reserve = min(best, reserve ?? best)
      self.served = served
      self.carriedDebt = carriedDebt
      self.requestsNow = requestsNow
      self.requestsLater = requestsLater
    }
  }

  /// Point-requests that may be owed at any moment of the current interval: later ones can pay them back.
  public func mostOwed(at position: Position) -> Double {
    max(0, position.reserve - position.floor) * reliance * position.requestsLater + debtLimit
  }

  /// Point-requests by which the current interval may stay below the floor; negative when it has to be above.
  public func room(at position: Position) -> Double {
    let surplus = position.served.points - position.floor * position.served.requests - position.carriedDebt
    let room = surplus + mostOwed(at: position)
    // What was served is a long sum: a room of its rounding is none.
    return abs(room) <= 1e-10 * max(1, position.served.requests + position.requestsNow) ? 0 : room
  }

  /// The least mean quality to serve in the current interval, in points; never above the best there is.
  public func leastQuality(at position: Position) -> Double {
    let room = room(at: position)
    // Quality that is owed has to be made up for by the requests that are counted on; quality to spare may be spread
    // over all that are expected.
    let requests = room < 0 ? reliance * position.requestsNow : position.requestsNow
    guard requests > 0 else { return room < 0 ? position.best : 0 }
    return min(position.best, max(0, position.floor - room / requests))
  }

  /// Whether a mean `quality` may be served in the current interval.
  public func accepts(_ quality: Double, at position: Position) -> Bool {
    quality >= leastQuality(at: position) - 1e-9
  }

  /// How many requests may be served at a mean `quality` before the floor is out of reach; `nil` for any number.
  public func requestLimit(serving quality: Double, at position: Position) -> Double? {
    guard quality < position.floor - 1e-12 else { return nil }
    return max(0, room(at: position) / (position.floor - quality))
  }
}
