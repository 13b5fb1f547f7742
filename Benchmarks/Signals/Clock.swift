import Foundation

/// Processor time, which is what counts on a noisy machine.
enum ProcessorTime {
  static var now: Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  /// The median and the least of `count` runs, in milliseconds, as a row of a table.
  static func row(_ name: String, runs count: Int, _ body: () throws -> String) {
    var times: [Double] = []
    var note = ""
    for _ in 0..<count {
      let start = now
      do { note = try body() } catch { note = "\(error)" }
      times.append((now - start) * 1000)
    }
    times.sort()
    print(String(format: "| %@ | %.3f | %.3f | %@ |", name, times[count / 2], times[0], note))
  }
}
