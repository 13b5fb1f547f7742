import Quantities

#if canImport(Glibc)
  import Glibc
#endif

extension RunAccount {
  /// Goes on where a killed meter stopped, on the same boot: what was used in between counts as one long period.
  ///
  /// - Parameters:
  ///   - reader: one that serves nobody yet; its counters go on from the killed meter's.
  ///   - sample: what had been counted.
  ///   - state: what the killed meter knew.
  ///   - scope: how much of the machine `sample` tells of; of what was withheld nothing is made up.
  static func resuming(
    on reader: HostReader, roots: [Int32], own: Set<Int32>, reapers: Set<Int32>, period: Quantities.Span?,
    from sample: CumulativeSample, state: HostMeter.State, scope: LeaseScope = .host
  ) throws(MeteringError) -> RunAccount {
    let reading = try reader.begin()
    var ledger = ProcessLedger(roots: Set(roots), own: own, reapers: reapers, isResuming: true)
    reader.report(to: &ledger)
    let before = state.potential
    let now = ledger.potential
    var used = now.since(before)
    // The dead meter's time went to the process that reaped it, and that one reaps for the run.
    let reaped = reapers.isEmpty ? 0 : state.meter
    used.run = used.run > reaped ? used.run - reaped : 0
    let meter = ledger.reading(of: getpid())?.ownNanoseconds ?? 0
    let ownNow = now.own - min(meter, now.own)
    let ownBefore = before.own - min(state.meter, before.own)
    used.own = meter + (ownNow > ownBefore ? ownNow - ownBefore : 0)
    if scope == .share { used = ByConsumer(run: used.run) }
    ledger.resume(
      from: ByConsumer(run: sample.cpu.run, others: sample.cpu.others, own: sample.cpu.own), used: used)
    reader.resume(counters: state.counters, at: sample.monotonic, busy: sample.cpu.busy)
    return RunAccount(ledger: ledger, at: reading, period: period, continuing: sample)
  }
}
