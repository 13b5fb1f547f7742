import CLibFuzzer
import Glibc

/// libFuzzer over one of a program's subjects; what follows the subject's name is libFuzzer's.
public enum FuzzLoop {
  /// What is done with each input; 0 says that it may be kept.
  public typealias Subject = @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt

  /// Runs the subject that the program's first word names, until libFuzzer has enough; 64 where it names none.
  public static func run(_ subjects: [String: Subject], as program: String) -> Never {
    guard CommandLine.argc > 1, let subject = subjects[CommandLine.arguments[1]] else {
      print("usage: \(program) \(subjects.keys.sorted().joined(separator: "|")) [CORPUS…] [libFuzzer's options]")
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

  /// An input as bytes.
  public static func bytes(_ data: UnsafePointer<UInt8>?, _ size: Int) -> [UInt8] {
    Array(UnsafeBufferPointer(start: data, count: size))
  }
}

/// Ends the process where a law is broken, so that libFuzzer keeps the input.
public func law(_ isKept: Bool, _ words: @autoclosure () -> String) {
  if !isKept { fatalError(words()) }
}
