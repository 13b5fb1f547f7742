import Quantities
import Testing

@testable import CarbonAware

@Suite("Emissions by location")
struct EmissionsTests {
  private let api = CarbonAwareAPI(HourlyGrid(values: [100, 200, 50, 300, 50]))

  @Test("A time and an end give every interval in between, as the SDK writes them")
  func interval() async {
    let read = await api.get(
      "/emissions/bylocation",
      ["location": "eastus", "time": "2024-05-01T01:00:00Z", "toTime": "2024-05-01T03:00:00+00:00"])
    #expect(read.status == 200)
    #expect(read.list.map { $0["rating"] as? Double } == [200, 50])
    #expect(read.list[0]["time"] as? String == "2024-05-01T01:00:00+00:00")
    #expect(read.list[0]["duration"] as? String == "01:00:00")
    #expect(read.list[0]["location"] as? String == "eastus")
  }

  @Test("A time alone is the newest value that had begun by then, and no time is now")
  func instant() async {
    let then = await api.get("/emissions/bylocation", ["location": "eastus", "time": "2024-05-01T01:59:00Z"])
    #expect(then.list.map { $0["rating"] as? Double } == [200])
    let now = await api.get("/emissions/bylocation", ["location": "eastus"])
    #expect(now.list.map { $0["time"] as? String } == ["2024-05-01T04:00:00+00:00"])
  }

  @Test("Locations may stand several times, under either name; best gives every tie")
  func several() async {
    let both = await api.get(
      "/emissions/bylocations",
      ["location": "a", "location": "b", "time": "2024-05-01T00:00Z", "toTime": "2024-05-01T05:00Z"])
    #expect(both.list.count == 10)
    let best = await api.get(
      "/emissions/bylocations/best",
      ["locations": "a", "locations": "b", "time": "2024-05-01T00:00Z", "toTime": "2024-05-01T05:00Z"])
    #expect(best.list.map { $0["rating"] as? Double } == [50, 50, 50, 50])
  }

  @Test("Nothing known is 204 and has no body")
  func nothing() async {
    let read = await api.get(
      "/emissions/bylocation", ["location": "eastus", "time": "2023-01-01", "toTime": "2023-01-02"])
    #expect(read.status == 204 && read.answer.body == nil)
    let before = await api.get("/emissions/bylocation", ["location": "eastus", "time": "2023-01-01"])
    #expect(before.status == 204)
  }

  @Test("Slips are 400 with the field's name, and all of them at once")
  func slips() async {
    let none = await api.get("/emissions/bylocation", ["time": "yesterday"])
    #expect(none.status == 400 && Set(none.errors) == ["location", "time"])
    #expect(none.object["title"] as? String == "ArgumentException")
    let upside = await api.get(
      "/emissions/bylocation", ["location": "a", "time": "2024-05-02T00:00Z", "toTime": "2024-05-01T00:00Z"])
    #expect(upside.status == 400 && upside.errors == ["toTime"])
    let unknown = await api.get("/emissions/bylocation", ["location": "atlantis"])
    #expect(unknown.status == 400 && unknown.errors == ["location"])
    let two = await api.get("/emissions/bylocation", ["location": "a", "location": "b"])
    #expect(two.status == 400)
  }

  @Test("The mean is weighted by overlap, fractions of intervals included")
  func average() async {
    let read = await api.get(
      "/emissions/average-carbon-intensity",
      ["location": "eastus", "startTime": "2024-05-01T00:30Z", "endTime": "2024-05-01T02:30Z"])
    #expect(read.status == 200)
    #expect(read.object["carbonIntensity"] as? Double == (0.5 * 100 + 200 + 0.5 * 50) / 2)
    #expect(read.object["startTime"] as? String == "2024-05-01T00:30:00+00:00")
    let batch = await api.post(
      "/emissions/average-carbon-intensity/batch",
      #"[{"location":"eastus","startTime":"2024-05-01T00:00:00+00:00","endTime":"2024-05-01T02:00:00Z"}]"#)
    #expect(batch.list.map { $0["carbonIntensity"] as? Double } == [150])
  }

  @Test("A mean of nothing is refused and is never zero")
  func noMean() async {
    let read = await api.get(
      "/emissions/average-carbon-intensity",
      ["location": "eastus", "startTime": "2023-05-01T00:30Z", "endTime": "2023-05-01T02:30Z"])
    #expect(read.status == 400)
    #expect((read.object["detail"] as? String)?.contains("unknown is not zero") == true)
  }

  @Test(
    "Times are read as .NET clients send them",
    arguments: [
      ("2024-05-01T01:00:00Z", "2024-05-01T01:00Z"), ("2024-05-01T01:00:00 02:00", "2024-04-30T23:00Z"),
      ("2024-05-01T01:00:00.0000000+00:00", "2024-05-01T01:00Z"), ("2024-05-01T01:00", "2024-05-01T01:00Z"),
      ("2024-05-01", "2024-05-01T00:00Z"),
    ])
  func times(_ text: String, _ moment: String) { #expect(DotNetText.time(parsing: text) == at(moment)) }

  @Test(
    "Durations are written as TimeSpan",
    arguments: [
      (Span.seconds(300), "00:05:00"), (.hours(36) + .seconds(144), "1.12:02:24"), (.seconds(0.5), "00:00:00.5000000"),
    ])
  func durations(_ span: Span, _ text: String) { #expect(DotNetText.duration(span) == text) }
}
