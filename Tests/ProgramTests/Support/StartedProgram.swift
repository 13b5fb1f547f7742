import Foundation
import Synchronization

/// How a program ended and what it wrote.
struct Ending: Sendable {
  /// The status, when it ended by itself.
  let status: Int32?
  /// The signal, when one ended it.
  let signal: Int32?
  /// CPU seconds of it and of the children it waited for.
  let cpuSeconds: Double
  /// What it wrote, as it stood when it ended.
  let outputBytes: Data
  let error: String

  var output: String { String(decoding: outputBytes, as: UTF8.self) }
}

/// A program that was started with its outputs going to files, in a process group of its own.
final class StartedProgram: Sendable {
  let pid: pid_t
  let outputPath: String
  let errorPath: String
  private let name: String
  private let ending = Once<Ending>()
  private let isReaped = Mutex(false)

  struct CannotStart: Error, CustomStringConvertible {
    let description: String
  }

  /// Starts `arguments[0]` with exactly this environment.
  init(
    _ arguments: [String], environment: [String: String], input: String, output: String, error: String, folder: String
  ) throws {
    name = arguments.joined(separator: " ")
    outputPath = output
    errorPath = error
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    posix_spawn_file_actions_addopen(&actions, 2, error, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    var all = sigset_t()
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    // `env` goes to the folder and becomes the program.
    let argv = (["env", "-C", folder] + arguments).map { strdup($0) } + [nil]
    let envp = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for pointer in argv + envp { free(pointer) } }
    var pid: pid_t = 0
    let code = posix_spawnp(&pid, "env", &actions, &attributes, argv, envp)
    guard code == 0 else {
      throw CannotStart(description: "\(name) can not be started: \(String(cString: strerror(code)))")
    }
    self.pid = pid
    Thread.detachNewThread { self.waitForEnd() }
  }

  /// Waits in a thread of its own; the process is reaped under the lock, so that nobody signals a number used again.
  private func waitForEnd() {
    var info = siginfo_t()
    while waitid(P_PID, id_t(pid), &info, WEXITED | WNOWAIT) != 0, errno == EINTR {}
    var status: Int32 = 0
    var usage = rusage()
    isReaped.withLock { isReaped in
      while wait4(pid, &status, 0, &usage) < 0, errno == EINTR {}
      isReaped = true
    }
    let number = status & 0x7f
    let seconds = { (time: timeval) in Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
    ending.set(
      Ending(
        status: number == 0 ? (status >> 8) & 0xff : nil, signal: number == 0 ? nil : number,
        cpuSeconds: seconds(usage.ru_utime) + seconds(usage.ru_stime),
        outputBytes: FileManager.default.contents(atPath: outputPath) ?? Data(), error: errorText))
  }

  /// What it has written on stderr so far.
  var errorText: String { String(decoding: FileManager.default.contents(atPath: errorPath) ?? Data(), as: UTF8.self) }
  /// What it has written on stdout so far.
  var outputText: String { String(decoding: FileManager.default.contents(atPath: outputPath) ?? Data(), as: UTF8.self) }
  /// Whether it is still running.
  var isRunning: Bool { ending.now == nil }

  /// Signals the program alone, as another process would.
  func signal(_ number: Int32) { isReaped.withLock { if !$0 { _ = kill(pid, number) } } }

  /// Signals its whole group, as a terminal would.
  func signalGroup(_ number: Int32) { isReaped.withLock { if !$0 { _ = kill(-pid, number) } } }

  /// Its end.
  ///
  /// - Throws: ``TookTooLong`` with what it had said when it does not end within `limit`; then it is killed.
  func end(within limit: Duration = .seconds(180)) async throws -> Ending {
    if let ending = await ending.value(within: limit) { return ending }
    signalGroup(SIGKILL)
    throw TookTooLong(description: "\(name): not ended within \(limit); it said: \(errorText) \(outputText)")
  }
}
