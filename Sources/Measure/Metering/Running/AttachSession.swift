import CMetering
import Quantities

#if canImport(Glibc)
  import Glibc
#endif

/// Has processes measured that run already, until they end or until it is told to stop. They notice nothing.
public final class AttachSession {
  /// How it went.
  public struct Outcome: Hashable, Sendable {
    /// Whether what was measured ended by itself.
    public var endedByItself: Bool
    /// The journal; `nil` when nothing was measured.
    public var journal: String?
    /// Why nothing was measured, or not all of it.
    public var unmeasuredReason: String?
    /// What went wrong with the meter, in order.
    public var faults: [String]
  }

  private let request: RunRequest
  private let lease: LeaseRequest

  /// A session.
  ///
  /// - Parameters:
  ///   - request: the run; its command is for the record only.
  ///   - pid: the process to measure with all its descendants; `nil` when a group is given.
  ///   - group: the path of the control group to measure instead.
  public init(_ request: RunRequest, pid: Int32?, group: String? = nil) {
    self.request = request
    var lease = LeaseRequest(run: request.run)
    lease.pid = pid
    lease.group = group
    lease.periodMilliseconds = request.periodMilliseconds
    lease.name = request.name
    lease.region = request.region
    lease.parent = request.parent
    lease.command = request.command
    lease.isStreaming = true
    lease.clientIsOwn = true
    self.lease = lease
  }

  /// Measures until the process ends, or SIGINT, SIGTERM or SIGHUP comes. Call it from the main thread.
  public func run(
    onSample: (CumulativeSample) -> Void = { _ in }, onFault: (String) -> Void = { _ in }
  ) -> Outcome {
    let (before, signals) = RunSignals.hold()
    defer {
      if signals >= 0 { close(signals) }
      var mask = before
      pthread_sigmask(SIG_SETMASK, &mask, nil)
    }
    var options = MeterOptions()
    options.machine = request.machine
    options.gpuLibrary = request.gpuLibrary
    options.model = request.model
    let meter = MeterClient(
      program: MeterClient.Program(
        path: request.meterProgram, arguments: options.machineArguments, mask: RunSignals.inheritedMask(before)),
      sockets: request.isServedByMachine ? request.sockets : [], request: lease, journal: request.journal)
    var outcome = Outcome(endedByItself: false, journal: nil, unmeasuredReason: nil, faults: [])
    guard meter.start(milliseconds: 10_000) else {
      outcome.unmeasuredReason = meter.lostReason ?? "the meter is away"
      meter.cancel()
      return outcome
    }
    watch(meter, signals, &outcome, onSample, onFault)
    outcome.journal = Folder.exists(request.journal) ? request.journal : nil
    return outcome
  }

  private func watch(
    _ meter: MeterClient, _ signals: Int32, _ outcome: inout Outcome, _ onSample: (CumulativeSample) -> Void,
    _ onFault: (String) -> Void
  ) {
    while meter.isAlive {
      _ = Descriptors.wait([signals, meter.descriptor], milliseconds: nil)
      while let signal = RunSignals.next(signals) {
        guard RunSignals.ending.contains(signal.number) else { continue }
        return meter.stop()
      }
      for message in meter.receive() {
        switch message {
        case .sample(let sample): onSample(sample)
        case .fault(let text):
          outcome.faults.append(text)
          onFault(text)
        case .closed:
          outcome.endedByItself = true
          return meter.stop()
        case .ready, .final: break
        case .failed(let reason):
          outcome.faults.append(reason)
          onFault(reason)
        case .died:
          let reason = "the meter was stopped before it was told to"
          outcome.faults.append(reason)
          onFault(reason)
          if !meter.restart(becauseOf: reason) { outcome.unmeasuredReason = meter.lostReason ?? reason }
        }
      }
    }
  }
}
