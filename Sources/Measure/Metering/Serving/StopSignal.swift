import CMetering

#if canImport(Glibc)
  import Glibc
#endif

/// The signals that ask a service to end, as a descriptor to wait for.
public enum StopSignal {
  /// Holds SIGTERM, SIGINT and SIGHUP back from this process and gives a descriptor that becomes readable when one
  /// comes; -1 when there are none to be had.
  public static func descriptor() -> Int32 {
    var set = sigset_t()
    sigemptyset(&set)
    for number in [SIGTERM, SIGINT, SIGHUP] { sigaddset(&set, number) }
    pthread_sigmask(SIG_BLOCK, &set, nil)
    for number in [SIGPIPE, SIGXFSZ] { signal(number, SIG_IGN) }
    return linux_signal_descriptor(&set)
  }
}
