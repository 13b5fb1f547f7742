import Foundation
import Synchronization

/// A process of ours in a process group of its own, so that it and all it starts can be ended together.
///
/// Where `setpriv` is there (Debian has it), the kernel also ends the process when Dimmer dies by SIGKILL, so that
/// nothing is left running whatever happens.
final class ChildProcess: Sendable {
  /// The process id, which is also the group's.
  let pid: pid_t
  private let ended = Mutex<Int32?>(nil)

  /// Starts `arguments[0]` with standard output and error going to `log`.
  ///
  /// - Parameters:
  ///   - arguments: the program, looked up on the PATH, and its arguments.
  ///   - environment: added to Dimmer's own.
  ///   - log: a file, made anew.
  init(_ arguments: [String], environment: [String: String] = [:], log: String) throws(Failure) {
    var command = arguments
    if FileManager.default.isExecutableFile(atPath: "/usr/bin/setpriv") {
      command = ["/usr/bin/setpriv", "--pdeathsig", "TERM", "--"] + command
    }
    var merged = ProcessInfo.processInfo.environment
    merged.merge(environment) { _, new in new }
    let started = Mutex<Result<pid_t, SpawnError>>(.failure(SpawnError(code: EAGAIN)))
    let (words, variables) = (command, merged)
    LastingThread.spawner.run { started.withLock { $0 = Self.spawn(words, environment: variables, log: log) } }
    switch started.withLock({ $0 }) {
    case .success(let pid): self.pid = pid
    case .failure(let error):
      throw Failure(
        Failure.status(errno: error.code),
        "\(arguments[0]) can not be started: \(String(cString: strerror(error.code)).lowercased())")
    }
  }

  private struct SpawnError: Error { let code: Int32 }

  private static func spawn(_ command: [String], environment: [String: String], log: String) -> Result<
    pid_t, SpawnError
  > {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)

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

    let argv = command.map { strdup($0) } + [nil]
    let envp = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for pointer in argv + envp { free(pointer) } }
    var pid: pid_t = 0
    let code = posix_spawnp(&pid, command[0], &actions, &attributes, argv, envp)
    return code == 0 ? .success(pid) : .failure(SpawnError(code: code))
  }

  /// The exit status once the process has ended, 128 + n for signal n; `nil` while it runs.
  func exitStatus() -> Int32? {
    ended.withLock { ended in
      if let ended { return ended }
      var status: Int32 = 0
      guard waitpid(pid, &status, WNOHANG) == pid else { return nil }
      let signal = status & 0x7f
      ended = signal == 0 ? (status >> 8) & 0xff : 128 + signal
      return ended
    }
  }

  /// Waits for the end; ends the process first when the task is cancelled.
  @discardableResult
  func wait(poll: Duration = .milliseconds(50)) async throws -> Int32 {
    while true {
      if let status = exitStatus() { return status }
      try await Task.sleep(for: poll)
    }
  }

  /// Ends the whole group: SIGTERM, and SIGKILL for what is still there after `grace`.
  func stop(grace: Duration = .seconds(5)) async {
    kill(-pid, SIGTERM)
    let deadline = ContinuousClock.now.advanced(by: grace)
    while exitStatus() == nil, ContinuousClock.now < deadline {
      // Stopping also happens while the task is cancelled, so a cancelled sleep must not cut the grace short.
      usleep(20_000)
    }
    kill(-pid, SIGKILL)
    while exitStatus() == nil { usleep(10_000) }
  }
}

/// Ports of this machine.
enum LoopbackPort {
  /// `port` when nothing listens on it, else one that is free.
  static func preferred(_ port: Int) throws(Failure) -> Int {
    if let port = try claim(port) { return port }
    return try free()
  }

  /// A port that nothing listens on now.
  static func free() throws(Failure) -> Int {
    guard let port = try claim(0) else {
      throw Failure(.io, "no free port on loopback: \(String(cString: strerror(errno)))")
    }
    return port
  }

  private static func claim(_ port: Int) throws(Failure) -> Int? {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { throw Failure(.io, "no socket: \(String(cString: strerror(errno)))") }
    defer { close(descriptor) }
    // As servers do: a port whose last connections are still fading is free.
    var reuse: Int32 = 1
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &reuse, socklen_t(MemoryLayout<Int32>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    address.sin_port = UInt16(port).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let bound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { raw in
        bind(descriptor, raw, length) == 0 && getsockname(descriptor, raw, &length) == 0
      }
    }
    return bound ? Int(UInt16(bigEndian: address.sin_port)) : nil
  }
}
