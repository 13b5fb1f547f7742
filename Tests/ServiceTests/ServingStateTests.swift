import Foundation
import Grid
import Quantities
import Switching
import Synchronization
import Testing

@testable import Service

@Suite("Latency, failures and residency in decisions")
struct ServingStateTests {
  private let start = at("2026-01-01")

  /// A watch that saw one request every `1/rate` s for `seconds`, each with a latency.
  private func watch(
    _ loads: [(rate: Double, latency: Span)], seconds: Double = 120
  ) -> LatencyWatch {
    var watch = LatencyWatch()
    var moment = start
    for load in loads {
      for index in 0..<Int(load.rate * seconds) {
        watch.answered(by: "large", units: 1, at: moment + .seconds(Double(index) / load.rate), latency: load.latency)
      }
      moment = moment + .seconds(seconds)
    }
    // Later traffic closes the windows.
    watch.answered(by: "large", units: 1, at: moment + .seconds(600), latency: .seconds(0.01))
    return watch
  }

  @Test("loads are told apart, each with its own 95th percentile")
  func profile() throws {
    let watch = watch([(2, .seconds(0.5)), (8, .seconds(3))])
    let profile = try #require(watch.profiles(at: start + .hours(1))["large"])
    #expect(profile.points.map(\.p95) == [.seconds(0.5), .seconds(3)])
    #expect(abs(profile.points[0].rate - 2) < 0.01 && abs(profile.points[1].rate - 8) < 0.01)
    #expect(watch.profiles(at: start + .hours(30)).isEmpty, "a day later it has to be tried again")
    #expect(self.watch([(0.1, .seconds(9))]).profiles(at: start).isEmpty, "too few answers say nothing")
  }

  @Test("a variant that misses the objective at higher loads is held to what it can take; one that never did is not")
  func limited() throws {
    let ladder = try ServingModel.sample().ladder
    let profile = LatencyProfile([.init(rate: 2, p95: .seconds(0.5)), .init(rate: 8, p95: .seconds(3))])
    let fine = LatencyProfile([.init(rate: 1, p95: .seconds(0.1))])
    let limit = LatencyLimit(
      ladder, profiles: ["large": profile, "small": fine], objective: .seconds(1), speed: 10, noun: "images")
    let large = try #require(limit.ladder.variants.first { $0.name == "large" })
    // 2 + 0.5/2.5 * 6 = 3.2 a real second, a tenth of that in ten times faster grid time.
    #expect(abs(try #require(large.capacity) - 0.32) < 1e-9)
    #expect(limit.ladder.variants[0].capacity == nil)
    #expect(limit.sentences.count == 1 && limit.sentences[0].hasPrefix("large gets at most 3.2 images per second"))
  }

  @Test("a variant that misses at every load is left out, unless that would leave nobody")
  func missed() throws {
    let ladder = try ServingModel.sample().ladder
    let slow = LatencyProfile([.init(rate: 1, p95: .seconds(5))])
    let limit = LatencyLimit(ladder, profiles: ["large": slow], objective: .seconds(1), speed: 1, noun: "images")
    #expect(limit.ladder.variants.map(\.name) == ["small", "middle"])
    #expect(limit.sentences == ["large is left out: it misses a p95 of 1 s at the lightest load measured."])
    let all = Dictionary(uniqueKeysWithValues: ladder.variants.map { ($0.name, slow) })
    let nobody = LatencyLimit(ladder, profiles: all, objective: .seconds(1), speed: 1, noun: "images")
    #expect(nobody.ladder == ladder && nobody.sentences.count == 1)
  }

  @Test("five failures in a row leave a variant out for an interval, the next ones for two, and an answer forgives all")
  func health() {
    var health = VariantHealth()
    let hour = Span.hours(1)
    func out(_ hours: Double) -> [String] {
      health.leftOut(of: ["small", "large"], at: start + .hours(hours), interval: hour).keys.sorted()
    }
    for _ in 0..<4 { health.failed("large") }
    #expect(out(0).isEmpty)
    health.failed("large")
    #expect(out(0) == ["large"])
    #expect(out(1).isEmpty, "it is tried again")
    for _ in 0..<5 { health.failed("large") }
    #expect(out(2) == ["large"] && out(3) == ["large"])
    #expect(out(4).isEmpty)
    for _ in 0..<4 { health.failed("large") }
    health.answered("large")
    for _ in 0..<4 { health.failed("large") }
    #expect(out(5).isEmpty)
  }

  @Test("a decision leaves out who fails and says so; when all fail all stay")
  func failing() throws {
    var controller = AliasController(model: try .sample(), pue: 1)
    for _ in 0..<5 { controller.failed("large") }
    let decided = controller.decide(at: start, history: nil, reading: nil, issue: nil)
    #expect(decided.input.ladder.variants.map(\.name) == ["small", "middle"])
    #expect(decided.remarks == ["large is left out until 2026-01-01T01:00:00Z: its last 5 tries failed."])
    #expect(decided.outcome.decision.mode == .infeasible, "82 points are out of reach without the large one")
    var others = AliasController(model: try .sample(), pue: 1)
    for name in ["small", "middle", "large"] { for _ in 0..<5 { others.failed(name) } }
    let all = others.decide(at: start, history: nil, reading: nil, issue: nil)
    #expect(all.input.ladder.variants.count == 3, "\(all.remarks)")
  }

  /// A server that notes what it is asked.
  private final class FakeOllama: Sendable {
    private let state: Mutex<(loaded: Set<String>, asked: [String])>
    let isAway: Bool
    init(loaded: Set<String>, isAway: Bool = false) {
      state = Mutex((loaded, []))
      self.isAway = isAway
    }
    var asked: [String] { state.withLock { $0.asked } }
    func answer(_ url: String, _ body: String?) throws -> (status: Int, body: [UInt8]) {
      struct Away: Error {}
      if isAway { throw Away() }
      return state.withLock { state in
        state.asked.append("\(url) \(body ?? "")")
        let models = state.loaded.sorted().map { "{\"name\":\"\($0)\"}" }.joined(separator: ",")
        return (200, Array("{\"models\":[\(models)]}".utf8))
      }
    }
  }

  private func members() -> [VariantSettings] {
    ["small", "large"].map { name in
      var member = VariantSettings(name: name, url: "http://127.0.0.1:11434/v1")
      (member.server, member.model) = (.ollama, "llama:\(name)")
      return member
    }
  }

  @Test("Ollama is told which models to keep and which to drop, and asked which it has")
  func ollama() async {
    let server = FakeOllama(loaded: ["llama:large"])
    let residency = OllamaResidency { url, body in try server.answer(url, body) }
    #expect(await residency.loaded(of: members()) == ["large"])
    #expect(await residency.keep(["small"], of: members()) == [])
    #expect(
      server.asked == [
        "http://127.0.0.1:11434/api/ps ", "http://127.0.0.1:11434/api/ps ",
        #"http://127.0.0.1:11434/api/generate {"keep_alive":-1,"model":"llama:small"}"#,
        #"http://127.0.0.1:11434/api/generate {"keep_alive":0,"model":"llama:large"}"#,
      ])
  }

  @Test("a directive keeps its base's model loaded")
  func directive() async {
    var brief = members()[1]
    (brief.name, brief.directive, brief.base) = ("brief", "Be brief.", "large")
    let server = FakeOllama(loaded: [])
    let residency = OllamaResidency { url, body in try server.answer(url, body) }
    #expect(await residency.keep(["brief"], of: members() + [brief]) == [])
    #expect(
      server.asked.filter { $0.contains("llama:large") } == [
        #"http://127.0.0.1:11434/api/generate {"keep_alive":-1,"model":"llama:large"}"#
      ])
  }

  @Test("a server that does not answer says nothing of what it has, and each wish that failed is told")
  func away() async {
    let server = FakeOllama(loaded: [], isAway: true)
    let residency = OllamaResidency { url, body in try server.answer(url, body) }
    #expect(await residency.loaded(of: members()) == nil)
    let problems = await residency.keep(["small"], of: members())
    #expect(problems.count == 2 && problems[0].contains("could not be asked to load llama:small"), "\(problems)")
  }
}
