import Foundation
import Synchronization

/// A thread that lives as long as the program.
///
/// The kernel sends a child its death signal when the *thread* that started it ends, not the process. Threads of the
/// concurrency runtime end when they have had nothing to do for some seconds, so children with a death signal must be
/// started from a thread that stays.
final class LastingThread: Sendable {
  /// The one that starts children.
  static let spawner = LastingThread()

  private let jobs = Mutex<[@Sendable () -> Void]>([])
  private let waiting = DispatchSemaphore(value: 0)

  private init() {
    Thread.detachNewThread {
      while true {
        self.waiting.wait()
        let job = self.jobs.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        job?()
      }
    }
  }

  /// Runs `job` there and returns when it is done; it must be short.
  func run(_ job: @escaping @Sendable () -> Void) {
    let done = DispatchSemaphore(value: 0)
    jobs.withLock { jobs in
      jobs.append {
        job()
        done.signal()
      }
    }
    waiting.signal()
    done.wait()
  }
}
