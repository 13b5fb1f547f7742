import ArgumentParser
import Switching

/// What the floor holds over.
enum ReplayPeriod: String, ExpressibleByArgument, CaseIterable {
  case day, whole

  var period: Replay.Period { self == .day ? .utcDay : .whole }
}
