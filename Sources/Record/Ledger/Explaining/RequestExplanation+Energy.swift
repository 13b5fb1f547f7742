public import Methods
import Quantities

extension RequestExplanation {
  /// Energy: what the row says, which is what the caller was told, and what it rests on: the server's own word, or the
  /// calibration in force. Where the calibration gives another value, that is said.
  public var energy: Receipt {
    let id = FigureID(request.id, .energy).description
    guard let recorded = request.microjoules else {
      return .unknown(id, "energy of the request", unit: Energy.baseUnit, because: whyWithoutEnergy)
    }
    if request.energyMethod?.name == Self.reported {
      return receipt(of: recorded, id: id, note: "as the server that answered reported it")
    }
    let work = RequestWork(request)
    guard isOfACalibration, let variant, let figure = RequestEnergy.figure(variant, work) else {
      let known = isOfACalibration ? "; the calibration it was computed from is not in the ledger" : ""
      return receipt(of: recorded, id: id, note: "as the row states it\(known)")
    }
    // A microjoule of rounding is no difference.
    if abs(Microjoules(figure.value).count - recorded.count) > 1 {
      let note = "the row was written with another value than the calibration \(variant.id) gives"
      return receipt(of: recorded, id: id, note: note, inputs: [figure.receipt])
    }
    return receipt(of: recorded, id: id, note: figure.receipt.note, inputs: figure.receipt.inputs)
  }

  /// Why the energy is unknown.
  var whyWithoutEnergy: String {
    guard let variant else {
      return "variant \(request.variant) of \(request.alias) had no calibration when the request came"
    }
    return RequestEnergy.missing(variant, RequestWork(request)).map { "the \($0) of the request could not be seen" }
      ?? "the request was written without energy"
  }

  /// Rows from before methods were kept are all of calibrations.
  private var isOfACalibration: Bool { request.energyMethod.map { $0.name == RequestEnergy.id.name } ?? true }

  // The gateway declares it: a server's own word about a request.
  private static let reported = "reported-energy"

  /// The row's value with the row's interval, to the digit.
  private func receipt(of recorded: Microjoules, id: String, note: String?, inputs: [Receipt] = []) -> Receipt {
    let value = recorded.energy.joules
    let low = request.lowMicrojoules?.energy.joules ?? value
    let high = request.highMicrojoules?.energy.joules ?? value
    let isExact = low == value && high == value
    return Receipt(
      id: id, label: "energy of the request", value: value, low: low, high: high, unit: Energy.baseUnit,
      origin: request.energyOrigin ?? variant?.receipt.origin ?? .modelled,
      method: request.energyMethod ?? RequestEnergy.id, note: note, inputs: inputs,
      deviations: isExact ? [:] : ["request:\(request.id)": Deviation(atLow: low - value, atHigh: high - value)])
  }
}
