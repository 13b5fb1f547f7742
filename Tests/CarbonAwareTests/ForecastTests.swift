import Foundation
import Grid
import Quantities
import Testing

@testable import CarbonAware

@Suite("Forecasts")
struct ForecastTests {
  private let api = CarbonAwareAPI(
    HourlyGrid(values: [100], forecastValues: [300, 200, 100, 400, 150, 250, 100]))

  private func points(_ read: Read, _ key: String) -> [[String: Any]] {
    read.list.first?[key] as? [[String: Any]] ?? []
  }

  @Test("Without a window the raw points come, and every tie is optimal")
  func raw() async {
    let read = await api.get("/emissions/forecasts/current", ["location": "eastus"])
    #expect(read.status == 200)
    #expect(points(read, "forecastData").map { $0["value"] as? Double } == [300, 200, 100, 400, 150, 250, 100])
    #expect(
      points(read, "optimalDataPoints").map { $0["timestamp"] as? String } == [
        "2024-05-01T14:00:00+00:00", "2024-05-01T18:00:00+00:00",
      ])
    let singular = read.list.first?["optimalDataPoint"] as? [String: Any]
    #expect(singular?["timestamp"] as? String == "2024-05-01T14:00:00+00:00")
    #expect(read.list.first?["windowSize"] as? Int == 60)
    #expect(read.list.first?["generatedAt"] as? String == "2024-05-01T12:00:00+00:00")
    #expect(read.list.first?["requestedAt"] as? String == "2024-05-01T13:30:00+00:00")
    #expect(read.list.first?["dataEndAt"] as? String == "2024-05-01T19:00:00+00:00")
  }

  @Test("A window of 150 minutes on hourly data has means with fractional overlap, stepping by the data's own hour")
  func window() async {
    let read = await api.get("/emissions/forecasts/current", ["location": "eastus", "windowSize": "150"])
    let values = points(read, "forecastData").compactMap { $0["value"] as? Double }
    let expected: [Double] = [220, 200, 230, 270, 180]
    #expect(values.count == expected.count)
    for (value, wanted) in zip(values, expected) { #expect(abs(value - wanted) < 1e-9) }
    #expect(points(read, "forecastData")[0]["duration"] as? Int == 150)
    #expect(points(read, "optimalDataPoints").first?["timestamp"] as? String == "2024-05-01T16:00:00+00:00")
  }

  @Test("dataStartAt moves the grid of windows, and a window ends no later than dataEndAt")
  func bounds() async {
    let read = await api.get(
      "/emissions/forecasts/current",
      [
        "location": "eastus", "windowSize": "60", "dataStartAt": "2024-05-01T12:30:00Z",
        "dataEndAt": "2024-05-01T15:00:00Z",
      ])
    #expect(points(read, "forecastData").map { $0["value"] as? Double } == [250, 150])
  }

  @Test("A gap in the forecast gives no window over it")
  func gap() {
    let start = HourlyGrid.issued
    let slots = [0.0, 1, 3, 4].map { (hour: Double) in
      Slot((start + .hours(hour))..<(start + .hours(hour + 1)), value: hour)
    }
    let windows = RollingWindows.means(of: slots, length: .hours(2), within: start..<(start + .hours(5)))
    #expect(windows.map(\.start) == [start, start + .hours(3)])
  }

  @Test(
    "What lies outside the forecast, upside down or too long is 400",
    arguments: [
      ["dataStartAt": "2024-05-01T11:00:00Z"], ["dataEndAt": "2024-05-01T19:30:00Z"],
      ["dataStartAt": "2024-05-01T15:00:00Z", "dataEndAt": "2024-05-01T14:00:00Z"], ["windowSize": "0"],
      ["windowSize": "-5"], ["windowSize": "ten"], ["windowSize": "421"], ["location": "atlantis"],
    ])
  func refused(_ query: [String: String]) async {
    var fields = query.map { (name: $0.key, value: $0.value) }
    if query["location"] == nil { fields.append((name: "location", value: "eastus")) }
    let answer = await api.answer(method: "GET", path: "/emissions/forecasts/current", query: fields)
    #expect(answer.status == 400)
    #expect(answer.contentType.hasPrefix("application/problem+json"))
  }

  @Test("A batch answers as of each moment, and where nothing was known by then it says 501")
  func batch() async {
    let body = #"[{"requestedAt":"2024-05-01T12:00:00Z","location":"eastus","windowSize":120}]"#
    let read = await api.post("/emissions/forecasts/batch", body)
    #expect(read.status == 200)
    #expect(read.list.first?["requestedAt"] as? String == "2024-05-01T12:00:00+00:00")
    #expect(points(read, "forecastData").count == 6)
    let early = await api.post(
      "/emissions/forecasts/batch", #"[{"requestedAt":"2024-05-01T00:00:00Z","location":"eastus"}]"#)
    #expect(early.status == 501)
  }

  @Test(
    "A body that is no list of such objects is refused with the place of the fault",
    arguments: [
      ("", "$"), ("{}", "$"), ("[]", "$"), ("[1]", "$[0]"), ("[{}]", "$[0].location"),
      (#"[{"location":"eastus"}]"#, "$[0].requestedAt"),
      (#"[{"location":7,"requestedAt":"2024-05-01"}]"#, "$[0].location"),
      (#"[{"location":"a","requestedAt":"2024-05-01T12:00Z","windowSize":"60"}]"#, "$[0].windowSize"),
      (#"[{"location":"a","requestedAt":"2024-05-01T12:00Z","windowSize":true}]"#, "$[0].windowSize"),
      (#"[{"location":"a","requestedAt":"2024-05-01T12:00Z","windowSize":1.5}]"#, "$[0].windowSize"),
    ])
  func bodies(_ body: String, _ field: String) async {
    let read = await api.post("/emissions/forecasts/batch", body)
    #expect(read.status == 400)
    #expect(read.errors.contains(field), "\(read.errors)")
  }

  @Test("Other methods are 405 with Allow, other paths 404, other bodies 415")
  func methods() async {
    let post = await api.get("/emissions/bylocation", method: "POST")
    #expect(post.status == 405 && post.answer.allowed == ["GET"])
    #expect(await api.get("/emissions/nowhere").status == 404)
    #expect(await api.post("/emissions/forecasts/batch", "[]", type: "text/plain").status == 415)
  }

  @Test("Locations have the SDK's capitals, health answers, and the description is JSON that names every path")
  func others() async throws {
    let places = await api.get("/locations")
    #expect((places.object["eastus"] as? [String: Any])?["Latitude"] as? Double == 37.4)
    #expect((places.object["eastus"] as? [String: Any])?["Name"] as? String == "eastus")
    #expect(await api.get("/health").status == 200)
    let described = try #require(await api.get("/swagger/v1/swagger.json").object["paths"] as? [String: Any])
    #expect(Set(described.keys) == Set(CarbonAwareAPI.paths.filter { !$0.contains("swagger") }))
    #expect(await api.get("/api/v1/swagger.yaml").status == 200)
  }
}
