import Foundation
import Grid
import LedgerSQLite
import Methods
import Quantities

// usage: signals FILE COLUMN: windows over a year of five minutes, questions a second, forecasts, and what keeping 200 regions takes.
guard CommandLine.arguments.count == 3 else {
  print("usage: signals FILE.csv[.gz] COLUMN")
  exit(64)
}
let year = try FiveMinuteYear(file: CommandLine.arguments[1], column: CommandLine.arguments[2])
let extent = year.series.extent!

print("## \(CommandLine.arguments[1]), \(year.series.slots.count) intervals of five minutes\n")
print("| question | CPU ms, median | least | |\n| --- | ---: | ---: | --- |")
ProcessorTime.row("index", runs: 9) { "\(WindowIndex(hindsight: year.series).knownBy == nil ? "" : "?")" }
let index = WindowIndex(hindsight: year.series)
for hours in [4.0, 4.51, 24, 168] {
  ProcessorTime.row("best window of \(hours) h", runs: 21) {
    "\(try index.plan(WindowQuery(in: extent, duration: .hours(hours))).start)"
  }
}
for hours in [4.0, 24, 168, 1000] {
  for cost in [5.0, 50, 500] {
    ProcessorTime.row("pauses at \(cost) g/kW, \(hours) h", runs: 5) {
      let query = WindowQuery(in: extent, duration: .hours(hours), pauses: PauseRule(resumeCost: cost))
      return "\(try index.plan(query).segments) pieces"
    }
  }
}

print("\n| questions a second of CPU time | |\n| --- | ---: |")
for (within, hours) in [(24.0, 4.0), (48, 8), (168, 24)] {
  let count = 20_000
  let start = ProcessorTime.now
  var found = 0
  for number in 0..<count {
    let from = extent.lowerBound + .seconds(Double((number * 7919) % 100_000) * 300)
    if index.bestStart(of: .hours(hours), in: from..<(from + .hours(within))) != nil { found += 1 }
  }
  print(
    "| best start of \(hours) h in \(within) h | \(Int(Double(count) / (ProcessorTime.now - start))) (\(found) found) |"
  )
}

let hourly = year.hourly
let last = hourly.slots[hourly.slots.count - 49].end
let sixtyDays = hourly.asIssued(by: last).since(last - .hours(24 * 60))
var learned = EnsembleForecaster()
learned.learn(from: sixtyDays)
print("\n| 48 hours ahead, hour by hour | CPU ms, median | least | |\n| --- | ---: | ---: | --- |")
ProcessorTime.row("from nothing, 60 days learned anew", runs: 9) {
  "\(EnsembleForecaster().forecast(from: sixtyDays, over: last..<(last + .hours(48))).values.count) values"
}
ProcessorTime.row("kept, having learned before", runs: 51) {
  "\(learned.forecast(from: sixtyDays, over: last..<(last + .hours(48))).values.count) values"
}

try await Keeping.measure(like: year.hourly)
