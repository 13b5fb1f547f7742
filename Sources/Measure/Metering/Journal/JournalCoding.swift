import Quantities

/// Records as lines and back.
extension JournalRecord {
  /// The record as a line.
  var line: JournalLine {
    switch self {
    case .begin(let begin): begin.line
    case .source(let source): source.line
    case .sample(let sample, let state):
      JournalLine(controlText: ByteText.sample(sample, state)) ?? JournalLine("sample")
    case .gap(let gap):
      JournalLine("gap") {
        $0.set("from", gap.from.nanoseconds)
        $0.set("to", gap.to.nanoseconds)
        $0.set("reason", gap.reason)
      }
    case .note(let note):
      JournalLine("note") {
        $0.set("mono", note.monotonic.nanoseconds)
        $0.set("text", note.text)
      }
    case .exit(let exit):
      JournalLine("exit") {
        $0.set("code", exit.code)
        $0.set("signal", exit.signal)
        $0.set("utime_us", exit.userMicroseconds)
        $0.set("stime_us", exit.systemMicroseconds)
        $0.set("maxrss", exit.peakResidentBytes)
      }
    case .end(let reason): JournalLine("end") { $0.set("reason", reason) }
    }
  }

  /// The record of a line; `nil` when it lacks something or when its kind is of a later format.
  init?(_ line: JournalLine) {
    switch line.kind {
    case "begin":
      guard let begin = JournalBegin(line) else { return nil }
      self = .begin(begin)
    case "source":
      guard let source = SourceDescription(line) else { return nil }
      self = .source(source)
    case "sample":
      guard let (sample, state) = line.sample else { return nil }
      self = .sample(sample, state)
    case "gap":
      guard let from: UInt64 = line.integer("from"), let to: UInt64 = line.integer("to"), let reason = line["reason"]
      else { return nil }
      self = .gap(
        Gap(from: MonotonicInstant(nanoseconds: from), to: MonotonicInstant(nanoseconds: to), reason: reason))
    case "note":
      guard let moment: UInt64 = line.integer("mono"), let text = line["text"] else { return nil }
      self = .note(JournalNote(monotonic: MonotonicInstant(nanoseconds: moment), text: text))
    case "exit":
      guard let exit = JournalExit(line) else { return nil }
      self = .exit(exit)
    case "end":
      guard let reason = line["reason"] else { return nil }
      self = .end(reason: reason)
    default: return nil
    }
  }

  /// Appends the record as a line, its end included, behind so many others.
  func append(to text: inout ByteText, sequence: UInt64) {
    guard case .sample(let sample, let state) = self else { return line.append(to: &text, sequence: sequence) }
    let start = text.beginLine()
    text.append(sequence)
    text.append(" sample")
    text.append(sample, state)
    text.endLine(start)
  }

  static let kinds: Set<String> = ["begin", "source", "sample", "gap", "note", "exit", "end"]
}

extension JournalLine {
  init(_ kind: String, _ fill: (inout JournalLine) -> Void) {
    self.init(kind)
    fill(&self)
  }

  /// The sample of this line.
  var sample: (CumulativeSample, HostMeter.State)? {
    guard let monotonic: UInt64 = integer("mono"), let wall: Int64 = integer("wall"),
      let times: [UInt64] = numbers("time", count: 6), let potential: [UInt64] = numbers("potential", count: 3),
      let meter: UInt64 = integer("meter")
    else { return nil }
    var sample = CumulativeSample(
      monotonic: MonotonicInstant(nanoseconds: monotonic), wall: Timestamp(milliseconds: wall),
      cpu: CPUTerms(
        busy: times[0], run: times[1], others: times[2], own: times[3], unattributed: times[4], capacity: times[5]))
    for component in Component.allCases where self[component.rawValue] != nil {
      guard let values: [Int64] = numbers(component.rawValue, count: 6) else { return nil }
      let terms = values.map { Microjoules($0) }
      sample.components[component] = EnergyTerms(
        host: terms[0], run: terms[1], others: terms[2], idle: terms[3], own: terms[4], unattributed: terms[5])
    }
    if let parked: Int64 = integer("parked") { sample.parked = Microjoules(parked) }
    for field in fields where field.key.hasPrefix("beside.") {
      guard let count = Int64(field.value) else { return nil }
      sample.platform[String(field.key.dropFirst(7))] = Microjoules(count)
    }
    var counters: [String: UInt64] = [:]
    for field in fields where field.key.hasPrefix("at.") {
      guard let value = UInt64(field.value) else { return nil }
      counters[String(field.key.dropFirst(3))] = value
    }
    let state = HostMeter.State(
      counters: counters, potential: ByConsumer(run: potential[0], others: potential[1], own: potential[2]),
      meter: meter)
    return (sample, state)
  }
}

extension JournalBegin {
  fileprivate var line: JournalLine {
    JournalLine("begin") {
      $0.set("format", format)
      $0.set("run", run)
      $0.set("pid", pid)
      $0.set("start", startTicks)
      $0.set("wall", wall.milliseconds)
      $0.set("mono", monotonic.nanoseconds)
      $0.set("period_ms", periodMilliseconds)
      $0.set("ticks", ticksPerSecond)
      $0.set("machine", machine)
      $0.set("boot", boot)
      $0.set("command", PercentText.join(command))
      $0.set("name", name)
      $0.set("region", region)
      $0.set("parent", parent)
      if scope != .host { $0.set("scope", scope.rawValue) }
    }
  }

  fileprivate init?(_ line: JournalLine) {
    guard let format: Int = line.integer("format"), let run = line["run"], let pid: Int32 = line.integer("pid"),
      let start: UInt64 = line.integer("start"), let wall: Int64 = line.integer("wall"),
      let monotonic: UInt64 = line.integer("mono"), let period: Int = line.integer("period_ms"),
      let ticks: UInt64 = line.integer("ticks"), let machine = line["machine"], let boot = line["boot"]
    else { return nil }
    self.init(
      run: run, pid: pid, startTicks: start, wall: Timestamp(milliseconds: wall),
      monotonic: MonotonicInstant(nanoseconds: monotonic), periodMilliseconds: period, ticksPerSecond: ticks,
      machine: machine, boot: boot, command: PercentText.split(line["command"] ?? ""), name: line["name"],
      region: line["region"], parent: line["parent"])
    self.format = format
    if let scope = line["scope"] {
      guard let scope = LeaseScope(rawValue: scope) else { return nil }
      self.scope = scope
    }
  }
}

extension SourceDescription {
  fileprivate var line: JournalLine {
    JournalLine("source") {
      $0.set("component", component.rawValue)
      $0.set("name", name)
      $0.set("origin", origin.rawValue)
      $0.set("method", method)
      $0.set("reason", reason)
      $0.set("low", relative.lowerBound)
      $0.set("high", relative.upperBound)
    }
  }

  fileprivate init?(_ line: JournalLine) {
    guard let component = line["component"].flatMap(Component.init(rawValue:)), let name = line["name"],
      let origin = line["origin"].flatMap(Origin.init(rawValue:)),
      let method = line["method"].flatMap({ MethodID(parsing: $0) }),
      let reason = line["reason"], let low = line["low"].flatMap(Double.init),
      let high = line["high"].flatMap(Double.init),
      low <= high
    else { return nil }
    self.init(
      component: component, name: name, origin: origin, method: method, reason: reason, relative: low...high)
  }
}

extension JournalExit {
  fileprivate init?(_ line: JournalLine) {
    let code: Int32? = line.integer("code")
    let signal: Int32? = line.integer("signal")
    guard code != nil || signal != nil, let user: UInt64 = line.integer("utime_us"),
      let system: UInt64 = line.integer("stime_us")
    else { return nil }
    self.init(
      code: code, signal: signal, userMicroseconds: user, systemMicroseconds: system,
      peakResidentBytes: line.integer("maxrss") ?? 0)
  }
}
