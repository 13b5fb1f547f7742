public import Methods
import Quantities

extension RequestExplanation {
  /// The share of the machine's embodied carbon: what a second owes, times the seconds that the request took. It is the
  /// whole machine's; requests that ran beside each other are each charged it, and the note says so.
  public var embodied: Receipt {
    let id = FigureID(request.id, .embodied).description
    let label = "embodied carbon of the request"
    guard let rate = embodiedPerSecond?.figure(of: Carbon.self) else {
      let reason = embodiedPerSecond?.reason ?? "\(request.activity) keeps no embodied carbon of its machine"
      return .unknown(id, label, unit: Carbon.baseUnit, because: reason)
    }
    let seconds = Double(request.durationMicroseconds) / 1e6
    let time = Receipt(
      label: "time of the request", value: seconds, unit: Span.baseUnit, origin: .measured,
      note: "by the gateway's clock, from the first byte in to the last byte out")
    let estimate = (rate.estimate * seconds).stated(by: Self.byTime)
    return Figure(
      label, estimate, inputs: [rate.receipt, time],
      note: "the whole machine for as long as the request took; requests beside each other are each charged it"
    ).identified(as: id).receipt
  }

  // The room Accounting declares it.
  private static let byTime: MethodID = "embodied-by-time@1"
}
