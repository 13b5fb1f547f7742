/// `machine.txt`: the files under `machine/` that are the first frame, their permission bits, and those that could not
/// be read. The bytes are the files' own, so that a person can look at them and change them.
///
///     file 0444 proc/stat
///     refused 0400 13 sys/class/powercap/intel-rapl:0/energy_uj
///     end 2
struct MachineListing: Hashable, Sendable {
  enum Entry: Hashable, Sendable {
    case file(mode: UInt16)
    case refused(mode: UInt16, number: Int32)
  }

  var entries: [String: Entry] = [:]

  init(_ files: [String: RecordedFile]) {
    entries = files.mapValues { file in
      if case .refused(let number) = file.content { return .refused(mode: file.mode, number: number) }
      return .file(mode: file.mode)
    }
  }

  var text: String {
    var text = ""
    for (path, entry) in entries.sorted(by: { $0.key < $1.key }) {
      let name = PercentText.encode(path)
      switch entry {
      case .file(let mode): text += "file \(RecordedFile.octal(mode)) \(name)\n"
      case .refused(let mode, let number): text += "refused \(RecordedFile.octal(mode)) \(number) \(name)\n"
      }
    }
    return text + "end \(entries.count)\n"
  }

  /// Reads the text.
  ///
  /// - Throws: which line is none, or would leave the folder of the replay.
  init(parsing text: String) throws(MeteringError) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    for (number, line) in lines.enumerated() {
      let words = line.split(separator: " ", omittingEmptySubsequences: false)
      if words.first == "end", words.count == 2, words[1] == "\(entries.count)", number == lines.count - 2 { return }
      guard let name = words.last, let path = PercentText.decode(name.utf8), RecordedPath.isSafe(path),
        words.count > 2, let mode = RecordedFrame.mode(words[1])
      else { throw MeteringError("line \(number + 1) of machine.txt is no file that a recording may have") }
      switch (words[0], words.count) {
      case ("file", 3): entries[path] = .file(mode: mode)
      case ("refused", 4):
        guard let reason = Int32(words[2]), (1...4095).contains(reason) else {
          throw MeteringError("line \(number + 1) of machine.txt has no error number")
        }
        entries[path] = .refused(mode: mode, number: reason)
      default: throw MeteringError("line \(number + 1) of machine.txt is neither a file nor a refusal")
      }
    }
    throw MeteringError("machine.txt does not end with the count of its lines: it was cut")
  }
}
