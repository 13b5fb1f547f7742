import ArgumentParser
import Grid
import Quantities
import Switching

/// How many requests came: the same number each hour, or those of a file.
struct ReplayDemandOptions: ParsableArguments {
  @Option(help: "Requests in each hour.")
  var requestsPerHour: Double?

  @Option(
    help: ArgumentHelp(
      "CSV of requests over time, '.gz' too; policies then expect the demand of the day before.", valueName: "FILE"))
  var demand: String?

  @Option(help: ArgumentHelp("The column with the requests of each row's interval.", valueName: "NAME"))
  var demandColumn: String?

  private static let usualPerHour = 1000.0

  func validate() throws {
    if demand != nil, demandColumn == nil { throw ValidationError("--demand needs --demand-column NAME") }
    if demand == nil, demandColumn != nil { throw ValidationError("--demand-column needs --demand FILE") }
    if demand != nil, requestsPerHour != nil {
      throw ValidationError("--demand and --requests-per-hour are two demands; give one")
    }
    if let requestsPerHour, !(requestsPerHour >= 0 && requestsPerHour.isFinite) {
      throw ValidationError("--requests-per-hour must not be negative")
    }
  }

  /// What policies expect: the stated number, or what came the day before.
  func forecast(_ interval: Span) -> DemandForecaster? {
    demand == nil ? Forecasters.constantDemand((requestsPerHour ?? Self.usualPerHour) * interval.hours) : nil
  }

  /// The requests of an interval; `isPast` ones may be missing.
  func counts(interval: Span) throws -> (_ range: Range<Timestamp>, _ isPast: Bool) throws -> Double {
    guard let demand, let demandColumn else {
      let each = (requestsPerHour ?? Self.usualPerHour) * interval.hours
      return { _, _ in each }
    }
    let series = try SeriesFile(try Files.read(demand), name: demand).series(
      column: demandColumn, kind: .unstated, unit: "requests")
    if let slot = series.slots.first(where: { $0.value < 0 }) {
      throw Failure(.data, "\(demand): column \(demandColumn): requests at \(slot.start) are negative")
    }
    var next = series.slots.startIndex
    return { range, isPast in
      while next < series.slots.endIndex, series.slots[next].end <= range.lowerBound { next += 1 }
      var (sum, covered, index) = (0.0, 0.0, next)
      while index < series.slots.endIndex, series.slots[index].start < range.upperBound {
        let slot = series.slots[index]
        let shared = min(slot.end, range.upperBound) - max(slot.start, range.lowerBound)
        sum += slot.value * (shared / (slot.end - slot.start))
        covered += shared.seconds
        index += 1
      }
      guard covered >= (range.upperBound - range.lowerBound).seconds * (1 - 1e-9) else {
        if isPast { return sum }
        throw Failure(
          .data,
          "\(demand): column \(demandColumn): requests of \(range.lowerBound) are missing; write 0 where none came")
      }
      return sum
    }
  }
}
