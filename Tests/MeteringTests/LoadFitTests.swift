import Quantities
import Testing

@testable import Metering

#if canImport(Glibc)
  import Glibc
#endif

@Suite("Load curves fitted to a counter")
struct LoadFitTests {
  /// A curve that bends where the fitted one does.
  private func straight(_ watts: [Double]) -> (Double) -> Double {
    { LoadCurveFit.power(watts.map { .watts($0) }, load: $0).watts }
  }

  @Test("readings of a curve give the curve back")
  func exact() throws {
    let watts = [90.0, 150, 310, 400]
    let fit = try LoadCurveFit(LoadBins(LoadBins.everywhere, of: straight(watts)))
    for (power, expected) in zip(fit.powers, watts) { #expect(abs(power.watts - expected) < 1e-3) }
    #expect(fit.relativeError < 1e-5)
    #expect(fit.count == 402)
    #expect(fit.seen.count == LoadBins.edges.count - 1)
  }

  @Test("sums over ranges give the same curve as all readings one by one")
  func sums() throws {
    var random = SeededNumbers(5)
    var bins = LoadBins()
    var pairs: [(load: Double, watts: Double)] = []
    for index in 0..<4000 {
      let load = Double(random.below(100_001)) / 100_000
      let watts = TrueCurve().watts(load) * (0.9 + Double(random.below(2001)) / 10_000)
      let before = bins
      bins.add(load: load, power: .watts(watts))
      if zip(before.bins, bins.bins).contains(where: { $0.0.fit != $0.1.fit }) { pairs.append((load, watts)) }
      #expect(bins.count == Double(index + 1))
    }
    #expect(pairs.count > 1900 && pairs.count < 2100)
    let fit = try LoadCurveFit(bins)
    let squares = { (powers: [Power]) in
      pairs.reduce(0.0) { sum, pair in
        let off = pair.watts - LoadCurveFit.power(powers, load: pair.load).watts
        return sum + off * off
      }
    }
    // No curve close by is nearer to the readings.
    let least = squares(fit.powers)
    for index in 0..<4 {
      for step in [-0.5, 0.5] {
        var other = fit.powers
        other[index] = other[index] + .watts(step)
        #expect(squares(other) > least)
      }
    }
  }

  @Test("the error is that of readings which did not make the curve, and 95 in 100 of them keep within it")
  func heldOut() throws {
    for seed in 0..<20 {
      var random = SeededNumbers(UInt64(seed))
      // Disturbances of several shapes: even, round, and mostly small with some that are large.
      let disturbance = { () -> Double in
        switch seed % 3 {
        case 0: Double(random.below(2001)) / 20_000 - 0.05
        case 1: Double(random.below(1001) + random.below(1001) + random.below(1001) - 1500) / 20_000
        default: pow(Double(random.below(2001)) / 1000 - 1, 5) / 4
        }
      }
      let curve = straight([90, 150, 310, 400])
      var bins = LoadBins()
      var later: [(load: Double, watts: Double)] = []
      for index in 0..<4000 {
        let load = Double(random.below(1001)) / 1000
        let watts = curve(load) * (1 + disturbance())
        if index < 2000 { bins.add(load: load, power: .watts(watts)) } else { later.append((load, watts)) }
      }
      let fit = try LoadCurveFit(bins)
      let within = later.count { abs($0.watts / fit.power(load: $0.load).watts - 1) <= fit.relativeError }
      #expect(Double(within) >= 0.95 * Double(later.count), "seed \(seed)")
      #expect(fit.relativeError < 0.25)
    }
  }

  @Test("readings that make the curve do not judge it: a half that disagrees is an error, not a compromise")
  func halves() throws {
    var bins = LoadBins()
    for load in LoadBins.everywhere {
      bins.add(load: load, power: .watts(100))
      bins.add(load: load, power: .watts(120))
    }
    let fit = try LoadCurveFit(bins)
    #expect(abs(fit.power(load: 0.5).watts - 100) < 1e-3)
    #expect(abs(fit.rootMeanSquare - 0.2) < 1e-4)
  }

  @Test("a curve never falls, whatever the readings say")
  func rising() throws {
    let fit = try LoadCurveFit(LoadBins(LoadBins.everywhere, disturbance: 0.1, of: straight([100, 180, 150, 170])))
    #expect(zip(fit.powers, fit.powers.dropFirst()).allSatisfy { $0.0.watts <= $0.1.watts })
    #expect(fit.powers[0].watts > 0)
  }

  @Test("too few readings make no curve, and the error says how many it takes; nonsense is no reading")
  func few() throws {
    let error = #expect(throws: MeteringError.self) {
      try LoadCurveFit(LoadBins([0.1, 0.2, 0.3], of: straight([90, 150, 310, 400])))
    }
    #expect(error?.description.contains("6 readings are too few for a curve; 30 are needed") == true)
    #expect(throws: MeteringError.self) { try LoadCurveFit(LoadBins()) }
    var nonsense = LoadBins()
    for (load, watts) in [(0.5, Double.nan), (.nan, 5), (0.5, -1), (0.5, 0), (1.1, 5), (-0.1, 5), (0.5, 1e9)] {
      nonsense.add(load: load, power: .watts(watts))
    }
    #expect(nonsense.count == 0)
  }

  @Test("only loads that both halves hold count as seen, from the lowest to the highest")
  func seen() throws {
    let fit = try LoadCurveFit(
      LoadBins((0..<30).map { 0.31 + Double($0) / 1000 } + [0.8], of: straight([90, 150, 310, 400])))
    #expect(fit.seen.map(\.loads) == [0.31...0.339])
  }

  @Test("a look teaches only when clocks, processors and counter are in order, and when it is neither short nor long")
  func looks() {
    func readings(_ change: (inout LoadCollector.Look) -> Void, looks: Int = 10, seconds: Double = 1) -> Double {
      var collector = LoadCollector(threads: 4)
      collector.begin(at: Timestamp(milliseconds: 0))
      for index in 0..<looks {
        var look = LoadCollector.Look(
          interval: .seconds(Double(index) * seconds, Double(index + 1) * seconds, usage: 0.5), isBusyKnown: true,
          processors: 4, wall: Timestamp(milliseconds: Int64(Double(index + 1) * seconds * 1000)),
          energy: .joules(50 * seconds))
        if index == 4 { change(&look) }
        collector.take(look)
      }
      return collector.readings.count
    }
    #expect(readings { _ in } == 10)
    #expect(readings { $0.isBusyKnown = false } == 9)
    #expect(readings { $0.processors = 3 } == 9)
    // The wall clock jumps there and, for the next look, back.
    #expect(readings { $0.wall = Timestamp(milliseconds: 60_000) } == 8)
    // The next look has the energy of both.
    #expect(readings { $0.energy = nil } == 9)
    // Two stretches of 0.3 s make one reading.
    #expect(readings({ _ in }, seconds: 0.3) == 5)
    #expect(readings({ _ in }, seconds: 20) == 0)
  }

  @Test("energy that comes late belongs to all of the time since the last reading")
  func late() {
    var collector = LoadCollector(threads: 4)
    collector.begin(at: Timestamp(milliseconds: 0))
    for (index, (usage, joules)) in [(0.2, nil), (0.6, 300.0), (0.2, nil), (0.6, 300), (0.4, 150)].enumerated() {
      collector.take(
        LoadCollector.Look(
          interval: .seconds(Double(index), Double(index + 1), usage: usage), isBusyKnown: true, processors: 4,
          wall: Timestamp(milliseconds: Int64(index + 1) * 1000), energy: joules.map { .joules($0) }))
    }
    let bin = collector.readings.bins[LoadBins.edges.lastIndex { $0 <= 0.4 } ?? 0]
    #expect(collector.readings.count == 3)
    #expect(bin.count == 3 && bin.fit.watts == 150 && bin.test.watts == 150)
  }
}
