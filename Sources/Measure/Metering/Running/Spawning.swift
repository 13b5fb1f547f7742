import CMetering

#if canImport(Glibc)
  import Glibc
#endif

/// Starting programs.
enum Spawning {
  /// How a program is started.
  struct Plan {
    var arguments: [String]
    /// The signal mask that it begins with; nothing means ours.
    var mask: sigset_t?
    /// Whether it gets a session of its own, away from the terminal's signals.
    var ownSession = false
    /// A descriptor of ours that becomes number 3 there.
    var third: Int32?
    /// Whether its input and outputs lead nowhere.
    var isSilent = false
  }

  /// Starts the program named by the first argument, looked for in `PATH` when it has no slash.
  ///
  /// - Returns: its process number, or the error number.
  static func start(_ plan: Plan) -> Result<Int32, SpawnError> {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    if let third = plan.third {
      // Duplicating a descriptor onto itself would leave it closed on execution.
      posix_spawn_file_actions_adddup2(&actions, third, 3)
    }
    if plan.isSilent {
      posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
      posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
      posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var flags: Int32 = 0
    if var mask = plan.mask {
      posix_spawnattr_setsigmask(&attributes, &mask)
      flags |= Int32(POSIX_SPAWN_SETSIGMASK)
    }
    if plan.ownSession { flags |= Int32(LINUX_SPAWN_SETSID) }
    posix_spawnattr_setflags(&attributes, Int16(flags))
    var arguments: [UnsafeMutablePointer<CChar>?] = plan.arguments.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    var pid: pid_t = 0
    let result = posix_spawnp(&pid, plan.arguments[0], &actions, &attributes, &arguments, environ)
    return result == 0 ? .success(pid) : .failure(SpawnError(number: result))
  }

  struct SpawnError: Error {
    let number: Int32
  }
}

/// The signals that a run stands between.
enum RunSignals {
  /// Those passed on when a process sent them to us alone.
  static let forwarded = [SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGWINCH]
  /// Those that end a program that does nothing about them.
  static let ending = [SIGHUP, SIGINT, SIGQUIT, SIGTERM]

  /// Keeps the signals from acting on this process.
  ///
  /// - Returns: the mask from before and a descriptor to read them from.
  static func hold() -> (before: sigset_t, descriptor: Int32) {
    var set = sigset_t()
    sigemptyset(&set)
    for number in forwarded + [SIGCHLD] { sigaddset(&set, number) }
    var before = sigset_t()
    pthread_sigmask(SIG_BLOCK, &set, &before)
    return (before, linux_signal_descriptor(&set))
  }

  /// The mask that this process was started with. The main thread has it still; the threads of Swift's pool block nearly
  /// everything, and a command that inherited that could neither be interrupted nor wait for its children.
  static func inheritedMask(_ ofThisThread: sigset_t) -> sigset_t {
    guard linux_is_main_thread() == 0, let status = FileBuffer().text(at: "/proc/self/status"),
      let line = status.split(separator: "\n").first(where: { $0.hasPrefix("SigBlk:") }),
      let bits = UInt64(line.dropFirst(7).trimmed, radix: 16)
    else { return ofThisThread }
    var set = sigset_t()
    sigemptyset(&set)
    for number in 1...64 where bits >> UInt64(number - 1) & 1 == 1 { sigaddset(&set, Int32(number)) }
    return set
  }

  /// The next signal held, if there is one: its number, who sent it, and whether a process did.
  static func next(_ descriptor: Int32) -> (number: Int32, sender: Int32, isByProcess: Bool)? {
    var number: Int32 = 0
    var sender: Int32 = 0
    var byProcess: Int32 = 0
    guard descriptor >= 0, linux_next_signal(descriptor, &number, &sender, &byProcess) == 1 else { return nil }
    return (number, sender, byProcess != 0)
  }
}
