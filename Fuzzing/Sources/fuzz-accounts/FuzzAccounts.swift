import CLibFuzzer
import Glibc

/// Runs libFuzzer over one of the readers of the accounts: files that are linted, addresses of boards, claims in words.
///
/// usage: fuzz-accounts lint|boards|claims [CORPUS…] [-max_total_time=SECONDS …]
@main
enum FuzzAccounts {
  private static let subjects: [String: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt] = [
    "lint": { data, size in
      LintLaws.check(FuzzAccounts.bytes(data, size))
      return 0
    },
    "boards": { data, size in
      BoardLaws.check(FuzzAccounts.bytes(data, size))
      return 0
    },
    "claims": { data, size in
      ClaimLaws.check(FuzzAccounts.bytes(data, size))
      return 0
    },
  ]

  static func main() {
    guard CommandLine.argc > 1, let subject = subjects[CommandLine.arguments[1]] else {
      print("usage: fuzz-accounts \(subjects.keys.sorted().joined(separator: "|")) [CORPUS…] [libFuzzer's options]")
      exit(64)
    }
    // libFuzzer takes the first word for the program's name, to start itself again; it keeps what it is given.
    let words = [CommandLine.arguments[0]] + CommandLine.arguments.dropFirst(2)
    let copies = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: words.count + 1)
    for (index, word) in words.enumerated() { copies[index] = strdup(word) }
    copies[words.count] = nil
    var count = CInt(words.count)
    var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = copies
    exit(LLVMFuzzerRunDriver(&count, &arguments, subject))
  }

  private static func bytes(_ data: UnsafePointer<UInt8>?, _ size: Int) -> [UInt8] {
    Array(UnsafeBufferPointer(start: data, count: size))
  }
}

/// Ends the process where a law is broken, so that libFuzzer keeps the input.
func law(_ isKept: Bool, _ words: @autoclosure () -> String) {
  if !isKept { fatalError(words()) }
}
