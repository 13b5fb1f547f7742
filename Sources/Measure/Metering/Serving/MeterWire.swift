import Quantities

/// What a client of the meter asks for. One line each, `verb key=value …`, values percent-encoded as in the journal.
///
///     client                                    meter
///     open run=ID [pid=N] …  (+ descriptor)     opened lease=N …        the baseline is taken; its terms, see LeaseTerms
///     root lease=N pid=N                        sample lease=N …        each period, for a lease that streams
///     read lease=N                              sample lease=N …
///     close lease=N                             sample lease=N … , closed lease=N
///                                               fault lease=N text=…    something is wrong that does not stop it
///                                               final lease=N           the root ended; the last sample is safe
///     exit lease=N code=… … , end lease=N       closed lease=N
///     sources                                   source component=… … , done
///                                               error [lease=N] reason=…
///
/// The descriptor is the journal: a file of the client's own that it has made, opened for appending and locked. So the
/// meter opens no path that somebody else names, and who holds the lock lives.
enum MeterRequest: Hashable {
  case open(LeaseRequest)
  case root(lease: Int, pid: Int32)
  case read(lease: Int)
  case close(lease: Int)
  case exit(lease: Int, JournalExit)
  case end(lease: Int)
  case sources

  /// Reads a line; `nil` when it is none of these.
  init?(_ text: String) {
    guard let line = JournalLine(controlText: text) else { return nil }
    let lease: Int? = line.integer("lease")
    switch (line.kind, lease) {
    case ("open", _):
      guard let request = LeaseRequest(line) else { return nil }
      self = .open(request)
    case ("root", let lease?):
      guard let pid: Int32 = line.integer("pid"), pid > 0 else { return nil }
      self = .root(lease: lease, pid: pid)
    case ("read", let lease?): self = .read(lease: lease)
    case ("close", let lease?): self = .close(lease: lease)
    case ("exit", let lease?):
      guard case .exit(let exit)? = JournalRecord(line) else { return nil }
      self = .exit(lease: lease, exit)
    case ("end", let lease?): self = .end(lease: lease)
    case ("sources", _): self = .sources
    default: return nil
    }
  }

  /// The line, without its end.
  var text: String {
    switch self {
    case .open(let request): request.line.text
    case .root(let lease, let pid): Self.line("root", lease) { $0.set("pid", pid) }.text
    case .read(let lease): Self.line("read", lease).text
    case .close(let lease): Self.line("close", lease).text
    case .exit(let lease, let exit):
      Self.line("exit", lease) { line in
        for field in JournalRecord.exit(exit).line.fields { line.set(field.key, field.value) }
      }.text
    case .end(let lease): Self.line("end", lease).text
    case .sources: JournalLine("sources").text
    }
  }

  private static func line(_ verb: String, _ lease: Int, _ fill: (inout JournalLine) -> Void = { _ in }) -> JournalLine
  {
    JournalLine(verb) {
      $0.set("lease", lease)
      fill(&$0)
    }
  }
}

/// Who is to be measured, and how.
struct LeaseRequest: Hashable {
  /// The run's id.
  var run: String
  /// The process to measure with its descendants; it may be told later, before the command does anything.
  var pid: Int32?
  /// The control group to measure instead.
  var group: String?
  /// How often samples are taken, milliseconds, 10 to 60000.
  var periodMilliseconds = 1000
  /// The run's name.
  var name: String?
  /// The region.
  var region: String?
  /// The activity that the run is part of.
  var parent: String?
  /// The command, for the record.
  var command: [String] = []
  /// Whether a sample is sent each period, unasked.
  var isStreaming = false
  /// Whether the client is Dimmer's own, so that its work is not the run's.
  var clientIsOwn = false
  /// Whether the client adopts the run's orphans: its new children belong to the run.
  var clientReaps = false
  /// Whether the journal is one to be continued.
  var resumes = false

  init(run: String) { self.run = run }

  init?(_ line: JournalLine) {
    guard let run = line["run"], !run.isEmpty, run.utf8.count <= 128 else { return nil }
    self.init(run: run)
    for (key, hasNumber) in [("pid", line["pid"]), ("period_ms", line["period_ms"])] {
      guard let text = hasNumber else { continue }
      guard let number = Int32(text), number > 0 else { return nil }
      if key == "pid" { pid = number } else { periodMilliseconds = Int(number) }
    }
    guard (10...60_000).contains(periodMilliseconds) else { return nil }
    group = line["cgroup"]
    name = line["name"]
    region = line["region"]
    parent = line["parent"]
    command = PercentText.split(line["command"] ?? "")
    isStreaming = line["stream"] == "1"
    clientIsOwn = line["own"] == "1"
    clientReaps = line["reaper"] == "1"
    resumes = line["resume"] == "1"
  }

  var line: JournalLine {
    JournalLine("open") {
      $0.set("run", run)
      $0.set("pid", pid)
      $0.set("cgroup", group)
      $0.set("period_ms", periodMilliseconds)
      $0.set("name", name)
      $0.set("region", region)
      $0.set("parent", parent)
      if !command.isEmpty { $0.set("command", PercentText.join(command)) }
      for (key, isSet) in [("stream", isStreaming), ("own", clientIsOwn), ("reaper", clientReaps), ("resume", resumes)]
      where isSet { $0.set(key, 1) }
    }
  }
}

/// What the meter answers.
enum MeterAnswer: Hashable {
  case opened(lease: Int, LeaseTerms)
  case sample(lease: Int, CumulativeSample)
  case fault(lease: Int, String)
  case final(lease: Int)
  case closed(lease: Int)
  case source(SourceDescription)
  case done
  case error(lease: Int?, String)

  init?(_ text: String) {
    guard let line = JournalLine(controlText: text) else { return nil }
    let lease: Int? = line.integer("lease")
    switch (line.kind, lease) {
    case ("opened", let lease?):
      self = .opened(lease: lease, LeaseTerms(line))
    case ("sample", let lease?):
      guard let (sample, _) = line.sample else { return nil }
      self = .sample(lease: lease, sample)
    case ("fault", let lease?): self = .fault(lease: lease, line["text"] ?? "")
    case ("final", let lease?): self = .final(lease: lease)
    case ("closed", let lease?): self = .closed(lease: lease)
    case ("source", _):
      guard case .source(let source)? = JournalRecord(line) else { return nil }
      self = .source(source)
    case ("done", _): self = .done
    case ("error", _): self = .error(lease: lease, line["reason"] ?? "")
    default: return nil
    }
  }

  /// Appends the line, without its end.
  func append(to text: inout ByteText) {
    guard case .sample(let lease, let sample) = self else { return text.append(self.text) }
    text.append("sample lease=")
    text.append(Int64(lease))
    text.append(sample, HostMeter.State(counters: [:], potential: ByConsumer(), meter: 0))
  }

  private var bytes: [UInt8] {
    var text = ByteText()
    append(to: &text)
    return text.bytes
  }

  var text: String {
    switch self {
    case .opened(let lease, let terms): Self.line("opened", lease) { terms.fill(&$0) }.text
    case .sample: String(decoding: bytes, as: UTF8.self)
    case .fault(let lease, let text): Self.line("fault", lease) { $0.set("text", text) }.text
    case .final(let lease): Self.line("final", lease).text
    case .closed(let lease): Self.line("closed", lease).text
    case .source(let source): JournalRecord.source(source).line.text
    case .done: JournalLine("done").text
    case .error(let lease, let reason):
      JournalLine("error") {
        $0.set("lease", lease)
        $0.set("reason", reason)
      }.text
    }
  }

  private static func line(_ verb: String, _ lease: Int, _ fill: (inout JournalLine) -> Void = { _ in }) -> JournalLine
  {
    JournalLine(verb) {
      $0.set("lease", lease)
      fill(&$0)
    }
  }
}
