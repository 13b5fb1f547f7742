import Foundation
import Quantities
import Testing

@testable import Telemetry

@Suite("Prometheus text")
struct PrometheusTextTests {
  let page = PrometheusText.text(Sample.snapshot)

  @Test("HELP and TYPE stand once before a family's samples, and no two samples have the same labels")
  func grammar() throws {
    let all = try Exposition(parsing: PrometheusText.text(Sample.snapshot, also: [.kepler, .scaphandre]))
    #expect(all.types["dimmer_energy_joules_total"] == "counter")
    #expect(all.types["dimmer_power_watts"] == "gauge")
    for (name, type) in all.types where name.hasPrefix("dimmer_") || name.hasPrefix("kepler_") {
      #expect((type == "counter") == name.hasSuffix("_total"), "\(name)")
    }
  }

  @Test("the terms of each part add up to its energy, to the microjoule, in the text itself")
  func conserved() throws {
    let read = try Exposition(parsing: page)
    let micro = { (text: String) in try #require(Decimal(string: text)) * 1_000_000 }
    for reading in Sample.snapshot.readings {
      let labels = ["component": reading.component, "domain": reading.domain]
      let host = try micro(try #require(read.value("dimmer_energy_joules_total", labels)))
      let terms = try ["attributed", "idle", "self", "unattributed"].map { term in
        try micro(
          try #require(
            read.value("dimmer_host_term_joules_total", labels.merging(["term": term]) { first, _ in first })))
      }
      #expect(terms.reduce(0, +) == host)
      #expect(host == Decimal(reading.host.count))
    }
  }

  @Test(
    "joules are written with every microjoule",
    arguments: [
      (0, "0"), (1, "0.000001"), (1_000_000, "1"), (1_500_000, "1.5"), (9_000_000_000_000_001, "9000000000.000001"),
      (Int64.max, "9223372036854.775807"), (Int64.min, "-9223372036854.775808"),
    ])
  func joules(_ count: Int64, _ text: String) { #expect(PrometheusText.joules(Microjoules(count)) == text) }

  @Test("backslash, quote and line end in a label come back as they were")
  func escaping() throws {
    let name = "a\\b\"c\nd {x=\"y\"}, é\u{1F331}\\n"
    var snapshot = Sample.snapshot
    snapshot.rows = [.init(.init(.group, name), component: "cpu", energy: Microjoules(1))]
    let read = try Exposition(parsing: PrometheusText.text(snapshot))
    #expect(read.lines.first { $0.name == "dimmer_attributed_joules_total" }?.labels["consumer"] == name)
    #expect(PrometheusText.escaped("a\"\\\n", quotes: false) == "a\"\\\\\\n")
  }

  @Test("the same values in another order are the same bytes")
  func stable() {
    var other = Sample.snapshot
    other.readings.reverse()
    other.rows.reverse()
    other.unread.reverse()
    #expect(
      PrometheusText.text(other, also: [.kepler, .scaphandre])
        == PrometheusText.text(Sample.snapshot, also: [.kepler, .scaphandre]))
  }

  @Test("a source that failed is told with its reason in one line, and has no energy rather than 0")
  func unread() throws {
    let read = try Exposition(parsing: page)
    #expect(read.comments == ["# dimmer: gpu is unknown, amdgpu could not be read: no permission for hwmon0"])
    #expect(read.value("dimmer_source_readable", ["source": "amdgpu"]) == "0")
    #expect(read.value("dimmer_source_readable", ["source": "nvml"]) == "1")
    #expect(read.value("dimmer_energy_joules_total", ["source": "amdgpu"]) == nil)
    // Power is not known before the first period is over.
    #expect(read.value("dimmer_power_watts", ["source": "nvml"]) == nil)
  }

  @Test("the page says who reads the machine and how often; a part without any source is told as unknown")
  func reader() throws {
    var snapshot = Sample.snapshot
    snapshot.reader = .init(.own, period: .seconds(5), reason: "a meter of its own\nhere")
    snapshot.unread = [.init(component: "gpu", source: "", reason: "no driver")]
    let read = try Exposition(parsing: PrometheusText.text(snapshot))
    #expect(read.comments == ["# dimmer: read by a meter of its own here", "# dimmer: gpu is unknown: no driver"])
    #expect(read.value("dimmer_meter_info", ["reader": "own"]) == "1")
    #expect(read.value("dimmer_meter_period_seconds") == "5")
    #expect(read.value("dimmer_meter_look_timestamp_seconds") == "1700000060")
    #expect(!page.contains("dimmer_meter_"), "what was recorded has no reader")
  }

  @Test("lines that are gone have their sum, and the rest is a consumer here and none of other exporters'")
  func rest() throws {
    var snapshot = Sample.snapshot
    snapshot.rows = [.init(.rest(of: .process), component: "cpu", energy: Microjoules(4), power: .watts(1))]
    snapshot.unlisted = [.init(kind: .process, component: "cpu", energy: Microjoules(5))]
    let text = PrometheusText.text(snapshot, also: [.kepler, .scaphandre])
    let read = try Exposition(parsing: text)
    #expect(read.value("dimmer_attributed_joules_total", ["consumer": "(rest)"]) == "0.000004")
    #expect(read.value("dimmer_unlisted_joules", ["consumer_kind": "process"]) == "0.000005")
    #expect(!text.contains("kepler_process") && !text.contains("scaph_process"))
  }

  @Test("names to add are read from a list")
  func names() {
    #expect(PrometheusText.Names(parsing: "kepler,scaphandre") == [.kepler, .scaphandre])
    #expect(PrometheusText.Names(parsing: "") == [] && PrometheusText.Names(parsing: "Kepler") == nil)
  }

  @Test("an empty snapshot is an empty page, and a number that is not finite is left out")
  func nothing() {
    let empty = MeterSnapshot(started: Sample.start, taken: Sample.start)
    #expect(PrometheusText.text(empty, also: [.kepler, .scaphandre]).isEmpty)
    let family = MetricFamily("x", unit: "1", .gauge, help: "x", samples: [.init([:], .number(.nan))])
    #expect(PrometheusText.text([family]).isEmpty)
  }

  @Test("any text as a name keeps the page readable")
  func anyName() throws {
    var numbers = RepeatableNumbers(state: 7)
    let alphabet = Array("\\\"\n\r{}=, #aé\u{2028}\0")
    for _ in 0..<300 {
      let name = String(
        (0..<Int.random(in: 0...12, using: &numbers)).map { _ in alphabet.randomElement(using: &numbers) ?? "x" })
      var snapshot = Sample.snapshot
      snapshot.rows = [.init(.init(.process, name, name: name), component: "cpu", energy: Microjoules(1))]
      snapshot.unread = [.init(component: name, source: name, reason: name)]
      let read = try Exposition(parsing: PrometheusText.text(snapshot, also: [.kepler, .scaphandre]))
      #expect(read.lines.first { $0.name == "dimmer_attributed_joules_total" }?.labels["consumer"] == name)
    }
  }
}

@Suite("Names of other exporters")
struct PeerNameTests {
  @Test("other names are only there when they are switched on")
  func switchedOn() {
    let plain = PrometheusText.text(Sample.snapshot)
    #expect(!plain.contains("kepler_") && !plain.contains("scaph_"))
    let kepler = PrometheusText.text(Sample.snapshot, also: .kepler)
    #expect(kepler.hasPrefix(plain) && kepler.contains("kepler_") && !kepler.contains("scaph_"))
  }

  @Test("Kepler's zones hold the same joules, and active and idle add up to the node's")
  func kepler() throws {
    let read = try Exposition(parsing: PrometheusText.text(Sample.snapshot, also: .kepler))
    #expect(read.value("kepler_node_cpu_joules_total", ["zone": "package-0", "node_name": "host-7"]) == "100.000001")
    #expect(read.value("kepler_node_cpu_active_joules_total", ["zone": "package-0"]) == "60.000001")
    #expect(read.value("kepler_node_cpu_idle_joules_total", ["zone": "package-0"]) == "40")
    #expect(read.value("kepler_node_cpu_joules_total", ["zone": "dram"]) == "20")
    #expect(read.value("kepler_node_cpu_watts", ["zone": "dram"]) == "2.25")
    #expect(read.value("kepler_node_gpu_joules_total", ["gpu": "0"]) == "0.000007")
    let process = ["pid": "42", "comm": "python", "zone": "package"]
    #expect(read.value("kepler_process_cpu_joules_total", process) == "30.5")
    #expect(read.value("kepler_process_cpu_watts", process) == "3")
    #expect(read.value("kepler_container_gpu_joules_total", ["container_id": "c1"]) == "0.000006")
    // A row that holds idle energy means something else than Kepler's.
    #expect(!read.lines.contains { $0.name.hasPrefix("kepler_process") && $0.labels["pid"] == "43" })
  }

  @Test("Scaphandre's host is processors and memory, in whole microjoules and microwatts")
  func scaphandre() throws {
    let read = try Exposition(parsing: PrometheusText.text(Sample.snapshot, also: .scaphandre))
    #expect(read.value("scaph_host_energy_microjoules") == "3600000120000002")
    #expect(read.value("scaph_host_power_microwatts") == "24750000")
    let process = ["exe": "python", "pid": "42"]
    #expect(read.value("scaph_process_power_consumption_microwatts", process) == "3500000")
  }

  @Test("without a reading of the processors there is no host energy, and without all powers no host power")
  func unknownHost() throws {
    var snapshot = Sample.snapshot
    snapshot.readings[2].power = nil
    #expect(
      try Exposition(parsing: PrometheusText.text(snapshot, also: .scaphandre)).value("scaph_host_power_microwatts")
        == nil)
    snapshot.readings.removeAll { $0.component == "cpu" }
    #expect(
      try Exposition(parsing: PrometheusText.text(snapshot, also: .scaphandre)).value("scaph_host_energy_microjoules")
        == nil)
  }
}
