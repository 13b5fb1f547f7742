public import Methods
import Quantities

/// The receipts of one request, built from its row, its variant's calibration, its decision's signal and its site's PUE.
///
/// A row is small because there are many; what explains it is kept once, in the variant and in the signal.
public struct RequestExplanation: Hashable, Sendable {
  /// The row.
  public var request: RequestRecord
  /// The calibration in force when the request came; `nil` when the ledger has none.
  public var variant: VariantRecord?
  /// The site's power usage effectiveness, as the serve or demo keeps it; `nil` when it keeps none.
  public var pue: FigureRecord?
  /// The grid value in force; `nil` when the ledger knows none.
  public var signal: SignalRecord?
  /// What a second of the machine owes of its embodied carbon, as the serve keeps it; `nil` when it keeps none.
  public var embodiedPerSecond: FigureRecord?

  /// What is known about a request.
  public init(
    _ request: RequestRecord, variant: VariantRecord?, pue: FigureRecord?, signal: SignalRecord?,
    embodiedPerSecond: FigureRecord? = nil
  ) {
    self.request = request
    self.embodiedPerSecond = embodiedPerSecond
    self.variant = variant
    self.pue = pue
    self.signal = signal
  }

  /// The figures that every request has.
  public static let figureNames: [FigureName] = [.energy, .intensity, .carbon, .embodied]

  /// The receipts of all of them.
  public var receipts: [Receipt] { [energy, intensity, carbon, embodied] }

  /// The receipt of the figure of that name; `nil` when requests have none.
  public func receipt(_ name: FigureName) -> Receipt? {
    switch name {
    case .energy: energy
    case .intensity: intensity
    case .carbon: carbon
    case .embodied: embodied
    default: nil
    }
  }

  /// Carbon intensity of the grid at the request's time.
  public var intensity: Receipt {
    let id = FigureID(request.id, .intensity).description
    guard let signal else {
      return .unknown(
        id, "carbon intensity of the grid", unit: CarbonIntensity.baseUnit,
        because: "neither the request's decision nor \(request.activity) names a grid value that is in the ledger")
    }
    let value = signal.receipt
    return Receipt(
      id: id, label: "carbon intensity of the grid for the request", value: value.value, low: value.low,
      high: value.high, unit: value.unit, origin: value.origin, method: value.method,
      note: "the grid value in force at \(request.grid), as issued by then", inputs: [value],
      deviations: value.deviations)
  }

  /// Operational carbon: energy x PUE x intensity, with the energy of the site in between; for a site without a known
  /// PUE the energy of the IT equipment alone, which is then said.
  public var carbon: Receipt {
    let id = FigureID(request.id, .carbon).description
    let label = "operational carbon of the request"
    let inputs = [siteEnergy?.receipt ?? energy, intensity]
    guard let site = siteEnergy else {
      return .unknown(id, label, unit: Carbon.baseUnit, because: whyWithoutEnergy, inputs: inputs)
    }
    guard let intensity = signal?.receipt.figure(of: CarbonIntensity.self) else {
      let reason = signal == nil ? intensity.note : "the grid value in force is no carbon intensity"
      return .unknown(id, label, unit: Carbon.baseUnit, because: reason ?? "", inputs: inputs)
    }
    let estimate = Estimate<Carbon>.combining(site.estimate, intensity.estimate, method: Self.operationalCarbon) {
      (Energy.joules($0) * CarbonIntensity.gramsPerKilowattHour($1)).grams
    }
    return Figure(label, estimate, inputs: inputs, note: difference(from: estimate.value)).identified(as: id).receipt
  }

  /// Energy with the site's overhead; `nil` when the request's own is unknown.
  private var siteEnergy: Figure<Energy>? {
    guard let energy = energy.figure(of: Energy.self) else { return nil }
    guard let pue = pue?.figure(of: Ratio.self) else {
      return Figure(
        "energy of the IT equipment for the request", energy.estimate, inputs: [energy.receipt],
        note: "no facility overhead is counted: \(pue?.reason ?? "\(request.activity) keeps no PUE")")
    }
    return Figure(
      "energy of the site for the request",
      Estimate<Energy>.combining(energy.estimate, pue.estimate, method: Self.overhead, *),
      inputs: [energy.receipt, pue.receipt])
  }

  // The room Accounting declares both methods; the formulas are energy x PUE and energy x intensity.
  private static let overhead: MethodID = "pue@1"
  private static let operationalCarbon: MethodID = "operational-carbon@1"

  private func difference(from computed: Carbon) -> String? {
    guard let recorded = request.carbon, abs(recorded.grams - computed.grams) > 2e-9 + 1e-6 * abs(computed.grams)
    else { return nil }
    return "the row was written with \(recorded.formatted())"
  }
}

extension Receipt {
  /// A receipt without a value.
  static func unknown(
    _ id: String, _ label: String, unit: String, because reason: String, inputs: [Receipt] = []
  ) -> Receipt {
    Receipt(
      id: id, label: label, value: nil, unit: unit, origin: .of(inputs.map(\.origin)), note: reason, inputs: inputs)
  }
}
