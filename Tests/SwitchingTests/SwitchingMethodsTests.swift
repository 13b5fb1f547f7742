import Methods
import Quantities
import Switching
import Testing

@Suite("The registered methods are the typed functions")
struct SwitchingMethodsTests {
  static let variants = MethodValue.table(
    [("S", 70.0, 1.0), ("M", 78, 2), ("L", 80, 6)].map {
      ["name": .text($0.0), "quality": .number($0.1), "energy_joules": .number($0.2)]
    })

  private func calculate(_ name: String, _ values: [String: MethodValue]) throws -> [String: MethodValue] {
    let method = try MethodRegistry(SwitchingMethods.all).method(named: name)
    let result = try method.calculate(values)
    #expect(Set(result.keys) == Set(method.outputs.map(\.key)), "outputs are those that are declared")
    return result
  }

  @Test("all of them are there, with version, formula and citation")
  func listed() {
    #expect(
      Set(SwitchingMethods.all.map(\.id.description)) == [
        "price-rule@1", "static-mix@1", "timing-gain@1", "timing-worth@1", "hull@1", "ladder-gap@1", "floor-guard@1",
        "latency-capacity@1", "savings-split@1", "savings-split@2", "orphans-spared@1", "clover-score@1",
        "sprout-program@1", "placed-price-rule@1", "expected-saving@1",
      ])
    for method in SwitchingMethods.all {
      #expect(!method.formula.isEmpty && !method.citation.citation.isEmpty && !method.summary.isEmpty)
    }
  }

  @Test("price-rule@1 gives TV-2")
  func priceRule() throws {
    let result = try calculate(
      "price-rule@1",
      [
        "variants": Self.variants, "floor": .number(74), "intensities_grams_per_kwh": .numbers([100, 300, 500]),
        "requests": .number(3600),
      ])
    let plan = try Fixture.problem(try Fixture.small(), floor: 74, [100, 300, 500], each: 3600).solve()
    #expect(result["carbon_grams"] == .number(plan.carbon.grams))
    #expect(result["price"] == .number(37.5))
    #expect(result["feasible"] == .text("yes"))
    guard case .table(let rows)? = result["shares"] else { Issue.record("no shares"); return }
    #expect(rows[1] == ["S": .number(0.5), "M": .number(0.5), "L": .number(0)])
  }

  @Test("static-mix@1, timing-gain@1 and floor-guard@1 give the values of their vectors")
  func others() throws {
    let mix = try calculate(
      "static-mix",
      [
        "variants": Self.variants, "floor": .number(79), "intensities_grams_per_kwh": .numbers([300, 300, 300]),
        "requests": .number(3600),
      ])
    #expect(mix["lower"] == .text("M") && mix["upper"] == .text("L") && mix["upper_share"] == .number(0.5))
    guard case .number(let grams)? = mix["carbon_grams"] else { Issue.record("no carbon"); return }
    #expect(isClose(grams, 3.6))
    let gain = try calculate(
      "timing-gain",
      [
        "lower_energy_joules": .number(0.235), "upper_energy_joules": .number(0.29),
        "upper_share": .number((80 - 78.382) / 3.146), "intensities_grams_per_kwh": .numbers(Fixture.marchTrace),
      ])
    guard case .number(let value)? = gain["gain"] else { Issue.record("no gain"); return }
    #expect(abs(value - 0.0399) < 5e-5)
    let least = try calculate(
      "floor-guard",
      [
        "floor": .number(78), "best_quality": .number(80), "reserve_quality": .number(80),
        "served_requests": .number(3),
        "served_points": .number(238), "requests_now": .number(1), "requests_later": .number(0),
      ])
    #expect(least["least_quality"] == .number(74))
  }

  @Test("hull@1 gives TV-1 with reasons and clover-score@1 gives TV-9")
  func hullAndClover() throws {
    let hull = try calculate("hull", ["variants": Self.variants])
    #expect(hull["slopes"] == .numbers([0.125, 2]))
    let rows = try Fixture.ladder().variants.map {
      ["name": MethodValue.text($0.name), "quality": .number($0.quality), "energy_joules": .number($0.energy.joules)]
    }
    let clover = try calculate("clover-score", ["variants": .table(rows), "intensity_grams_per_kwh": .number(350)])
    #expect(clover["best"] == .text("B3"))
    guard case .table(let scores)? = clover["scores"], case .number(let b7)? = scores.first?["B7"] else {
      Issue.record("no scores")
      return
    }
    #expect(abs(b7 + 4) < 1e-9)
  }

  @Test("sprout-program@1 gives TV-14; ladder-gap@1, latency-capacity@1 and savings-split@1 those of their types")
  func peersAndSavings() throws {
    let sprout = try calculate(
      "sprout-program@1",
      [
        "energies_joules": .numbers([1218.2, 273.2, 182.5]), "durations_seconds": .numbers([4.899, 1.101, 0.735]),
        "qualities": .numbers([0.3805, 0.3432, 0.2763]), "intensity_grams_per_kwh": .number(250),
        "lowest_grams_per_kwh": .number(50), "highest_grams_per_kwh": .number(450),
      ])
    guard case .number(let grams)? = sprout["carbon_grams"] else { Issue.record("no carbon"); return }
    #expect(abs(grams - 0.051620) < 1e-6)
    let far = try calculate(
      "ladder-gap",
      [
        "variants": .table([
          ["name": .text("B3"), "quality": .number(81.528), "energy_joules": .number(0.29)],
          ["name": .text("B7"), "quality": .number(84.582), "energy_joules": .number(2.05)],
        ])
      ])
    guard case .table(let gaps)? = far["gaps"] else { Issue.record("no gaps"); return }
    #expect(gaps.count == 1 && gaps[0]["lower"] == .text("B3"))
    let capacity = try calculate(
      "latency-capacity",
      [
        "rates_per_second": .numbers([10, 20]), "p95_seconds": .numbers([0.1, 0.3]),
        "objective_seconds": .number(0.2),
      ])
    #expect(capacity == ["capacity_per_second": .number(15), "limit": .text("measured")])
    let split = try calculate(
      "savings-split@1",
      [
        "always_best_grams": .number(10), "static_mix_without_directives_grams": .number(7),
        "static_mix_grams": .number(4), "emitted_grams": .number(3), "hedging_lost_grams": .number(1),
      ])
    #expect(
      split == [
        "sizing_grams": .number(3), "directive_grams": .number(3), "timing_grams": .number(1),
        "saved_grams": .number(6),
      ])
  }

  @Test("placed-price-rule@1 gives the plan over two places, savings-split@2 the split with placing apart")
  func places() throws {
    let rows = try PlacedProblemTests.twoPlaces().variants.map { variant in
      var row: [String: MethodValue] = [
        "name": .text(variant.name), "quality": .number(variant.quality),
        "energy_joules": .number(variant.energy.joules),
      ]
      row["place"] = variant.place.map(MethodValue.text)
      return row
    }
    var values: [String: MethodValue] = [
      "variants": .table(rows), "floor": .number(79), "intensities_grams_per_kwh": .numbers([300, 200]),
      "places": .table([["place": .text("SE"), "intensities_grams_per_kwh": .numbers([100, 400])]]),
      "requests": .number(3600),
    ]
    let result = try calculate("placed-price-rule@1", values)
    #expect(result["price"] == .number(200) && result["feasible"] == .text("yes"))
    guard case .number(let grams)? = result["carbon_grams"] else { Issue.record("no carbon"); return }
    #expect(isClose(grams, 1))
    values["places"] = .table([["place": .text("SE"), "intensities_grams_per_kwh": .number(100)]])
    #expect(throws: MethodError.self) { try calculate("placed-price-rule@1", values) }
    values["places"] = .table([])
    #expect(throws: MethodError.self) { try calculate("placed-price-rule@1", values) }

    let split = try calculate(
      "savings-split@2",
      [
        "always_best_grams": .number(10), "static_mix_without_directives_grams": .number(7),
        "static_mix_here_grams": .number(6), "static_mix_grams": .number(4), "emitted_grams": .number(3),
      ])
    #expect(
      split == [
        "sizing_grams": .number(3), "directive_grams": .number(1), "placing_grams": .number(2),
        "timing_grams": .number(1), "saved_grams": .number(7),
      ])
  }

  @Test("timing-worth@1 gives TV-7 for one period and says that its interval is unknown")
  func timingWorth() throws {
    let rows = try Fixture.ladder().variants.map {
      ["name": MethodValue.text($0.name), "quality": .number($0.quality), "energy_joules": .number($0.energy.joules)]
    }
    let worth = try calculate(
      "timing-worth",
      [
        "variants": .table(rows), "floor": .number(83), "intensities_grams_per_kwh": .numbers(Fixture.marchTrace),
        "intervals_per_period": .number(49),
      ])
    guard case .number(let percent)? = worth["possible_percent"] else { Issue.record("no gain"); return }
    #expect(abs(percent - 11.08) < 0.005)
    #expect(worth["possible_interval"] == .numbers([]) && worth["periods"] == .number(1))
  }

  @Test("wrong inputs are met with what to give instead")
  func errors() {
    #expect(throws: MethodError.missingInput("variants", unit: "")) { try calculate("hull", [:]) }
    #expect(throws: MethodError.wrongKind("variants[0].quality", expected: "a number")) {
      try calculate("hull", ["variants": .table([["name": .text("a")]])])
    }
    #expect(
      throws: MethodError.unknownInput(
        "variants[0].energy", known: ["name", "quality", "energy_joules", "capacity_per_second"])
    ) { try calculate("hull", ["variants": .table([["name": .text("a"), "energy": .number(1)]])]) }
    #expect(throws: MethodError.noAnswer("there is no variant to choose from; name at least one under the alias")) {
      try calculate("hull", ["variants": .table([])])
    }
    #expect(throws: MethodError.self) {
      try calculate(
        "price-rule",
        [
          "variants": Self.variants, "floor": .number(74), "intensities_grams_per_kwh": .numbers([1, 2, 3]),
          "requests": .numbers([1, 2]),
        ])
    }
  }
}
