public import Accounting
public import Factors
public import Ledger
public import Metering
import Methods
public import Quantities

/// Makes the record of a run out of its meter's journal: the same code after a good end and after a crash.
public struct RunAccounting: Sendable {
  /// What the user said about the run and its site.
  public struct Context: Hashable, Sendable, Codable {
    /// The grid region; `nil` leaves carbon unknown, with the reason.
    public var region: String?
    /// The site's PUE; `nil` counts no overhead and says so.
    public var pue: Double?
    /// What is visible of the machine, for embodied carbon.
    public var machine: Machine?
    /// Tags.
    public var tags: [String: String]
    /// The site's own water use (WUE), litres per kWh of IT energy, as declared; `nil` leaves water unknown.
    public var onSiteWater: Double?
    /// Which clock the run was on, in words; `nil` for the wall's.
    public var clock: String?

    /// A context; everything may be missing.
    public init(
      region: String? = nil, pue: Double? = nil, machine: Machine? = nil, tags: [String: String] = [:],
      onSiteWater: Double? = nil, clock: String? = nil
    ) {
      self.region = region
      self.pue = pue
      self.machine = machine
      self.tags = tags
      self.onSiteWater = onSiteWater
      self.clock = clock
    }
  }

  private let tables: FactorTables

  /// Accounting with the embedded factors.
  public init() throws(FactorError) { tables = try .embedded() }

  /// Checks a region, a PUE and a WUE before the command is started, so that a typing error costs nothing.
  ///
  /// - Throws: ``FactorError`` with near matches, ``Unknown`` for a PUE or WUE that no site can have.
  public func check(_ context: Context) throws {
    var inputs = RunFootprint.Inputs(energy: Self.noEnergy, duration: .seconds(1))
    if let region = context.region { try inputs.take(region: region, from: tables.regions) }
    if let pue = context.pue { try inputs.take(statedPUE: pue) }
    if let onSiteWater = context.onSiteWater { try inputs.take(statedWUE: onSiteWater) }
  }

  /// The grid intensity of a context with its PUE, for a live display; `nil` without a region.
  public func intensity(for context: Context) -> CarbonIntensity? {
    guard let region = context.region, let found = try? tables.regions.intensity(of: region, year: nil, for: .shorter)
    else { return nil }
    return found.value * (context.pue ?? 1)
  }

  /// The entry for a run from its journal.
  ///
  /// - Parameters:
  ///   - journal: what the meter wrote.
  ///   - path: the journal's file.
  ///   - context: what was said about the run. What in it cannot be used leaves the figures that need it unknown, with
  ///     the reason; the run is kept all the same. A journal without an end is not observed after its last sample.
  ///   - outcome: how the command ended, for one who saw it: a meter that was killed in the last moment could not write it.
  /// - Returns: `nil` when the journal does not even say which run it is of.
  public func entry(
    journal: Journal, path: String, context: Context, outcome: RunOutcome? = nil
  ) -> LedgerEntry? {
    guard let begin = journal.begin, let id = ActivityID(parsing: begin.run) else { return nil }
    let last = journal.last
    let ended = last?.wall ?? begin.wall
    var activity = Activity(
      id: id, parent: begin.parent.flatMap(ActivityID.init(parsing:)),
      name: begin.name ?? begin.command.first ?? "run", status: .running, started: begin.wall,
      clock: context.clock ?? "wall")
    activity.ended = ended
    activity.monotonicStarted = begin.monotonic
    activity.monotonicEnded = last?.monotonic ?? begin.monotonic
    activity.meter = "dimmer-meter on \(begin.machine)"
    activity.region = context.region ?? begin.region
    activity.detail = ActivityDetail(
      command: begin.command, tags: context.tags,
      components: Dictionary(journal.sources.map { ($0.component.rawValue, $0.reason) }) { first, _ in first },
      cpuSeconds: begin.scope == .host ? last.map { CPUSeconds($0.cpu) } : nil,
      withheld: begin.scope == .host
        ? nil : "the machine's meter tells other users than root their own share only, not what the machine took")
    if let last, last.parked > .zero { activity.detail.parkedJoules = last.parked.energy.joules }
    if let last, !last.platform.isEmpty { activity.detail.platformJoules = last.platform.mapValues(\.energy.joules) }
    close(&activity, journal: journal, ended: ended)
    if journal.exit == nil, let outcome { Self.close(&activity, asSeen: outcome, measuredUntil: ended) }

    var entry = LedgerEntry(
      activity: activity,
      journal: JournalRecord(path: path, activity: id, bytes: Int64(journal.wholeBytes), closed: ended))
    guard let last else {
      entry.figures = Self.unmeasured(id, because: "the meter took no sample")
      return entry
    }
    let meter = MeteredEnergy(journal: journal, last: last, machine: begin.machine)
    entry.components = meter.components(of: id)
    if begin.scope == .host { entry.conservation = Conservation(activity: id, last.total) }
    let duration = last.monotonic - begin.monotonic
    var resolved = context
    resolved.region = activity.region
    account(id, meter: meter, duration: duration, context: resolved, entry: &entry)
    return entry
  }

  private func close(_ activity: inout Activity, journal: Journal, ended: Timestamp) {
    let gaps = journal.gaps.isEmpty ? nil : journal.gaps.map(\.reason).joined(separator: "; ")
    if let exit = journal.exit {
      activity.exitCode = exit.code ?? exit.signal.map { 128 + $0 }
      activity.status = activity.exitCode == 0 ? .done : .failed
      activity.reason = exit.signal.map { "ended by signal \($0)" } ?? gaps
    } else if let end = journal.endReason, end == "closed" || end == "exited" {
      activity.status = .done
      activity.reason = end == "closed" ? "measured until it was told to stop" : gaps
    } else if journal.endReason != nil {
      activity.status = .done
      activity.reason = "ended without Dimmer: its exit status was not observed"
    } else {
      activity.status = .notObserved(after: ended)
      activity.ended = ended
      activity.reason = "the meter ended before the command did; at most one period before \(ended) is missing"
    }
  }

  private static func close(_ activity: inout Activity, asSeen outcome: RunOutcome, measuredUntil last: Timestamp) {
    end(&activity, as: outcome)
    activity.reason = "the meter ended before the command did; nothing after \(last) was measured"
  }

  private static func end(_ activity: inout Activity, as outcome: RunOutcome) {
    activity.exitCode = outcome.termination.status
    activity.status = outcome.termination == .exited(0) ? .done : .failed
    activity.ended = outcome.ended
    activity.monotonicEnded = outcome.monotonicEnded
  }

  private func account(
    _ id: ActivityID, meter: MeteredEnergy, duration: Span, context: Context, entry: inout LedgerEntry
  ) {
    entry.figures += meter.figures(of: id)
    guard let energy = meter.total else {
      let reason =
        meter.journal.samples.count < 2
        ? "the meter was stopped before its first period was over" : "no energy source could be read"
      entry.figures += Self.unmeasured(id, because: reason)
      return
    }
    entry.figures.append(FigureRecord(id, .energy, energy))
    var inputs = RunFootprint.Inputs(
      energy: energy.identified(as: FigureID(id, .energy).description), duration: duration)
    take(context, into: &inputs)
    // The grid value is a record of its own, so that every run that rests on it can be found.
    if case .figure(let intensity) = inputs.intensity, let region = context.region,
      let signal = SignalRecord(yearly: intensity, region: region)
    {
      inputs.intensity = .figure(intensity.identified(as: signal.id.description))
      entry.signals = [signal]
      entry.activity?.signalID = signal.id
    }
    let footprint = RunFootprint(inputs)
    entry.figures.append(.init(id, .intensity, footprint.intensity, label: "carbon intensity of the grid"))
    entry.figures.append(.init(id, .carbon, footprint.carbon, label: "operational carbon"))
    entry.figures.append(.init(id, .embodied, footprint.embodied, label: "share of embodied carbon"))
    entry.figures.append(Self.water(id, footprint.water))
    if case .figure(let pue) = inputs.pue { entry.figures.append(FigureRecord(id, .pue, pue)) }
  }

  /// Takes what the context says; what cannot be used is unknown with the reason.
  private func take(_ context: Context, into inputs: inout RunFootprint.Inputs) {
    if let region = context.region {
      do { try inputs.take(region: region, from: tables.regions) } catch {
        inputs.intensity = .unknown(Unknown(error.description))
        inputs.offSiteWater = .unknown(Unknown(error.description))
      }
    }
    if let pue = context.pue {
      do { try inputs.take(statedPUE: pue) } catch { inputs.pue = .unknown(error) }
    }
    if let onSiteWater = context.onSiteWater {
      do { try inputs.take(statedWUE: onSiteWater) } catch { inputs.onSiteWater = .unknown(error) }
    }
    if let machine = context.machine {
      do { try inputs.take(machine: machine, from: tables) } catch {
        inputs.machine = .failure(Unknown(error.description))
      }
    }
  }

  /// Water, or why it is unknown with the part that is known.
  private static func water(_ id: ActivityID, _ water: WaterUse) -> FigureRecord {
    guard case .unknown(let unknown) = water.total else { return .init(id, .water, water.total, label: "water") }
    let known = [water.onSite, water.offSite].compactMap(\.figure?.receipt)
    return FigureRecord(id, .water, of: Water.self, label: "water", inputs: known, unknownBecause: unknown.reason)
  }

  /// The entry for a run that was seen to its end while no meter ever took its baseline: all its figures are unknown.
  public func entry(
    unmeasured id: ActivityID, outcome: RunOutcome, request: RunRequest, context: Context
  ) -> LedgerEntry {
    var activity = Activity(
      id: id, parent: request.parent.flatMap(ActivityID.init(parsing:)), name: request.name ?? request.command[0],
      status: .running, started: outcome.started)
    Self.end(&activity, as: outcome)
    let reason = outcome.unmeasuredReason ?? outcome.faults.first ?? "the meter ended before it took its baseline"
    activity.reason = "not measured: \(reason)"
    activity.monotonicStarted = outcome.monotonicStarted
    activity.region = context.region
    activity.detail = ActivityDetail(command: request.command, tags: context.tags)
    return LedgerEntry(activity: activity, figures: Self.unmeasured(id, because: reason))
  }

  private static func unmeasured(_ id: ActivityID, because reason: String) -> [FigureRecord] {
    [
      FigureRecord(id, .energy, of: Energy.self, label: "energy", unknownBecause: reason),
      FigureRecord(id, .carbon, of: Carbon.self, label: "operational carbon", unknownBecause: reason),
      FigureRecord(id, .embodied, of: Carbon.self, label: "share of embodied carbon", unknownBecause: reason),
      FigureRecord(id, .water, of: Water.self, label: "water", unknownBecause: reason),
      FigureRecord(
        id, .intensity, of: CarbonIntensity.self, label: "carbon intensity of the grid", unknownBecause: reason),
    ]
  }

  private static let noEnergy = Figure("no energy", Estimate<Energy>.exact(.zero, origin: .measured, method: "sum@2"))
}

extension RunFootprint.Inputs {
  /// Takes a WUE that the user states, litres on the site per kWh of IT energy.
  ///
  /// - Throws: ``Methods/Unknown`` when it is not 0 to 100. Evaporating a litre takes about 2.4 MJ, so 1.5 L
  ///   carry away a kilowatt-hour of heat.
  mutating func take(statedWUE value: Double) throws(Unknown) {
    guard value.isFinite, (0...100).contains(value) else {
      throw Unknown(
        "a WUE is litres of water on the site per kWh, 0 to 100; \(Decimals.significant(value, digits: 3)) is not")
    }
    onSiteWater = .figure(DeclaredValue.figure("WUE, as stated", WaterIntensity.litresPerKilowattHour(value)))
  }
}

extension SignalRecord {
  /// A published yearly intensity as a grid value; `nil` when its source names no year.
  init?(yearly intensity: Figure<CarbonIntensity>, region: String) {
    guard let source = intensity.receipt.source, let year = source.year,
      let start = Timestamp(iso8601: "\(year)-01-01"), let end = Timestamp(iso8601: "\(year + 1)-01-01")
    else { return nil }
    self.init(
      region: region, kind: "average-lifecycle", issued: end, validFrom: start, validTo: end,
      value: intensity.value.gramsPerKilowattHour, low: intensity.estimate.low.gramsPerKilowattHour,
      high: intensity.estimate.high.gramsPerKilowattHour, provider: "published-factor@1", estimated: false,
      source: source)
  }
}
