import Foundation
import Quantities
import TestSupport
import Testing

@testable import CarbonAware

@Suite("Whatever is sent")
struct HostileRequestTests {
  private let api = CarbonAwareAPI(HourlyGrid(values: [100, 200, 50], forecastValues: [300, 200, 100]))

  @Test("Changed queries and bodies get an answer of the description, in JSON, and never a made-up number")
  func mutated() async throws {
    var random = Seeded(41)
    let times = [
      "2024-05-01T00:00:00Z", "2024-05-01T02:00:00+00:00", "2024-05-01", "", " ", "T", "-1", "9999-12-31T23:59:59Z",
      "0001-01-01", "2024-02-30", "é", String(repeating: "9", count: 400),
    ]
    let names = ["location", "locations", "time", "toTime", "dataStartAt", "dataEndAt", "windowSize", "startTime", "x"]
    let others = ["eastus", "atlantis", "60", "0", "1e9", "-5", "NaN", "\u{0}", "[]"]
    let bodies = [
      #"[{"requestedAt":"2024-05-01T12:00:00Z","location":"eastus","windowSize":120}]"#,
      #"[{"location":"eastus","startTime":"2024-05-01T00:00:00Z","endTime":"2024-05-01T02:00:00Z"}]"#,
    ]
    for _ in 0..<4000 {
      let path = CarbonAwareAPI.paths.randomElement(using: &random)!
      let query = (0..<Int.random(in: 0...5, using: &random)).map { _ in
        (
          name: names.randomElement(using: &random)!,
          value: (times + others).randomElement(using: &random)!
        )
      }
      var body = Array(bodies.randomElement(using: &random)!.utf8)
      for _ in 0..<Int.random(in: 0...3, using: &random) where !body.isEmpty {
        let place = Int.random(in: 0..<body.count, using: &random)
        if Bool.random(using: &random) {
          body[place] = UInt8.random(in: 0...255, using: &random)
        } else {
          body.removeSubrange(place..<min(place + 7, body.count))
        }
      }
      let method = ["GET", "POST", "HEAD", "DELETE"].randomElement(using: &random)!
      let answer = await api.answer(
        method: method, path: path, query: query, body: body, contentType: "application/json")
      #expect([200, 204, 400, 405, 501].contains(answer.status), "\(answer.status) for \(path) \(query)")
      guard let text = answer.body else { continue }
      let json = try #require(try? JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed))
      if let average = (json as? [String: Any])?["carbonIntensity"] as? Double { #expect((50...200).contains(average)) }
    }
  }
}
