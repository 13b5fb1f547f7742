import Foundation
import Quantities

/// The wall clock, handed to everything that needs it.
enum Wall {
  static let clock: @Sendable () -> Timestamp = {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    return Timestamp(milliseconds: Int64(now.tv_sec) * 1000 + Int64(now.tv_nsec) / 1_000_000)
  }
}
