import Ledger
import Quantities
import Reporting
import Switching

/// The decision in force with what it saw and all that is to be said of it.
struct LoopStanding: Sendable {
  let id: DecisionID
  let grid: GridStanding
  /// What it knows of other places where variants stand.
  let elsewhere: [String: GridStanding]
  let decided: AliasController.Decided

  /// What the reason does not say: why a signal is not as it should be, who is left out, whose forecast stands in.
  var remarks: [String] {
    let instead = decided.outcome.forecast.flatMap { note in
      note.instead.map { "Forecast: \(note.method), because \($0)." }
    }
    let places = elsewhere.sorted { $0.key < $1.key }.compactMap { $0.value.remark(of: $0.key) }
    return [grid.remark].compactMap(\.self) + places + [instead].compactMap(\.self) + decided.remarks
  }

  /// The price in force.
  var price: PriceView {
    PriceView(input: decided.input, decision: decided.outcome.decision, decisionID: id.description)
  }

  /// For `/api/v1/now`.
  static func json(_ standing: LoopStanding?, at now: Timestamp) -> JSONValue {
    guard let standing else { return ["decision_id": nil, "signal": nil, "forecast": nil, "remarks": []] }
    let forecast = standing.decided.outcome.forecast.map { note -> JSONValue in
      ["method": .string(note.method), "issued_at": .time(note.issued), "reason": .optional(note.instead)]
    }
    return [
      "decision_id": .string(standing.id.description), "signal": standing.grid.json(at: now),
      "elsewhere": .object(
        standing.elsewhere.sorted { $0.key < $1.key }.map { (key: $0.key, value: $0.value.json(at: now)) }),
      "forecast": forecast ?? .null, "remarks": .array(standing.remarks.map(JSONValue.string)),
    ]
  }
}
