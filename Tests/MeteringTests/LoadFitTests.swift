import Quantities
import Testing

@testable import Metering

@Suite("Load curves fitted to a counter")
struct LoadFitTests {
  /// Readings of a curve, each load once, with a disturbance that comes and goes.
  private func pairs(_ watts: [Double], disturbance: Double = 0) -> [LoadCurveFit.Pair] {
    (0...200).map { step in
      let load = Double(step) / 200
      let power = LoadCurveFit.power(watts.map { .watts($0) }, load: load)
      return LoadCurveFit.Pair(load: load, power: power * (1 + (step % 2 == 0 ? disturbance : -disturbance)))
    }
  }

  private let processor = ProcessorModel(
    cpuInfo: "processor : 0\nmodel name : AMD EPYC 9654\nprocessor : 1\nmodel name : AMD EPYC 9654\n")

  @Test("readings of a curve give the curve back")
  func exact() throws {
    let watts = [90.0, 150, 310, 400]
    let fit = try LoadCurveFit(pairs(watts))
    for (power, expected) in zip(fit.powers, watts) { #expect(abs(power.watts - expected) < 1e-3) }
    #expect(fit.relativeError < 1e-5)
    #expect(fit.count == 201)
  }

  @Test("the error is what 95 in 100 readings keep within")
  func error() throws {
    let fit = try LoadCurveFit(pairs([90, 150, 310, 400], disturbance: 0.03))
    #expect(abs(fit.relativeError - 0.03) < 0.005)
    // Every tenth reading is 20 % off: more than 5 in 100, so the error is about that.
    let sometimes = pairs([90, 150, 310, 400]).enumerated().map { index, pair in
      LoadCurveFit.Pair(load: pair.load, power: pair.power * (index % 10 == 0 ? 1.2 : 1))
    }
    #expect(try LoadCurveFit(sometimes).relativeError > 0.15)
  }

  @Test("a curve never falls, whatever the readings say")
  func rising() throws {
    let fit = try LoadCurveFit(pairs([100, 180, 150, 170], disturbance: 0.1))
    #expect(zip(fit.powers, fit.powers.dropFirst()).allSatisfy { $0.0.watts <= $0.1.watts })
    #expect(fit.powers[0].watts > 0)
  }

  @Test("loads that were not seen are not guessed: the error says which")
  func unseen() {
    let light = pairs([90, 150, 310, 400]).filter { $0.load < 0.6 }
    let error = #expect(throws: MeteringError.self) { try LoadCurveFit(light) }
    #expect(error?.description.contains("loads from 0.9 to 1.0 were seen 0 times") == true)
    #expect(throws: MeteringError.self) { try LoadCurveFit([]) }
    let nonsense = (0..<100).map { LoadCurveFit.Pair(load: Double($0) / 100, power: .watts(.nan)) }
    #expect(throws: MeteringError.self) { try LoadCurveFit(nonsense) }
  }

  @Test("a profile's text reads as the same profile")
  func text() throws {
    let fit = try LoadCurveFit(pairs([90, 150, 310, 400], disturbance: 0.02))
    let profile = try #require(LoadProfile(fit, processor: processor, made: Timestamp(milliseconds: 1_700_000_000_000)))
    #expect(try LoadProfile(text: profile.text) == profile)
    #expect(profile.relativeError > 0.05)
  }

  @Test(
    "a damaged profile is refused with the field that is wrong",
    arguments: [
      ("", "first line"), ("dimmer-load-profile 1\nmodel X\n", "'threads'"),
      (
        "dimmer-load-profile 1\nmodel X\nthreads 2\npackages 1\nreadings 9\nmade_ms 1\nerror 0.1\nwatts 9 8 7 6\n",
        "'watts'"
      ),
      (
        "dimmer-load-profile 1\nmodel X\nthreads 2\npackages 1\nreadings 9\nmade_ms 1\nerror -1\nwatts 1 2 3 4\n",
        "'error'"
      ),
    ])
  func damaged(text: String, field: String) {
    let error = #expect(throws: MeteringError.self) { try LoadProfile(text: text) }
    #expect(error?.description.contains(field) == true)
  }

  @Test("a machine of the same model without a counter goes by the profile, within its error, and says so")
  func used() throws {
    let info = "processor : 0\nmodel name : AMD EPYC 9654\nprocessor : 1\nmodel name : AMD EPYC 9654\n"
    let machine = try RecordedMachine(cpuInfo: info)
    let fit = try LoadCurveFit(pairs([90, 150, 310, 400]))
    let profile = try #require(LoadProfile(fit, processor: processor, made: Timestamp(milliseconds: 1)))
    try machine.folder.write("profile", profile.text)
    let access = SourceAccess(loadProfile: "\(machine.folder.path)/profile")
    let recorded = try RecordedMeter(machine, access: access)
    let sample = try recorded.read(after: 10, usage: 0.5)
    #expect(abs((sample.joules(.cpu) ?? 0) - 3100) < 0.05)
    let cpu = try #require(recorded.meter.descriptions.first { $0.component == .cpu })
    #expect(cpu.origin == .modelled)
    #expect(cpu.method == "load-fit@1")
    #expect(abs(cpu.relative.upperBound - 0.05) < 1e-6)
    #expect(cpu.reason.contains("201 readings"))
  }

  @Test("a profile of another machine is passed over, and the reason says which machine it is of")
  func otherMachine() throws {
    let machine = try RecordedMachine(cpuInfo: "processor : 0\nmodel name : Intel(R) N100\n")
    let fit = try LoadCurveFit(pairs([90, 150, 310, 400]))
    let profile = try #require(LoadProfile(fit, processor: processor, made: Timestamp(milliseconds: 1)))
    try machine.folder.write("profile", profile.text)
    let sources = MachineSources(
      machine: machine.root, gpuLibrary: "/nowhere",
      access: SourceAccess(loadProfile: "\(machine.folder.path)/profile"))
    let cpu = try #require(sources.descriptions.first { $0.component == .cpu })
    #expect(cpu.method == "load-curve@1")
    #expect(cpu.reason.contains("another machine (AMD EPYC 9654, 2 threads)"))
  }
}
