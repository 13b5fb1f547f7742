import CMetering
import Quantities

#if canImport(Glibc)
  import Glibc
#endif

/// Asks a GPU driver on a thread of its own, so that a driver that hangs never holds up the meter.
///
/// There is one thread and never a second: while it is stuck in the driver nothing more is asked, and what it brings
/// in the end is dropped.
final class GPUWorker: Sendable {
  /// What can be asked.
  enum Request: Sendable {
    /// Opens the driver, anew if it is open.
    case open
    /// Looks at GPUs.
    case look([GPUQuestion])
  }

  /// What comes back.
  enum Reply: Sendable {
    case facts([GPUFacts])
    case looks([GPULook])
    case failed(MeteringError)
    /// The driver did not answer in time, now or since an earlier question.
    case late
  }

  /// How long the driver may take.
  let deadline: Quantities.Span
  private let desk: Desk

  /// A worker whose driver is not open yet.
  init(deadline: Quantities.Span, open: @escaping @Sendable () throws(MeteringError) -> any GPUDriver) {
    self.deadline = deadline
    desk = Desk()
    desk.start(open)
  }

  deinit { desk.close() }

  /// Asks and waits until the deadline.
  func ask(_ request: Request) -> Reply { desk.ask(request, deadline: deadline) }
}

/// Where question and answer lie between the two threads. Everything in it is touched with the lock held.
private final class Desk: @unchecked Sendable {
  private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var request: GPUWorker.Request?
  private var reply: GPUWorker.Reply?
  private var isBusy = false
  private var isLate = false
  private var isClosed = false
  private var isStarted = false

  init() {
    pthread_mutex_init(lock, nil)
    var attributes = pthread_condattr_t()
    pthread_condattr_init(&attributes)
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
    pthread_cond_init(changed, &attributes)
    pthread_condattr_destroy(&attributes)
  }

  deinit {
    pthread_cond_destroy(changed)
    pthread_mutex_destroy(lock)
    changed.deallocate()
    lock.deallocate()
  }

  func start(_ open: @escaping @Sendable () throws(MeteringError) -> any GPUDriver) {
    let work = Unmanaged.passRetained(Work(desk: self, open: open))
    // Signals are for the meter's own thread.
    var all = sigset_t()
    var before = sigset_t()
    sigfillset(&all)
    pthread_sigmask(SIG_SETMASK, &all, &before)
    var thread = pthread_t()
    let code = pthread_create(
      &thread, nil,
      { work in
        Unmanaged<Work>.fromOpaque(work!).takeRetainedValue().run()
        return nil
      }, work.toOpaque())
    pthread_sigmask(SIG_SETMASK, &before, nil)
    isStarted = code == 0
    if isStarted { pthread_detach(thread) } else { work.release() }
  }

  func close() {
    pthread_mutex_lock(lock)
    isClosed = true
    pthread_cond_broadcast(changed)
    pthread_mutex_unlock(lock)
  }

  func ask(_ question: GPUWorker.Request, deadline: Quantities.Span) -> GPUWorker.Reply {
    pthread_mutex_lock(lock)
    defer { pthread_mutex_unlock(lock) }
    guard isStarted else { return .failed(MeteringError("no thread could be started to ask the GPU driver")) }
    guard !isBusy else { return .late }
    request = question
    isBusy = true
    pthread_cond_broadcast(changed)
    var until = timespec()
    clock_gettime(CLOCK_MONOTONIC, &until)
    let seconds = deadline.seconds.rounded(.down)
    until.tv_sec += Int(seconds)
    until.tv_nsec += Int((deadline.seconds - seconds) * 1e9)
    if until.tv_nsec >= 1_000_000_000 {
      until.tv_sec += 1
      until.tv_nsec -= 1_000_000_000
    }
    while isBusy {
      if pthread_cond_timedwait(changed, lock, &until) == ETIMEDOUT, isBusy {
        isLate = true
        return .late
      }
    }
    defer { reply = nil }
    return reply ?? .late
  }

  /// The next question; `nil` when there will be none.
  func next() -> GPUWorker.Request? {
    pthread_mutex_lock(lock)
    defer { pthread_mutex_unlock(lock) }
    while request == nil, !isClosed { pthread_cond_wait(changed, lock) }
    defer { request = nil }
    return isClosed ? nil : request
  }

  func put(_ answer: GPUWorker.Reply) {
    pthread_mutex_lock(lock)
    reply = isLate ? nil : answer
    isLate = false
    isBusy = false
    pthread_cond_broadcast(changed)
    pthread_mutex_unlock(lock)
  }
}

/// The thread's own: the driver lives and dies on it.
private final class Work {
  private let desk: Desk
  private let open: @Sendable () throws(MeteringError) -> any GPUDriver
  private var driver: (any GPUDriver)?

  init(desk: Desk, open: @escaping @Sendable () throws(MeteringError) -> any GPUDriver) {
    self.desk = desk
    self.open = open
  }

  func run() {
    while let request = desk.next() { desk.put(answer(to: request)) }
    driver = nil
  }

  private func answer(to request: GPUWorker.Request) -> GPUWorker.Reply {
    switch request {
    case .open:
      driver = nil
      do throws(MeteringError) {
        let fresh = try open()
        driver = fresh
        let devices = (try? fresh.devices()) ?? []
        guard !devices.isEmpty else { throw MeteringError("the NVIDIA driver shows no GPU") }
        return .facts(devices.map { GPUFacts.find(fresh, $0) })
      } catch {
        driver = nil
        return .failed(error)
      }
    case .look(let questions):
      guard let driver else { return .failed(MeteringError("the GPU driver is not open")) }
      return .looks(questions.map { GPULook.take(driver, $0) })
    }
  }
}
