import Foundation
import Ledger
import Quantities
import Reporting
import Testing

@testable import Telemetry

@Suite("OTLP metrics")
struct OTLPMetricsTests {
  /// The document as any JSON reader sees it.
  private func metrics(_ snapshot: MeterSnapshot) throws -> [String: [String: Any]] {
    let text = OTLPMetrics.document(snapshot, version: "1.2").text()
    let root = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    let resources = try #require(root["resourceMetrics"] as? [[String: Any]])
    #expect(resources.count == 1)
    let scopes = try #require(resources.first?["scopeMetrics"] as? [[String: Any]])
    let list = try #require(scopes.first?["metrics"] as? [[String: Any]])
    return Dictionary(uniqueKeysWithValues: try list.map { (try #require($0["name"] as? String), $0) })
  }

  private func attributes(_ point: [String: Any]) -> [String: String] {
    let list = point["attributes"] as? [[String: Any]] ?? []
    return Dictionary(
      uniqueKeysWithValues: list.compactMap { item in
        guard let key = item["key"] as? String, let value = item["value"] as? [String: String] else { return nil }
        return (key, value["stringValue"] ?? "")
      })
  }

  @Test("counters are cumulative monotonic sums whose 64-bit times are strings")
  func sums() throws {
    let energy = try #require(try metrics(Sample.snapshot)["dimmer.energy"])
    #expect(energy["unit"] as? String == "J")
    let sum = try #require(energy["sum"] as? [String: Any])
    #expect(sum["aggregationTemporality"] as? Int == 2)
    #expect(sum["isMonotonic"] as? Bool == true)
    let points = try #require(sum["dataPoints"] as? [[String: Any]])
    #expect(points.count == Sample.snapshot.readings.count)
    for point in points {
      #expect(point["startTimeUnixNano"] as? String == "1700000000000000000")
      #expect(point["timeUnixNano"] as? String == "1700000060000000000")
    }
    let package = try #require(points.first { attributes($0)["domain"] == "package-1" })
    let joules = try #require(package["asDouble"] as? Double)
    #expect(Microjoules(.joules(joules)) == Microjoules(3_600_000_000_000_001))
  }

  @Test("a failed source is a gauge of 0 with its reason, and has no energy")
  func unread() throws {
    let all = try metrics(Sample.snapshot)
    let gauge = try #require(all["dimmer.source.readable"]?["gauge"] as? [String: Any])
    let points = try #require(gauge["dataPoints"] as? [[String: Any]])
    let failed = try #require(points.first { attributes($0)["source"] == "amdgpu" })
    #expect(failed["asDouble"] as? Double == 0)
    #expect(attributes(failed)["reason"] == "no permission\nfor hwmon0")
    #expect(failed["startTimeUnixNano"] == nil)
  }

  @Test("runs are consumers with the times of their own, and unknown components are said to be unknown")
  func runs() throws {
    var second = Sample.run(2)
    second.activity.started = Sample.start + .seconds(10)
    let snapshot = MeterSnapshot(runs: [Sample.run(1), second])
    let all = try metrics(snapshot)
    #expect(all["dimmer.energy"] == nil)
    let sum = try #require(all["dimmer.attributed"]?["sum"] as? [String: Any])
    let points = try #require(sum["dataPoints"] as? [[String: Any]])
    #expect(points.count == 4)
    let cpu = try #require(
      points.first { attributes($0)["consumer"] == "\(Sample.id(2))" && attributes($0)["component"] == "cpu" })
    #expect(cpu["startTimeUnixNano"] as? String == "1700000010000000000")
    #expect(cpu["asDouble"] as? Double == 30)
    #expect(snapshot.unread.map(\.component) == ["gpu", "gpu"])
  }
}
