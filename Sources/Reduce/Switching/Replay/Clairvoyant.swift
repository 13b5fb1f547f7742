import Quantities

/// The plan made with each budget period known beforehand. For replays only: nobody has it live, so it is not in the list
/// of policies.
struct Clairvoyant: SwitchingPolicy {
  static let identifier = "clairvoyant@1"

  var name: String { Clairvoyant.identifier }
  var summary: String { "plans each budget period with all of it known beforehand; only in replays" }

  func decide(_ input: PolicyInput, state: PolicyState) -> (PolicyState, Decision) {
    // What will come is known, so nothing has to be held in reserve for it.
    var (next, decision) = RecedingHorizon(guardRule: FloorGuard(reliance: 1, debtLimit: 1e15))
      .decide(input, state: state)
    decision.policy = name
    decision.limit = nil
    decision.reason = "Known beforehand: \(decision.main) serves the largest part in the plan of least carbon."
    next.current = decision.main
    return (next, decision)
  }
}

extension Replay {
  /// What a service that knows each budget period beforehand, grid and demand, would do at the floor.
  public func runClairvoyant() -> ReplayResult {
    let history = history
    let interval = interval
    let index: @Sendable (PastView) -> Int = { past in Int(((past.now - history[0].start) / interval).rounded()) }
    let known: IntensityForecaster = { past, count in
      (index(past)..<index(past) + count).map {
        history[$0].intensity(at: past.place) ?? .gramsPerKilowattHour(.nan)
      }
    }
    return run(
      Clairvoyant(), intensities: known,
      demand: { past, count in (index(past)..<index(past) + count).map { history[$0].requests } },
      elsewhere: Dictionary(uniqueKeysWithValues: ladder.places.map { ($0, known) }))
  }

  /// The same history under every policy of a list, and with each period known beforehand, which comes last.
  public func compare(
    _ policies: [any SwitchingPolicy] = SwitchingPolicies.all, intensities: IntensityForecaster? = nil,
    demand: DemandForecaster? = nil, elsewhere: [String: IntensityForecaster] = [:]
  ) -> [ReplayResult] {
    policies.map { run($0, intensities: intensities, demand: demand, elsewhere: elsewhere) } + [runClairvoyant()]
  }
}
