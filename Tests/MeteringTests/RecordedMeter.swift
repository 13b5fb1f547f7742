import Quantities
import Synchronization
import Testing

@testable import Metering

/// A clock that stands until it is told to go on.
final class TestClock: Sendable {
  private let nanoseconds = Mutex<UInt64>(1_000_000_000_000)

  func advance(seconds: Double) { nanoseconds.withLock { $0 += UInt64(seconds * 1e9) } }
  func advance(to moment: UInt64) { nanoseconds.withLock { $0 = moment } }

  var clock: MeterClock {
    let now: @Sendable () -> UInt64 = { self.nanoseconds.withLock { $0 } }
    return MeterClock(
      monotonic: { MonotonicInstant(nanoseconds: now()) },
      wall: { Timestamp(milliseconds: 1_700_000_000_000 + Int64(now() / 1_000_000)) }, sinceBoot: { now() })
  }
}

/// A journal in memory: what a meter says goes through the journal's text and back.
struct JournalText {
  private var bytes: [UInt8] = []
  private var count: UInt64 = 0

  /// Begins with what is read, as a meter does.
  init(_ sources: [SourceDescription] = []) { for source in sources { append(.source(source)) } }

  mutating func append(_ record: JournalRecord) {
    bytes += record.line.bytes(sequence: count)
    count += 1
  }

  /// What a reader finds in it.
  var journal: Journal { Journal(parsing: bytes) }

  /// Writes a sample and gives what a reader then finds as the last one.
  mutating func record(_ sample: CumulativeSample, _ state: HostMeter.State) throws -> CumulativeSample {
    append(.sample(sample, state))
    let journal = journal
    #expect(journal.ending == .whole)
    #expect(journal.state == state)
    let read = try #require(journal.last)
    #expect(read == sample)
    for (component, terms) in read.components {
      #expect(terms.isConserved, "\(component) is not conserved")
      #expect(terms.host.count >= 0)
    }
    return read
  }
}

/// A recorded machine under a meter: time and load go on by hand, samples go through the journal's text and back.
final class RecordedMeter {
  let machine: RecordedMachine
  let time = TestClock()
  let meter: HostMeter
  private var busyTicks = 10_000
  private var childTicks = 0
  private(set) var faults: [String] = []
  private var text = JournalText()
  /// What a reader of the record finds.
  var journal: Journal { text.journal }

  /// Starts a meter on `machine` as it stands, with process 42 as the run.
  init(_ machine: RecordedMachine, access: SourceAccess = SourceAccess()) throws {
    self.machine = machine
    var access = access
    access.gpuLibrary = access.gpuLibrary ?? "/nowhere"
    let folder = machine.folder
    try folder.write("proc/loadavg", "0.00 0.00 0.00 1/100 42\n")
    try Self.write(folder, busyTicks, childTicks)
    meter = HostMeter(machine: machine.root, access: access, clock: time.clock)
    try meter.start(roots: [42])
    text = JournalText(meter.descriptions)
  }

  private static func write(_ folder: TemporaryFolder, _ busy: Int, _ run: Int) throws {
    try folder.write("proc/stat", "cpu  \(busy) 0 0 800 50 0 0 0 0 0\n")
    try folder.write("proc/1/stat", "1 (init) S 0 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 5 1000 3 0 0\n")
    try folder.write("proc/42/stat", "42 (train) S 1 1 1 0 -1 0 0 0 0 0 \(run) 0 0 0 20 0 1 0 500 1000 3 0 0\n")
  }

  /// Lets time go on with the machine's four processors so busy, all by the run, and reads. Below 0 the machine's busy
  /// time steps back.
  func read(after seconds: Double, usage: Double = 0) throws -> CumulativeSample {
    time.advance(seconds: seconds)
    let ticks = Int((seconds * 4 * usage * 100).rounded())
    busyTicks += ticks
    childTicks += max(ticks, 0)
    try Self.write(machine.folder, busyTicks, childTicks)
    let sample = try meter.read()
    faults += meter.takeFaults()
    return try text.record(sample, meter.state)
  }
}

extension CumulativeSample {
  /// A component's joules; `nil` when it was never read.
  func joules(_ component: Component) -> Double? { components[component]?.host.energy.joules }
}
