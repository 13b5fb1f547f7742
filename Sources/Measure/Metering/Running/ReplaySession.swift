import Quantities

#if canImport(Glibc)
  import Glibc
#endif

/// Has a process or a control group of a recorded machine measured, from the recording's first look to its last.
///
/// The meter is the one that measures here: the same service, lease and journal, on the recording's files and clocks. So
/// the journal has the records that a live run's has, a sample for each look, and whoever makes a summary of a journal
/// makes one of it. Nothing is started, and nothing is waited for. How a recorded command ended is not known: there is no
/// `exit` in the journal.
public final class ReplaySession {
  private let request: RunRequest
  private let replay: MachineReplay
  private let subject: MeasuredSubject?

  /// A session; the replay must not have been advanced yet.
  ///
  /// - Parameters:
  ///   - request: the run's id, journal, name, region and parent; its command is for the record only, its period is the
  ///     recording's, and its meter, machine and sockets are not used.
  ///   - replay: the recorded machine.
  ///   - subject: who is measured; `nil` for whom the recording names.
  public init(_ request: RunRequest, of replay: MachineReplay, measuring subject: MeasuredSubject? = nil) {
    self.request = request
    self.replay = replay
    self.subject = subject ?? replay.subject
  }

  /// Plays the recording to its end, or until what is measured has ended.
  ///
  /// - Parameters:
  ///   - onSample: called with each sample.
  ///   - onFault: called with a line when something is wrong with the measurement or the recording.
  public func run(
    onSample: (CumulativeSample) -> Void = { _ in }, onFault: (String) -> Void = { _ in }
  ) -> AttachSession.Outcome {
    var outcome = AttachSession.Outcome(endedByItself: false, journal: nil, unmeasuredReason: nil, faults: [])
    do throws(MeteringError) {
      try play(&outcome, onSample, onFault)
    } catch {
      outcome.unmeasuredReason = error.description
    }
    if let fault = replay.fault {
      outcome.faults.append(fault)
      onFault(fault)
      outcome.unmeasuredReason = outcome.unmeasuredReason ?? fault
    }
    outcome.journal = Folder.exists(request.journal) ? request.journal : nil
    return outcome
  }

  private func play(
    _ outcome: inout AttachSession.Outcome, _ onSample: (CumulativeSample) -> Void, _ onFault: (String) -> Void
  ) throws(MeteringError) {
    let lease = try lease()
    let journal = try JournalFile(making: request.journal)
    defer { journal.discardIfEmpty() }
    guard let (ours, theirs) = ControlChannel.pair() else { throw MeteringError("no socket: \(errorText(errno))") }
    let channel = ControlChannel(descriptor: ours)
    var access = replay.access
    access.model = request.model
    let service = MeterService(
      machine: replay.machine, access: access, clock: replay.clock, inherited: theirs, me: replay.recorder,
      machineName: "a recorded machine")
    var number: Int?
    var isClosed = false
    /// Hears what the meter has said.
    func hear() throws(MeteringError) {
      for event in channel.receive() {
        guard case .line(let line) = event else { throw MeteringError("the meter hung up") }
        switch MeterAnswer(line) {
        case .opened(let lease, _): number = lease
        case .sample(_, let sample): onSample(sample)
        case .fault(_, let text):
          outcome.faults.append(text)
          onFault(text)
        case .closed: isClosed = true
        case .error(_, let reason): throw MeteringError(reason)
        case .final, .source, .done, nil: break
        }
      }
    }
    channel.send(MeterRequest.open(lease).text, descriptor: journal.descriptor)
    service.step()
    try hear()
    guard let number else { throw MeteringError("the meter did not get ready") }
    while !isClosed, replay.advance() {
      service.follow(isLast: replay.isAtEnd)
      try hear()
    }
    outcome.endedByItself = isClosed
    guard !isClosed else { return }
    channel.send(MeterRequest.close(lease: number).text)
    service.step()
  }

  private func lease() throws(MeteringError) -> LeaseRequest {
    var lease = LeaseRequest(run: request.run)
    switch subject {
    case .process(let pid)?: lease.pid = pid
    case .group(let path)?: lease.group = path
    case nil: throw MeteringError("the recording does not say who was measured: name a process or a control group")
    }
    lease.periodMilliseconds = replay.periodMilliseconds
    lease.name = request.name
    lease.region = request.region
    lease.parent = request.parent
    lease.command = request.command
    lease.isStreaming = true
    return lease
  }
}
