import Gateway
import Grid
import Ledger
import Quantities
import Switching

extension GridFact {
  /// What callers and charges are to know of the grid of another place. What the machine there owes of embodied carbon
  /// nobody knows here.
  init(elsewhere place: String, reading: SignalReading?, signal record: SignalRecord?, pue: Double) {
    let mode: DecisionMode =
      switch reading?.mode {
      case .live: .live
      case .persistence: .persistence
      default: .static
      }
    self.init(reading: reading, signal: record, mode: mode, pue: pue)
    text += "; region=\(place)"
  }

  /// What callers and charges are to know of the grid while a decision is in force.
  init(
    reading: SignalReading?, signal record: SignalRecord?, mode: DecisionMode, pue: Double,
    embodied: GramRange? = nil
  ) {
    guard let reading, let signal = reading.signal, let age = reading.age else {
      self.init(
        intensity: nil, kind: "unknown", issued: nil, mode: mode.rawValue, pue: pue, embodiedGramsPerSecond: embodied,
        text: "unknown; mode=\(mode.rawValue)")
      return
    }
    let value = Decimals.significant(signal.value, digits: 4)
    self.init(
      intensity: .gramsPerKilowattHour(signal.value), low: signal.low.map(CarbonIntensity.gramsPerKilowattHour),
      high: signal.high.map(CarbonIntensity.gramsPerKilowattHour), kind: signal.kind.rawValue,
      issued: signal.issuedAt, mode: mode.rawValue, pue: pue, embodiedGramsPerSecond: embodied,
      signalID: record?.id.description,
      text: "\(value); kind=\(signal.kind.rawValue); age=\(Int(age.seconds)); mode=\(mode.rawValue)")
  }
}
