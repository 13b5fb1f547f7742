import Foundation
import TestSupport
import Testing

/// Power goes, memory runs out, someone says kill -9: at any moment, to either program or both.
@Suite("After SIGKILL the command runs on and the record is closed")
struct KillTests {
  enum Victim: String, CaseIterable, Sendable {
    case dimmer, meter, both
  }

  /// One killed run.
  private struct Story: Sendable {
    let number: Int
    let victim: Victim
    /// Wall milliseconds just before the kill.
    let killed: Int
    /// Whether the command had been started and has come to its end, line by line.
    let lines: [String]
    /// How Dimmer itself ended, when it was not the victim.
    let status: Int32?
  }

  private static let period = 100
  private static let rounds = 12
  private static let whole = (1...rounds).map(String.init) + ["end"]

  /// Works and waits for about a second, writing a line at each step.
  private static func command(writing path: String) -> String {
    """
    k=0; while [ $k -lt \(rounds) ]; do k=$((k+1)); echo $k >> \(path)
    i=0; while [ $i -lt 8000 ]; do i=$((i+1)); done; sleep 0.04; done; echo end >> \(path); exit 7
    """
  }

  private static var now: Int { Int(Date().timeIntervalSince1970 * 1000) }

  private static func kill(_ victim: Victim, in run: StartedProgram, service: StartedProgram?) {
    let meters = victim == .dimmer ? [] : ProcessEntry.all.filter { $0.parent == run.pid && $0.name == "dimmer-meter" }
    if victim != .dimmer { service?.signal(SIGKILL) }
    if victim != .meter { run.signal(SIGKILL) }
    for meter in meters { _ = Foundation.kill(meter.pid, SIGKILL) }
  }

  private static func story(
    _ number: Int, _ victim: Victim, after moment: Duration, in space: Workspace, isServed: Bool
  ) async throws -> Story {
    var service: StartedProgram?
    let socket = isServed ? space.file("\(number).sock") : ""
    if isServed {
      service = try space.start(program: [Programs.path("dimmer-meter"), "serve", "--socket", socket])
      try await eventually("the meter serves") { FileManager.default.fileExists(atPath: socket) }
    }
    defer { service?.signal(SIGKILL) }
    let path = space.file("lines-\(number)")
    let run = try space.start(
      [
        "run", "--quiet", "--name", "victim-\(number)", "--region", "DE", "--period", "\(period)ms", "--", "sh", "-c",
        command(writing: path),
      ], environment: ["DIMMER_METER_SOCKET": socket])
    // The moment is the injected fault; nothing is expected of how much had happened by then.
    try await Task.sleep(for: moment)
    let killed = now
    kill(victim, in: run, service: service)
    let ending = try await run.end()
    // The command's shell names its file; a meter of its own goes on for as long as the command.
    try await eventually("command \(number) has ended") {
      !ProcessEntry.all.contains { $0.command.contains(path) && !$0.isZombie }
    }
    try await eventually("the meter of \(number) has written its end") {
      victim == .both
        || !ProcessEntry.all.contains { $0.parent == run.pid && $0.name == "dimmer-meter" && !$0.isZombie }
    }
    let lines = (space.text("lines-\(number)") ?? "").split(separator: "\n").map(String.init)
    return Story(
      number: number, victim: victim, killed: killed, lines: lines, status: victim == .meter ? ending.status : nil)
  }

  /// How many runs are killed; `make drill` asks for more.
  private static let kills = Programs.environment("DIMMER_KILLS").flatMap { Int($0) } ?? 36

  @Test(
    "Kills at seeded random moments lose no command, no record and at most one period",
    arguments: [false, true])
  func kills(isServed: Bool) async throws {
    try await Workspace.use(.alone) { space in
      var random = Seeded(20_260_611)
      let plans = (0..<Self.kills).map { number in
        (number, Victim.allCases[number % 3], Duration.milliseconds(Int(random.next() % 1300)))
      }
      let stories = try await withThrowingTaskGroup(of: Story.self) { group in
        var stories: [Story] = []
        for (place, plan) in plans.enumerated() {
          if place >= 5, let story = try await group.next() { stories.append(story) }
          group.addTask { try await Self.story(plan.0, plan.1, after: plan.2, in: space, isServed: isServed) }
        }
        for try await story in group { stories.append(story) }
        return stories
      }
      for story in stories where story.victim == .meter {
        #expect(story.lines == Self.whole, "run \(story.number): the command of a killed meter was disturbed")
        #expect(story.status == 7, "run \(story.number)")
      }
      for story in stories where !story.lines.isEmpty {
        #expect(story.lines == Self.whole, "run \(story.number), \(story.victim) killed: the command did not go on")
      }
      #expect(stories.count { $0.lines == Self.whole } > Self.kills / 2, "the moments did not fall into the runs")

      let listed = try await space.dimmer("runs", "list", "--limit", "1000", "--json")
      #expect(listed.status == 0, "\(listed.error)")
      let runs = try JSON(listed.output)["runs"].array
      for story in stories { try check(story, runs: runs, space) }

      let again = try await space.measure("exit 4", options: ["--region", "DE"])
      #expect(again.ending.status == 4)
      #expect(again.summary["status"].string == "failed")
      // The context of a run that was seen to its end is in the ledger; one that may still be seen to is kept. A blow
      // between the ledger's commit and the removal leaves one, which does no harm.
      let left = try runs.filter { run in
        let context = "\(space.dataFolder)/journal/\(try run["run_id"].text()).journal.context"
        return try !run["status"].text().hasPrefix("not observed") && FileManager.default.fileExists(atPath: context)
      }
      #expect(left.count <= 2, "\(left.map { $0["name"] }) left their contexts")
    }
  }

  private func check(_ story: Story, runs: [JSON], _ space: Workspace) throws {
    guard let run = runs.first(where: { $0["name"].string == "victim-\(story.number)" }) else {
      // Before the baseline is in the journal there is nothing to record; the command may just have begun.
      #expect(story.victim != .meter, "run \(story.number) is not in the ledger")
      return
    }
    let id = try run["run_id"].text()
    let file = "\(space.dataFolder)/journal/\(id).journal"
    if story.victim == .meter, (try? JournalText(path: file))?.first("begin") == nil {
      // Killed before its baseline: the run is on record, and its energy is unknown with the reason.
      #expect(run["energy_joules"]["value"].double == nil, "run \(story.number): \(run)")
      #expect(run["energy_joules"]["reason"].string?.isEmpty == false, "run \(story.number): \(run)")
      return
    }
    let journal = try JournalText(path: file)
    let status = try run["status"].text()
    switch story.victim {
    case .meter: #expect(status == "failed", "run \(story.number): exit status 7 was observed")
    case .dimmer: #expect(status == "done" || status == "failed" || status.hasPrefix("not observed after"), "\(status)")
    case .both:
      // A meter that had just ended by itself when the blow came has closed its journal.
      #expect(status.hasPrefix("not observed after") == (journal.first("end") == nil), "run \(story.number): \(status)")
    }
    // What the journal acknowledged is in the ledger, to the microjoule.
    let microjoules = try #require(journal.runMicrojoules)
    guard let recorded = run["energy_joules"]["value"].double else {
      // Killed before the first period was over: there is the baseline and nothing that came of it.
      #expect(journal.samples.count == 1, "run \(story.number): the journal has samples, the ledger has no energy")
      #expect(run["energy_joules"]["reason"].string?.contains("period") == true, "run \(story.number): \(run)")
      return
    }
    #expect(
      abs(recorded * 1e6 - Double(microjoules)) < 0.5, "run \(story.number): \(recorded) J, journal \(microjoules) µJ")
    #expect(journal.first("begin")?.fields["name"] == "victim-\(story.number)")
    // The last sample is at most a period before the kill, or as late as this machine took its samples elsewhere.
    let times = journal.sampleTimes
    let latest = zip(times.dropFirst(), times).map { $0 - $1 }.max() ?? 0
    let lost = story.killed - (times.last ?? 0)
    #expect(lost <= Self.period + max(latest, 1000), "run \(story.number): \(lost) ms are missing")
    if story.victim == .dimmer, journal.first("end") != nil { #expect(journal.leftOver == 0, "run \(story.number)") }
    // A blow between the command's end and the meter's leaves nobody to replace it for: then the reason says so.
    if story.victim == .meter, journal.first("end") == nil {
      #expect(run["reason"].string?.hasPrefix("the meter ended before the command did") == true, "\(run)")
    }
  }

  @Test("A meter that was killed is replaced, and what its run used is still all there")
  func replaced() async throws {
    try await Workspace.use { space in
      // It works until it is told to stop, however fast the machine is.
      let script = "i=0; while [ ! -e '\(space.file("stop"))' ]; do i=$((i+1)); done; exit 3"
      let run = try space.start([
        "run", "--summary", space.file("s.json"), "--period", "100ms", "--", "sh", "-c", script,
      ])
      let meter = { (killed: Set<pid_t>) in
        ProcessEntry.all.first {
          $0.parent == run.pid && $0.name == "dimmer-meter" && !killed.contains($0.pid)
        }
      }
      var killed: Set<pid_t> = []
      while killed.count < 3, run.isRunning {
        guard let meter = meter(killed), !ProcessEntry.all.filter({ $0.parent == run.pid && $0.name == "sh" }).isEmpty
        else {
          await Task.yield()
          continue
        }
        _ = Foundation.kill(meter.pid, SIGKILL)
        killed.insert(meter.pid)
        // The next one has taken over when it writes.
        let written = try space.journalBytes()
        try await eventually("another meter takes over") { try space.journalBytes() > written }
      }
      try space.write("stop", "")
      let ending = try await run.end()
      #expect(ending.status == 3)
      #expect(killed.count == 3)
      #expect(ending.error.contains("the meter was stopped while the command ran"))
      let summary = try JSON(file: space.file("s.json"))
      let journal = try JournalText(path: "\(space.dataFolder)/journal/\(try summary["run_id"].text()).journal")
      let exit = try #require(journal.first("exit"))
      let used = try ["utime_us", "stime_us"].reduce(0.0) {
        try $0 + Double(#require(exit.fields[$1]).description)! / 1e6
      }
      let counted = try summary["cpu_seconds"]["run"].number()
      #expect(abs(counted - used) <= 0.01 * used + 0.02, "counted \(counted) s, used \(used) s")
      let terms = summary["conservation"]
      let parts = ["attributed", "idle", "self", "unattributed"].compactMap { terms["\($0)_microjoules"].int }
      #expect(parts.reduce(0, +) == terms["host_microjoules"].int)
    }
  }

  @Test("A journal whose tail was cut in the middle of a line is taken in up to its last whole sample")
  func cutTail() async throws {
    try await Workspace.use { space in
      let (_, summary) = try await space.measure(
        "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done; sleep 1", options: ["--period", "50ms"])
      let id = try summary["run_id"].text()
      let path = "\(space.dataFolder)/journal/\(id).journal"
      let bytes = try #require(FileManager.default.contents(atPath: path))
      let whole = try JournalText(path: path)
      #expect(whole.samples.count > 2)
      for cut in [bytes.count - 3, bytes.count / 2, bytes.count * 3 / 4] {
        let other = "\(space.folder)/cut-\(cut)"
        try FileManager.default.createDirectory(atPath: "\(other)/journal", withIntermediateDirectories: true)
        try bytes.prefix(cut).write(to: URL(fileURLWithPath: "\(other)/journal/\(id).journal"))
        let listed = try await space.dimmer("runs", "list", "--json", environment: ["DIMMER_DATA_DIR": other])
        #expect(listed.status == 0, "\(listed.error)")
        let run = try JSON(listed.output)["runs"][0]
        let journal = try JournalText(path: "\(other)/journal/\(id).journal")
        #expect(run["run_id"].string == id)
        #expect(
          abs(try run["energy_joules"]["value"].number() * 1e6 - Double(try #require(journal.runMicrojoules))) < 0.5)
        if journal.first("exit") == nil { #expect(try run["status"].text().hasPrefix("not observed after")) }
      }
    }
  }

  @Test("A file that is no journal, or a damaged one, is left alone and stops nothing")
  func damaged() async throws {
    try await Workspace.use { space in
      let folder = "\(space.dataFolder)/journal"
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try Data((0..<4096).map { UInt8(truncatingIfNeeded: $0 &* 31) })
        .write(to: URL(fileURLWithPath: "\(folder)/run_01k00000000000000000000000.journal"))
      try Data().write(to: URL(fileURLWithPath: "\(folder)/run_01k00000000000000000000001.journal"))
      let (ending, _) = try await space.measure("exit 2")
      #expect(ending.status == 2)
      let listed = try await space.dimmer("runs", "list", "--json")
      #expect(listed.status == 0)
      #expect(try JSON(listed.output)["runs"].array.count == 1)
    }
  }
}

extension Workspace {
  /// Bytes in all journals of this record.
  func journalBytes() throws -> Int {
    let folder = "\(dataFolder)/journal"
    guard FileManager.default.fileExists(atPath: folder) else { return 0 }
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".journal") }
    return names.reduce(0) { $0 + (FileManager.default.contents(atPath: "\(folder)/\($1)")?.count ?? 0) }
  }
}
