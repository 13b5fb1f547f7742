import Quantities
import Synchronization
import Testing

@testable import Metering

#if canImport(Glibc)
  import Glibc
#endif

@Suite("Prometheus pages")
struct PrometheusTextTests {
  private func samples(_ text: String) -> [PrometheusSample] { PrometheusSample.all(text.utf8) }

  @Test("names, labels, values and time stamps are read; comments and blank lines are not samples")
  func reads() {
    let page = """
      # HELP DCGM_FI_DEV_POWER_USAGE Power draw (in W).
      # TYPE DCGM_FI_DEV_POWER_USAGE gauge

      DCGM_FI_DEV_POWER_USAGE{gpu="0",UUID="GPU-1"} 61.5
      DCGM_FI_DEV_POWER_USAGE { gpu = "1" , } 70 1700000000000
      plain:total 3e2\r
      """
    #expect(
      samples(page) == [
        PrometheusSample(name: "DCGM_FI_DEV_POWER_USAGE", labels: ["gpu": "0", "UUID": "GPU-1"], value: 61.5),
        PrometheusSample(name: "DCGM_FI_DEV_POWER_USAGE", labels: ["gpu": "1"], value: 70),
        PrometheusSample(name: "plain:total", value: 300),
      ])
  }

  @Test("quoted values may hold quotes, backslashes, line ends and braces")
  func escapes() {
    let sample = samples(#"m{cmd="a \"b\" \\ {c}, \n"} 1"#).first
    #expect(sample?.labels["cmd"] == "a \"b\" \\ {c}, \n")
    #expect(samples("m +Inf").first?.value == .infinity)
    #expect(samples("m NaN").first?.value.isNaN == true)
  }

  @Test(
    "a line that is no sample is passed over and the others stay",
    arguments: ["m", "m{", "m{a=\"b\" 1", "m{a=b} 1", "m one", "m 1 2 3", "1m 2", "{a=\"b\"} 1", "m{a=\"b\"c=\"d\"} 1"])
  func damaged(line: String) {
    #expect(samples("\(line)\ngood 1\n").map(\.name) == ["good"])
  }

  @Test("any bytes are read without a crash, and cut pages give no sample that was not there")
  func anyBytes() {
    var random = SystemRandomNumberGenerator()
    let alphabet = Array("am{}=\",\\ \n\r\t#0123456789.e+-NaIf_:\u{00}".utf8) + [0xFF, 0xC3]
    for _ in 0..<3000 {
      let bytes = (0..<Int.random(in: 0...120, using: &random)).map { _ in
        Bool.random(using: &random)
          ? alphabet.randomElement(using: &random)! : UInt8.random(in: 0...255, using: &random)
      }
      for sample in PrometheusSample.all(bytes) { #expect(!sample.name.isEmpty) }
    }
    let page = Array("m{a=\"b\"} 12\nn 5\n".utf8)
    for end in 0...page.count { #expect(PrometheusSample.all(page[..<end]).count <= 2) }
  }

  @Test("the option names a page and, where it is not known, the metric with unit and part")
  func options() throws {
    #expect(try PrometheusOptions(parsing: "http://h:9400/metrics").metric == nil)
    let named = try PrometheusOptions(parsing: "http://pdu/m,metric=outlet_watts,unit=W,component=platform")
    #expect(named.metric == PrometheusOptions.Metric(name: "outlet_watts", unit: .watts, component: nil))
    #expect(HTTPAddress("http://h")?.path == "/metrics")
    #expect(HTTPAddress("http://h")?.port == 80)
  }

  @Test("the environment turns it on, and a mistake there is told with the variable's name")
  func environment() throws {
    #expect(try SourceAccess { _ in nil }.prometheus == nil)
    let access = try SourceAccess { $0 == "DIMMER_PROMETHEUS_SOURCE" ? "http://h/m" : nil }
    #expect(access.prometheus?.url == "http://h/m")
    let error = #expect(throws: MeteringError.self) { try SourceAccess { _ in "ftp://h" } }
    #expect(error?.description.hasPrefix("DIMMER_PROMETHEUS_SOURCE: ") == true)
  }

  @Test(
    "an option that is wrong is refused with what is wrong",
    arguments: [
      ("", "http://"), ("https://h/", "http://"), ("http://h:0/", "http://"), ("http://h/,unit=W", "metric=NAME"),
      ("http://h/,metric=x", "unit="), ("http://h/,metric=x,unit=kWh", "unit="),
      ("http://h/,metric=x,unit=W,component=disk", "component=disk"), ("http://h/,colour=red", "colour=red"),
    ])
  func wrongOptions(text: String, part: String) {
    let error = #expect(throws: MeteringError.self) { try PrometheusOptions(parsing: text) }
    #expect(error?.description.contains(part) == true)
  }
}

/// A page that is set by hand; `nil` is an exporter that does not answer.
final class FakeExporter: Sendable {
  private let page = Mutex<String?>(nil)
  private let asked = Mutex(0)

  init(_ text: String?) { set(text) }
  func set(_ text: String?) { page.withLock { $0 = text } }
  var requests: Int { asked.withLock { $0 } }

  func access(_ options: String = "http://exporter:9400/metrics") throws -> SourceAccess {
    SourceAccess(
      prometheus: try PrometheusOptions(parsing: options),
      prometheusFetcher: {
        self.asked.withLock { $0 += 1 }
        guard let text = self.page.withLock({ $0 }) else { return .failure(MeteringError("no answer within 300 ms")) }
        return .success(Array(text.utf8))
      })
  }
}

@Suite("Exporters as sources")
struct PrometheusSourceTests {
  let machine: RecordedMachine

  init() throws { machine = try RecordedMachine() }

  @Test("NVIDIA's exporter: each GPU's counter of millijoules, before its power")
  func dcgm() throws {
    let page = { (first: Int, second: Int) in
      """
      DCGM_FI_DEV_POWER_USAGE{gpu="0"} 999
      DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION{gpu="0"} \(first)
      DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION{gpu="1"} \(second)
      """
    }
    let exporter = FakeExporter(page(1_000_000, 5_000))
    let recorded = try RecordedMeter(machine, access: try exporter.access())
    exporter.set(page(1_234_567, 15_000))
    #expect(try recorded.read(after: 1).components[.gpu]?.host == Microjoules(244_567_000))
    #expect(recorded.meter.gpuReason == nil)
  }

  @Test("power of a named outlet is integrated and kept beside")
  func outlet() throws {
    let exporter = FakeExporter("outlet_watts 100\n")
    let recorded = try RecordedMeter(
      machine, access: try exporter.access("http://pdu/m,metric=outlet_watts,unit=W,component=platform"))
    exporter.set("outlet_watts 300\n")
    _ = try recorded.read(after: 2)
    #expect(recorded.meter.platform == [PlatformReading(name: "outlet_watts", energy: .joules(400))])
  }

  @Test("an exporter of the processor stands in for the model; its zones that overlap are not added")
  func processor() throws {
    let page = { (package: Int) in
      """
      kepler_node_cpu_joules_total{zone="package-0"} \(package)
      kepler_node_cpu_joules_total{zone="core-0"} \(package / 2)
      kepler_node_cpu_joules_total{zone="psys"} \(package * 2)
      """
    }
    let exporter = FakeExporter(page(1000))
    let recorded = try RecordedMeter(machine, access: try exporter.access())
    exporter.set(page(1080))
    #expect(try recorded.read(after: 1, usage: 0.5).joules(.cpu) == 80)
    #expect(recorded.meter.probes.first { $0.kind == .loadModel }?.isUsed == false)
  }

  @Test("a page that is renewed every few seconds is shared out over all of them, not over the last one")
  func renewed() throws {
    let exporter = FakeExporter("kepler_node_cpu_joules_total 100\n")
    let recorded = try RecordedMeter(machine, access: try exporter.access())
    for _ in 1...4 { #expect(try recorded.read(after: 1, usage: 1).joules(.cpu) == nil) }
    exporter.set("kepler_node_cpu_joules_total 200\n")
    // Busy for four of five seconds: a fifth is idle by the rule of unused time.
    let terms = try #require(try recorded.read(after: 1, usage: 0).components[.cpu])
    #expect(terms.host == .joules(100))
    #expect(terms.idle == .joules(20))
  }

  @Test("what this machine measures itself is not added a second time")
  func measuredHere() throws {
    try machine.zone("intel-rapl:0", "package-0", energy: 0)
    let exporter = FakeExporter("kepler_node_cpu_joules_total{zone=\"package-0\"} 0\n")
    let recorded = try RecordedMeter(machine, access: try exporter.access())
    try machine.set("intel-rapl:0", 50_000_000)
    exporter.set("kepler_node_cpu_joules_total{zone=\"package-0\"} 50\n")
    #expect(try recorded.read(after: 1, usage: 0.5).joules(.cpu) == 50)
    #expect(recorded.meter.probes.first { $0.kind == .prometheus }?.isUsed == false)
  }

  @Test("an exporter that fails three times is asked once a minute, and its counter's energy is late, not lost")
  func fails() throws {
    let metric = "http://e/m,metric=joules_total,unit=J,component=gpu"
    let exporter = FakeExporter("joules_total 100\n")
    let recorded = try RecordedMeter(machine, access: try exporter.access(metric))
    let before = exporter.requests
    exporter.set(nil)
    for _ in 1...30 { #expect(try recorded.read(after: 1).joules(.gpu) == nil) }
    #expect(exporter.requests == before + 3)
    #expect(recorded.faults.count == 2)
    #expect(recorded.faults.last?.contains("asked once a minute") == true)
    exporter.set("joules_total 500\n")
    for _ in 1...40 { _ = try recorded.read(after: 1) }
    #expect(try recorded.read(after: 1).joules(.gpu) == 400)
    #expect(recorded.faults.last?.hasSuffix("can be read again") == true)
  }

  @Test("values that are negative, endless or no numbers are no energy")
  func absurd() throws {
    let exporter = FakeExporter("joules_total 100\n")
    let recorded = try RecordedMeter(
      machine, access: try exporter.access("http://e/m,metric=joules_total,unit=J,component=gpu"))
    for value in ["-5", "NaN", "+Inf", "1e300"] {
      exporter.set("joules_total \(value)\n")
      #expect(try recorded.read(after: 61).joules(.gpu) == nil, "\(value)")
    }
    exporter.set("joules_total 150\n")
    #expect(try recorded.read(after: 61).joules(.gpu) == 50)
  }

  @Test("an exporter that cannot be read at the start is listed with the reason, and the models stay")
  func absent() throws {
    let recorded = try RecordedMeter(machine, access: try FakeExporter(nil).access())
    let probe = try #require(recorded.meter.probes.first { $0.kind == .prometheus })
    #expect(probe.reason == "no answer within 300 ms")
    #expect(recorded.meter.descriptions.map(\.component) == [.cpu, .memory])
  }
}

/// A listener on this machine; it answers the first caller, or nobody.
private final class Listener: Sendable {
  let descriptor: Int32
  let port: UInt16

  init(answering answer: String?) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let listener = descriptor
    let bound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, length) == 0 && listen(listener, 4) == 0 && getsockname(listener, $0, &length) == 0
      }
    }
    try #require(bound)
    port = UInt16(bigEndian: address.sin_port)
    guard let answer else { return }
    let work = Unmanaged.passRetained(Work(listener, Array(answer.utf8)))
    var thread = pthread_t()
    pthread_create(
      &thread, nil,
      { context in
        Unmanaged<Work>.fromOpaque(context!).takeRetainedValue().serve()
        return nil
      }, work.toOpaque())
    pthread_detach(thread)
  }

  deinit { close(descriptor) }

  private final class Work {
    let listener: Int32
    let answer: [UInt8]
    init(_ listener: Int32, _ answer: [UInt8]) {
      self.listener = listener
      self.answer = answer
    }
    func serve() {
      let caller = accept(listener, nil, nil)
      var buffer = [UInt8](repeating: 0, count: 4096)
      _ = recv(caller, &buffer, buffer.count, 0)
      _ = send(caller, answer, answer.count, Int32(MSG_NOSIGNAL))
      close(caller)
    }
  }
}

@Suite("Pages over HTTP")
struct HTTPFetchTests {
  private func fetch(_ port: UInt16, patience: Quantities.Span) throws -> Result<[UInt8], MeteringError> {
    let address = try #require(HTTPAddress("http://127.0.0.1:\(port)/metrics"))
    return try HTTPFetch.fetcher(address, patience: patience)()
  }

  @Test("a page comes without its headers")
  func page() throws {
    let listener = try Listener(answering: "HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nm 1\n")
    #expect(try fetch(listener.port, patience: .seconds(30)) == .success(Array("m 1\n".utf8)))
  }

  @Test("an answer that is no page is an error that shows its first line")
  func refused() throws {
    let listener = try Listener(answering: "HTTP/1.0 503 Busy\r\n\r\n")
    let result = try fetch(listener.port, patience: .seconds(30))
    guard case .failure(let error) = result else {
      Issue.record("an error became a page")
      return
    }
    #expect(error.description.hasSuffix("HTTP/1.0 503 Busy"))
  }

  @Test("an exporter that hangs costs its patience and no more, and the error says how long it was")
  func hangs() throws {
    let listener = try Listener(answering: nil)
    let result = try fetch(listener.port, patience: .seconds(0.05))
    guard case .failure(let error) = result else {
      Issue.record("nobody answered, and a page came")
      return
    }
    #expect(error.description.hasSuffix("no answer within 50 ms"))
  }

  @Test("a port nobody listens on is an error at once")
  func closed() throws {
    let port: UInt16
    do {
      let listener = try Listener(answering: nil)
      port = listener.port
    }
    guard case .failure(let error) = try fetch(port, patience: .seconds(30)) else {
      Issue.record("a closed port gave a page")
      return
    }
    #expect(error.description.contains("127.0.0.1:\(port)"))
  }
}
