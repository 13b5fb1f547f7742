import Foundation
import Reporting
import Synchronization

/// Standard output and standard error, as the contract uses them.
enum Output {
  /// Whether stderr is a terminal: only then are there live lines and colours there.
  static let errorIsTerminal = isatty(2) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb"
  /// Whether stdout is a terminal.
  static let isTerminal = isatty(1) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb"

  private static let wantsColour = (ProcessInfo.processInfo.environment["NO_COLOR"] ?? "").isEmpty

  /// Emphasis for stdout.
  static var style: TextStyle { TextStyle(isColoured: isTerminal && wantsColour) }
  /// Emphasis for stderr.
  static var errorStyle: TextStyle { TextStyle(isColoured: errorIsTerminal && wantsColour) }

  /// The command's result.
  static func result(_ text: String, ending: String = "\n") { write(text + ending, to: 1) }

  /// The command's result as one JSON document.
  static func result(_ document: JSONValue) { result(document.text(indent: true)) }

  /// A line of progress.
  static func progress(_ text: String) { write("dimmer: \(text)\n", to: 2) }

  /// An error line.
  static func error(_ text: String) { write("dimmer: \(text)\n", to: 2) }

  /// Raw text on stderr, for live lines and labels.
  static func rawError(_ text: String) { write(text, to: 2) }

  /// What kept a result from standard output, if anything did: a full disk must not look like an answer.
  ///
  /// A reader that has gone (`| head -1`) has read what it wanted; that is no failure.
  static var failure: Failure? {
    let code = lost.load(ordering: .relaxed)
    guard code != 0, code != EPIPE else { return nil }
    return Failure(.io, "standard output can not be written: \(String(cString: strerror(code)).lowercased())")
  }

  /// The error of the first write to standard output that failed.
  private static let lost = Atomic<Int32>(0)

  private static func write(_ text: String, to descriptor: Int32) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let written = bytes.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if written < 0, errno == EINTR { continue }
      guard written > 0 else {
        if descriptor == 1 { _ = lost.compareExchange(expected: 0, desired: errno, ordering: .relaxed) }
        return
      }
      bytes = bytes.dropFirst(written)
    }
  }
}

/// Process-wide signal dispositions.
enum Signals {
  /// A reader that goes away (`dimmer … | head`) is an error on write, not a death.
  ///
  /// With a handler, not by ignoring the signal: what is ignored stays ignored in a command that `dimmer run` starts.
  static func surviveBrokenPipe() {
    var present = sigaction()
    sigaction(SIGPIPE, nil, &present)
    guard present.__sigaction_handler.sa_handler == nil else { return }
    signal(SIGPIPE) { _ in }
  }
}
