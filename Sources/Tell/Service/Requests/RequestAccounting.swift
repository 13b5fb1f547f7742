import Gateway
import Ledger
import Methods
import Quantities

/// What the gateway saw of a request, as a row of the record. Energy and carbon are those that the caller was told;
/// where the gateway had none, they are computed by the same calibration.
struct RequestAccounting: Sendable {
  let loops: [String: ControlLoop]
  /// The loop of an alias whose variant was named exactly.
  private let loopOfVariant: [String: ControlLoop]
  let activity: ActivityID
  /// The site's PUE and what a second of its machine owes of embodied carbon, as the activity keeps them.
  let site: [FigureRecord]
  private let pue: Double
  private let meter: RequestMeter?

  /// - Parameters:
  ///   - variants: the alias of each variant.
  ///   - meter: knows calibrations newer than those the loops began with.
  init(
    loops: [ControlLoop], variants: [String: String], activity: ActivityID, pue: Double, site: [FigureRecord] = [],
    meter: RequestMeter? = nil
  ) {
    self.meter = meter
    let byAlias = Dictionary(uniqueKeysWithValues: loops.map { ($0.alias, $0) })
    self.loops = byAlias
    loopOfVariant = variants.compactMapValues { byAlias[$0] }
    self.activity = activity
    self.pue = pue
    self.site = site
  }

  /// The control loop of the alias or variant that a caller asked for.
  func loop(of observation: RequestObservation) -> ControlLoop? {
    loops[observation.alias] ?? loopOfVariant[observation.alias]
  }

  /// The calibration that a request rests on.
  private func calibration(of observation: RequestObservation) -> VariantRecord? {
    guard let variant = observation.variant else { return nil }
    return meter?.calibration(of: variant, at: observation.received)
      ?? loop(of: observation)?.calibration(of: variant, at: observation.received)
  }

  /// The row of a request that came at that grid time; `nil` when its id is none.
  func record(_ observation: RequestObservation, grid: Timestamp) -> RequestRecord? {
    guard let id = ActivityID(parsing: observation.id) else { return nil }
    let loop = loop(of: observation)
    // The alias deals by its decision; a variant named exactly rests on the one in force.
    let decision =
      observation.decisionID.flatMap(DecisionID.init(parsing:))
      ?? (loops[observation.alias] == nil ? loop?.decisionInForce : nil)
    var record = RequestRecord(
      id: id, activity: activity, alias: observation.alias, variant: observation.variant ?? "", decisionID: decision,
      received: observation.received, grid: grid, durationMicroseconds: Int64(observation.duration.seconds * 1e6),
      status: observation.status, protocolName: observation.requestProtocol.rawValue,
      units: observation.isAnswered ? Int64(observation.units) : nil,
      tokensIn: observation.tokens?.input.map(Int64.init), tokensOut: observation.tokens?.output.map(Int64.init),
      why: observation.why.rawValue, isCancelled: observation.isCancelled || observation.status == 499)
    record.tokensInCached = observation.tokens?.cachedInput.map(Int64.init)
    record.firstByteMicroseconds = observation.timeToFirstByte.map { Int64($0.seconds * 1e6) }
    record.isStreamed = observation.isStreamed
    record.failedTries = Int64(observation.failedVariants.count)
    record.wastedMicrojoules = observation.wasted.map { Microjoules(.joules($0.joules.value)) }
    record.hedgedMicrojoules = observation.hedged.map { Microjoules(.joules($0.joules.value)) }
    charge(&record, observation, calibration: calibration(of: observation))
    let ground = decision.flatMap { loop?.ground(of: $0, for: record.variant) }
    let intensity = ground?.signal.map { CarbonIntensity.gramsPerKilowattHour($0.value) }
    let pue = ground?.elsewhere?.pue ?? self.pue
    let told = observation.carbonGrams.map { Carbon.grams($0.value) }
    let computed = record.microjoules.flatMap { energy in intensity.map { (energy.energy * pue) * $0 } }
    record.nanograms = (told ?? computed).flatMap { Int64(exactly: ($0.grams * 1e9).rounded()) }
    return record
  }

  /// All that a request's receipts are built from, before the ledger has it.
  func explained(_ record: RequestRecord, asked observation: RequestObservation) -> RequestExplanation {
    let loop = loop(of: observation)
    let ground = record.decisionID.flatMap { loop?.ground(of: $0, for: record.variant) }
    return RequestExplanation(
      record, variant: calibration(of: observation),
      pue: ground?.elsewhere?.statedPUE(of: activity) ?? site.first { $0.id.name == .pue }, signal: ground?.signal,
      // What a machine elsewhere owes of embodied carbon nobody knows here.
      embodiedPerSecond: ground?.elsewhere == nil ? site.first { $0.id.name == .embodiedPerSecond } : nil)
  }

  private static let usual = RequestEnergy.id.description

  /// What was told; an answer that nobody charged is charged by its calibration. An answer that never came used energy
  /// that only the gateway may know: it stays unknown, not zero.
  private func charge(_ record: inout RequestRecord, _ observation: RequestObservation, calibration: VariantRecord?) {
    if let charge = observation.charge {
      record.microjoules = Microjoules(.joules(charge.joules.value))
      record.lowMicrojoules = Microjoules(.joules(charge.joules.low))
      record.highMicrojoules = Microjoules(.joules(charge.joules.high))
      record.energyOrigin = charge.origin
      // Nearly all have the same one.
      record.energyMethod = charge.method == Self.usual ? RequestEnergy.id : MethodID(parsing: charge.method)
    } else if observation.isAnswered, let calibration,
      let energy = RequestEnergy.estimate(calibration, RequestWork(record))
    {
      record.microjoules = Microjoules(energy.value)
      record.lowMicrojoules = Microjoules(energy.low)
      record.highMicrojoules = Microjoules(energy.high)
      record.energyOrigin = energy.origin
      record.energyMethod = energy.method
    }
  }
}

extension RequestObservation {
  /// Whether the caller got an answer.
  var isAnswered: Bool { (200..<400).contains(status) }
}
