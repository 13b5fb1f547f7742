import Accounting
import Gateway
import Ledger
import Methods
import Quantities

/// What one variant's requests cost, learned from metered ones, and when that is worth a new calibration. Pure.
struct VariantLearner: Sendable {
  let alias: String
  let name: String
  private(set) var fit: TokenFit
  /// Calibrations, oldest first: those that requests on their way may still rest on.
  private(set) var calibrations: [VariantRecord]
  private var published: TokenCoefficients?
  private var publishedAt: Timestamp?

  /// How far a coefficient must move to be published before its hour.
  private static let step = 0.05
  /// Not more often than this.
  private static let shortest = Span.seconds(300)
  private static let usual = Span.hours(1)

  init(_ calibration: VariantRecord, fit: TokenFit = TokenFit()) {
    alias = calibration.alias
    name = calibration.name
    self.fit = fit
    calibrations = [calibration]
  }

  /// The size of a request, as this variant's energy is fitted by it; `nil` when it could not be seen.
  static func size(_ observation: RequestObservation) -> RequestSize? {
    guard observation.isAnswered || observation.isCancelled else { return nil }
    switch observation.requestProtocol {
    case .kserveInfer: return RequestSize(units: Double(observation.units))
    default:
      guard let tokens = observation.tokens, !tokens.isEstimated, let input = tokens.input else { return nil }
      return RequestSize(
        uncachedTokensIn: Double(max(0, input - (tokens.cachedInput ?? 0))), tokensOut: Double(tokens.output ?? 0))
    }
  }

  /// By what a request of this variant shares its server's energy with others.
  var weights: WorkWeight {
    if let fitted = fit.coefficients?.weights { return fitted }
    guard let known = calibrations.last, let written = known.perOutputToken else { return .assumed }
    return WorkWeight(
      perInputToken: known.perInputToken?.joules ?? 0, perOutputToken: written.joules, perUnit: known.joulesPerUnit)
  }

  mutating func learn(_ size: RequestSize, _ energy: Energy) { fit.take(size, energy) }

  /// The variant's quality was found anew by a calibration with this energy; later ones keep it.
  mutating func requalified(_ record: VariantRecord) { calibrations = calibrations.suffix(7) + [record] }

  /// The calibration that a request rests on which came then.
  func calibration(at moment: Timestamp) -> VariantRecord? {
    calibrations.inForce(name, at: moment) ?? calibrations.first
  }

  /// A new calibration when there is reason for one: the first fit, an hour after the last, or at once when a
  /// coefficient has moved by 5 %. What an operator declared is not overruled, and a frozen fit publishes nothing.
  mutating func due(at now: Timestamp, id: () -> VariantID, meter: Origin) -> VariantRecord? {
    guard let found = fit.coefficients, fit.standing == .fitted, let before = calibrations.last,
      before.receipt.origin != .declared
    else { return nil }
    if let published, let publishedAt {
      guard found != published, now - publishedAt >= Self.shortest else { return nil }
      guard now - publishedAt >= Self.usual || found.hasMoved(from: published, by: Self.step) else { return nil }
    }
    let record = Self.record(found, before: before, id: id(), now: now, meter: meter)
    published = found
    publishedAt = now
    calibrations = calibrations.suffix(7) + [record]
    return record
  }

  private static func record(
    _ found: TokenCoefficients, before: VariantRecord, id: VariantID, now: Timestamp, meter: Origin
  ) -> VariantRecord {
    let values = { (part: TokenCoefficients.Part?) in (part?.joules ?? 0, part?.low ?? 0, part?.high ?? 0) }
    let each = { (part: TokenCoefficients.Part?) in
      part.map { EnergyCoefficient($0.joules, low: $0.low, high: $0.high) }
    }
    let error = Decimals.significant(found.relativeError * 100, digits: 2)
    let receipt = Receipt(
      id: id.description, label: "energy of a request to \(before.name), whatever its size",
      value: found.perRequest.joules, low: found.perRequest.low, high: found.perRequest.high, unit: Energy.baseUnit,
      origin: .modelled, method: TokenFit.id,
      note: "fitted to \(found.observations) requests whose server's processes were metered (the meter's numbers are "
        + "\(meter.rawValue)) and shared among them by meter-share@1; one request is foretold to \(error) %")
    return VariantRecord(
      id: id, alias: before.alias, name: before.name, calibrated: now, quality: before.quality,
      qualityLow: before.qualityLow, samples: before.samples, perUnit: values(found.perUnit),
      perRequest: values(found.perRequest), perInputToken: each(found.perInputToken),
      perOutputToken: each(found.perOutputToken), directiveOf: before.directiveOf, receipt: receipt,
      qualityReceipt: before.qualityReceipt)
  }
}
