import Quantities

/// What is known of one request's energy and carbon: made once, told to the caller and put into the observation, so
/// that both say the same to the last digit.
struct RequestFigures: Equatable {
  let id: String
  let variant: String?
  let quality: Double?
  let why: RoutingReason
  /// The charge, or why there is none.
  let charge: Result<EnergyCharge, ChargeGap>
  let carbon: GramRange?
  let embodied: GramRange?
  let grid: GridFact?

  init(
    id: String, variant: String?, quality: Double?, why: RoutingReason, charge: Result<EnergyCharge, ChargeGap>,
    grid: GridFact?, duration: Span
  ) {
    self.id = id
    self.variant = variant
    self.quality = quality
    self.why = why
    self.charge = charge
    self.grid = grid
    carbon = if case .success(let charge) = charge { grid?.carbon(of: charge.joules) } else { nil }
    embodied = grid?.embodied(over: duration)
  }

  /// The value of `Carbon-Emissions-Scope-2`: operational grams as a plain decimal, to the nanogram; nil when they are
  /// not known.
  var scope2Field: String? { carbon.map { Decimals.fixed($0.value, places: 9) } }

  /// The value of `Dimmer-Energy`; nil when the energy is not known.
  var energyField: String? { (try? charge.get())?.field }

  /// The record as JSON on one line.
  var json: String {
    var text = "{\"request\":\(JSONText.quoted(id)),\"energy_joules\":"
    switch charge {
    case .success(let charge):
      let joules = charge.joules
      text += figure(
        joules.value, joules.low, joules.high, places: 6, charge.origin, charge.method, name: "energy",
        remark: charge.remark)
    case .failure(let gap): text += "null,\"reason\":\(JSONText.quoted(gap.reason))"
    }
    text += ",\"carbon_grams\":"
    if let carbon, let grid, case .success(let charge) = charge {
      text += figure(
        carbon.value, carbon.low, carbon.high, places: 9, .of([charge.origin, grid.origin]), "operational-carbon@1",
        name: "carbon")
    } else {
      text += "null"
      if grid?.intensity == nil { text += ",\"carbon_reason\":\"the grid's carbon intensity is not known\"" }
    }
    text += ",\"embodied_grams\":"
    if let embodied {
      text += figure(
        embodied.value, embodied.low, embodied.high, places: 9, .modelled, "embodied-by-time@1", name: "embodied")
    } else {
      text += "null"
    }
    text += ",\"intensity_grams_per_kwh\":" + (grid?.intensity.map { number($0.gramsPerKilowattHour, 3) } ?? "null")
    text += ",\"signal\":" + (grid.map { JSONText.quoted($0.kind) } ?? "null")
    text += ",\"mode\":" + (grid.map { JSONText.quoted($0.mode) } ?? "null")
    text += ",\"variant\":" + (variant.map(JSONText.quoted) ?? "null")
    text += ",\"quality\":" + (quality.map { number($0, 6) } ?? "null")
    return text + ",\"why\":\"\(why.rawValue)\"}"
  }

  private func number(_ value: Double, _ places: Int) -> String { Decimals.fixed(value, places: places) }

  private func figure(
    _ value: Double, _ low: Double, _ high: Double, places: Int, _ origin: Origin, _ method: String, name: String,
    remark: String? = nil
  ) -> String {
    let extra = remark.map { ",\"remark\":" + JSONText.quoted($0) } ?? ""
    return "{\"value\":\(number(value, places)),\"low\":\(number(low, places)),\"high\":\(number(high, places)),"
      + "\"origin\":\"\(origin.rawValue)\",\"method\":\(JSONText.quoted(method)),"
      + "\"id\":\(JSONText.quoted("\(id).\(name)"))\(extra)}"
  }
}
