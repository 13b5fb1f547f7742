import Quantities
import Switching

/// The account of quality over UTC days: what was served today, and what earlier days still owe.
///
/// A day that stays below the floor owes point-requests to the next one, which are never forgotten; what a day is above
/// the floor is not carried.
struct QualityBudget: Sendable {
  private let floor: Double
  private var day: Timestamp?
  /// The balance of all days before; below zero when the last of them ended above the floor.
  private var owed = 0.0
  /// What was served today.
  private(set) var served = PolicyInput.Served()

  init(floor: Double) { self.floor = floor }

  /// Goes on with the account that an earlier serve left, beside what was served since.
  mutating func resume(_ account: ResumedAccount) {
    if let day, account.day < day {
      owed += max(0, account.carriedDebt + floor * account.served.requests - account.served.points)
    } else {
      day = account.day
      owed += account.carriedDebt
      served.requests += account.served.requests
      served.points += account.served.points
    }
  }

  /// Point-requests owed by earlier days, never negative.
  var debt: Double { max(0, owed) }

  /// Units were served at a grid time. Those of a day that is over still change what it owes.
  mutating func add(_ units: Double, quality: Double, at moment: Timestamp) {
    roll(to: moment)
    if let day, moment < day {
      owed += units * (floor - quality)
    } else {
      served.requests += units
      served.points += units * quality
    }
  }

  /// Closes the day when a later one has begun.
  mutating func roll(to moment: Timestamp) {
    let start = moment.startOfDay
    if let day {
      guard start > day else { return }
      owed = max(0, owed) + floor * served.requests - served.points
      // A day exactly at the floor is a long sum away from zero.
      if abs(owed) <= 1e-9 * max(1, served.requests) { owed = 0 }
      served = PolicyInput.Served()
    }
    day = start
  }
}
