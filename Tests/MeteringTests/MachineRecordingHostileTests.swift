import Quantities
import Testing

@testable import Metering

#if canImport(Glibc)
  import Glibc
#endif

@Suite("Recordings that are cut, damaged or made to harm")
struct MachineRecordingHostileTests {
  private func put(_ bytes: some Sequence<UInt8>, _ file: String) throws {
    unlink(file)
    try RecordingFolder.append(Array(bytes), to: file)
  }

  @Test("a recording whose index or last frame is cut at any byte plays up to its last whole frame")
  func cuts() throws {
    let run = try RecordedRun(try RecordedMachine())
    for _ in 1...2 { try run.look() }
    for file in ["\(run.path)/recording.txt", "\(run.path)/frames/0002"] {
      let whole = try RecordingFolder.read(file, atMost: 1 << 20)
      for length in 0..<whole.count {
        try put(whole.prefix(length), file)
        guard let replay = try? MachineReplay(run.path, in: run.folder.path) else { continue }
        let samples = try replay.samples(roots: [42]).samples
        #expect(samples == Array(run.live.prefix(samples.count)) && samples.count < 2)
        #expect((replay.fault != nil) == (file.hasSuffix("0002")))
      }
      try put(whole, file)
    }
    #expect(try MachineReplay(run.path, in: run.folder.path).samples(roots: [42]).samples == run.live)
  }

  @Test(
    "a frame that would leave the folder, or announces what is not there, is refused whole",
    arguments: [
      "file 0644 1 proc/../../out\nx\n", "file 0644 1 /tmp/out\nx\n", "file 0644 1 proc//out\nx\n", "gone ..\n",
      "gone proc/..\n", "refused 0400 13 ../out\n", "refused 0400 0 proc/x\n", "file 0644 1 etc/out\nx\n",
      "file 0644 9223372036854775807 proc/x\nx\n", "file 0644 -1 proc/x\nx\n", "file 0644 99 proc/x\nx\n",
      "file 0644 1 proc/%2e%2e/%2e%2e/out\nx\n", "file 0644 1 proc/dimmer-refused:13:0400\nx\n", "what proc/x\n",
      "file 0644 1 proc/x\nx\nfile 0644 1 proc/../../out\nx\n", "gone proc/42/stat",
    ])
  func frames(text: String) throws {
    let run = try RecordedRun(try RecordedMachine())
    try run.look()
    let bytes = Array(text.utf8)
    try put(bytes, "\(run.path)/frames/0001")
    let index = String(decoding: try RecordingFolder.read("\(run.path)/recording.txt", atMost: 1 << 20), as: UTF8.self)
    var words = index.split(separator: "\n").last?.split(separator: " ").map(String.init) ?? []
    words[5] = "\(bytes.count)"
    words[6] = String(decoding: CRC32C.hexadecimal(CRC32C.checksum(bytes)), as: UTF8.self)
    let head = index.split(separator: "\n").dropLast().joined(separator: "\n")
    try put("\(head)\n\(words.joined(separator: " "))\n".utf8, "\(run.path)/recording.txt")
    let replay = try MachineReplay(run.path, in: run.folder.path)
    let before = everyFile(below: run.folder.path)
    #expect(!replay.advance())
    #expect(replay.fault != nil)
    #expect(everyFile(below: run.folder.path) == before)
  }

  @Test("a list that names a file outside, and a link in the place of a file, are refused before anything is written")
  func links() throws {
    let run = try RecordedRun(try RecordedMachine())
    let list = "\(run.path)/machine.txt"
    let whole = try RecordingFolder.read(list, atMost: 1 << 20)
    try put("file 0644 proc/../../out\nend 1\n".utf8, list)
    #expect(throws: MeteringError.self) { try MachineReplay(run.path, in: run.folder.path) }
    try put(whole, list)
    unlink("\(run.path)/machine/proc/stat")
    symlink("/etc/passwd", "\(run.path)/machine/proc/stat")
    #expect(throws: MeteringError.self) { try MachineReplay(run.path, in: run.folder.path) }
    #expect(Folder.names(at: run.folder.path) == ["recording"])
  }
}
