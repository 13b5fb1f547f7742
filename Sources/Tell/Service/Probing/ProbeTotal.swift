import Ledger
import Methods
import Quantities

/// What an evaluation's requests were charged (`probe-total@1`): energy and carbon, on a line of their own.
struct ProbeTotal: Hashable, Sendable {
  private(set) var requests: [RequestRecord] = []
  /// Probes of which nobody knows what they were charged.
  private(set) var uncharged = 0

  static let id: MethodID = "probe-total@1"

  /// A probe was answered, or tried; `nil` when its charge is not known.
  mutating func add(_ request: RequestRecord?) {
    if let request { requests.append(request) } else { uncharged += 1 }
  }

  /// The energy of all; `nil` when one is unknown.
  var energy: Energy? {
    let known = requests.compactMap(\.microjoules)
    guard uncharged == 0, known.count == requests.count else { return nil }
    return known.reduce(Microjoules.zero, +).energy
  }

  /// The carbon of all; `nil` when one is unknown.
  var carbon: Carbon? {
    let known = requests.compactMap(\.nanograms)
    guard uncharged == 0, known.count == requests.count else { return nil }
    return .grams(Double(known.reduce(0, +)) / 1e9)
  }

  /// Both as figures of the evaluation.
  func figures(of activity: ActivityID, under serving: ActivityID) -> [FigureRecord] {
    let origin = Origin.of(requests.compactMap(\.energyOrigin))
    let sum = { (part: KeyPath<RequestRecord, Microjoules?>, energy: Energy) in
      requests.allSatisfy { $0[keyPath: part] != nil }
        ? requests.compactMap { $0[keyPath: part] }.reduce(Microjoules.zero, +).energy : energy
    }
    let counts = [
      Receipt(
        label: "requests", value: Double(requests.count), unit: Ratio.baseUnit, origin: .measured,
        note: "counted in the record of \(serving), which keeps each with its charge")
    ]
    let note =
      "the sum of their charges; the requests are kept under \(serving), and these figures are a part of its own"
    let (low, high) = (\RequestRecord.lowMicrojoules, \RequestRecord.highMicrojoules)
    let known = energy.map { energy in
      Estimate(
        energy, low: min(sum(low, energy), energy), high: max(sum(high, energy), energy), origin: origin,
        method: Self.id, source: "probes:\(activity)")
    }
    let spent = carbon.map { carbon in
      let relative = known.map { estimate -> ClosedRange<Double> in
        let joules = estimate.value.joules
        guard joules > 0 else { return 0...0 }
        return (estimate.low.joules / joules - 1)...(estimate.high.joules / joules - 1)
      }
      return Estimate(
        carbon, relative: relative ?? 0...0, origin: Origin.of([origin, .modelled]), method: Self.id,
        source: "probes:\(activity)")
    }
    return [
      known.map { FigureRecord(activity, .energy, Figure("energy of probes", $0, inputs: counts, note: note)) }
        ?? FigureRecord(
          activity, .energy, of: Energy.self, label: "energy of probes", inputs: counts, unknownBecause: gap("energy")),
      spent.map {
        FigureRecord(
          activity, .carbon,
          Figure("carbon of probes", $0, inputs: counts, note: note + "; the interval is the energy's alone"))
      }
        ?? FigureRecord(
          activity, .carbon, of: Carbon.self, label: "carbon of probes", inputs: counts, unknownBecause: gap("carbon")),
    ]
  }

  private func gap(_ what: String) -> String {
    let all = requests.count + uncharged
    let known = what == "energy" ? requests.count { $0.microjoules != nil } : requests.count { $0.nanograms != nil }
    return "the \(what) of \(all - known) of \(all) probes is not known"
  }

  /// The entry for the registry.
  static let method = Method(
    id, "Energy or carbon of an evaluation: the sum of what its requests were charged", formula: "sum of charges",
    citation: Source("Dimmer, a sum; unknown when one of the charges is"),
    inputs: [MethodParameter("charges", "J, or g CO2e, one for each request", in: 0...1e15)],
    outputs: [MethodParameter("total", "in the unit of the charges")]
  ) { arguments throws(MethodError) in
    ["total": .number(try arguments.numbers("charges").reduce(0, +))]
  }
}
