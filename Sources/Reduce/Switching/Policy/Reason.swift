import Quantities

/// The sentence that tells a person why.
struct Reason {
  /// What kind of decision it is.
  enum Kind {
    /// The policy weighed the current intensity against others: those forecast or those of the last 24 hours.
    case weighed(against: Comparison)
    /// A fixed mix because no signal can be used.
    case noSignal
    /// A fixed mix because nothing is known to compare with.
    case noForecast
    /// A sentence that holds always.
    case always(String)
  }

  /// What the current intensity was compared with.
  enum Comparison {
    case forecast
    case lastDay
  }

  let maker: DecisionMaker
  let shares: [Double]
  let main: Variant
  let mode: DecisionMode
  let isGuarded: Bool
  /// The price of quality, in g/kWh times joules per point; `nil` where none was made.
  let price: Double?

  var input: PolicyInput { maker.input }

  /// One sentence, with what there is to say about places; a rule that does not weigh them says nothing of them.
  func sentence(_ kind: Kind) -> String {
    if case .always = kind, maker.looksAtTheHour { return body(kind) }
    return body(kind).dropLast() + remarksOnPlaces + "."
  }

  private func body(_ kind: Kind) -> String {
    if mode == .infeasible { return infeasible }
    switch kind {
    case .always(let text): return text
    case .noSignal: return "\(signalState), so \(mix), which needs no signal: \(floorKept)."
    case .noForecast: return "There is nothing to compare the grid with, so \(mix): \(floorKept)."
    case .weighed(let comparison): return isGuarded ? guarded : weighed(comparison)
    }
  }

  private var infeasible: String {
    let best = Decimals.fixed(maker.hull.highestQuality, places: 2)
    guard input.floor <= maker.hull.highestQuality + 1e-9 else {
      return "The floor of \(floor) points is above the best variant (\(main.name), \(best)), so \(main.name) serves "
        + "all \(input.requestNoun)."
    }
    guard maker.instantFloor <= maker.hull.highestQuality + 1e-9 else {
      return "No interval may have less than \(instantFloor) points, which is above the best variant (\(main.name), "
        + "\(best)), so \(main.name) serves all \(input.requestNoun)."
    }
    return "What is left until \(periodEnd) cannot bring the mean back to \(floor) points, so \(main.name) (\(best) "
      + "points) serves all \(input.requestNoun)."
  }

  private var guarded: String {
    if isAtInstantFloor {
      return "No interval may have less than \(instantFloor) points, so \(mix) although \(gridNow)."
    }
    return "The floor of \(floor) points over the period would get out of reach with less, so \(mix) although "
      + "\(gridNow)."
  }

  private func weighed(_ comparison: Comparison) -> String {
    if isElsewhereChosen { return placedElsewhere }
    guard let current = maker.outlook.current else { return "\(mix.capitalizedFirst): \(floorKept)." }
    let others =
      comparison == .forecast ? Array((maker.outlook.intensities ?? []).dropFirst()) : input.recent.map(\.intensity)
    guard !others.isEmpty else {
      return "It is the last interval before \(periodEnd), so \(mix): the floor of \(floor) points still needs that."
    }
    let dirtier = others.count { $0 > current }
    let cleaner = others.count { $0 < current }
    guard dirtier + cleaner > 0 else {
      return "The grid stays at \(grams(current)) g/kWh, so time makes no difference and \(mix): \(floorKept)."
    }
    let most = max(dirtier, cleaner)
    let rank = 100 * Double(most) / Double(others.count)
    let state: GridState = rank < Reason.clear ? .middling : dirtier > cleaner ? .clean : .dirty
    let span = comparison == .forecast ? "what is forecast until \(periodEnd)" : "the last 24 hours"
    let part =
      most == others.count
      ? comparison == .forecast ? "all else that is forecast until \(periodEnd)" : "at any time in \(span)"
      : "\(Decimals.fixed(min(rank, 99), places: 0)) % of \(span)"
    let place = "\(grams(current)) g/kWh, \(dirtier >= cleaner ? "cleaner" : "dirtier") than \(part)"
    return "\(theGrid) is \(state.rawValue) now (\(place)), \(consequence(state))."
  }

  private var placedElsewhere: String {
    let saving =
      savedByPlace.map { ", which saves \($0) per 100 \(input.requestNoun) against the same quality here" } ?? ""
    let gap = maker.quality(shares) - input.floor
    let balance =
      abs(gap) <= 1e-9 ? "" : gap > 0 ? "; quality is spared for later" : "; \(balance(short: -gap))"
    let start = mix.hasPrefix(main.name) ? mix : mix.capitalizedFirst
    return "\(start), \(choiceOfPlace)\(saving)\(balance)."
  }

  private enum GridState: String {
    case clean
    case middling = "about average"
    case dirty
  }

  /// From this percentage of other hours on, an hour is called clean or dirty.
  private static let clear = 60.0
  /// Smaller shares are not worth a word.
  static let noticeable = 0.0005

  private func consequence(_ state: GridState) -> String {
    let short = input.floor - maker.quality(shares)
    guard short > 1e-9 else { return aboveFloor(state) }
    let saved = perHundred(.joules(floorJoules - maker.ladder.joulesPerRequest(shares)))
    let saving = "saves \(saved) per 100 \(input.requestNoun) against the floor's mix"
    if state == .clean { return "but \(whyNoBetter(short: short)), so \(mix), which \(saving)" }
    let least = isAtInstantFloor ? "; no interval may have less than \(instantFloor) points" : ""
    return "so \(mix), which \(saving)\(least); \(balance(short: short))"
  }

  /// Why a clean interval stays below the floor: quality was served in advance, or what serves is held for other reasons
  /// than its price, or cleaner times come.
  private func whyNoBetter(short: Double) -> String {
    if isSpared(short: short) { return "more than the floor of \(floor) points was served before" }
    return isWorthMore
      ? "switching up now would gain too little or come too soon after the last switch"
      : "not clean enough for a better variant to be worth its carbon"
  }

  /// Whether at the price of quality a better variant than the one that serves would pay, and be it by a little.
  private var isWorthMore: Bool {
    guard let price, let cost = maker.cost, !input.ladder.isCapacityLimited,
      shares.contains(where: { $0 > 1 - Reason.noticeable })
    else { return false }
    let wanted = maker.hull.points[maker.hull.index(atPrice: price, cost: cost)]
    let gain = price * (wanted.quality - maker.quality(shares))
    let extra = cost * (wanted.energy.joules - maker.ladder.joulesPerRequest(shares))
    return wanted.quality > maker.quality(shares) + 1e-9 && gain - extra > 1e-9 * cost * wanted.energy.joules
  }

  /// Where the quality comes from that an interval stays below the floor by.
  private func balance(short: Double) -> String {
    isSpared(short: short) ? "quality was spared for it before" : "quality is made up for later"
  }

  /// Whether quality served before covers what an interval stays below the floor by.
  private func isSpared(short: Double) -> Bool {
    let surplus = input.served.points - input.floor * input.served.requests - input.carriedDebt
    return surplus >= short * maker.outlook.requests[0]
  }

  private func aboveFloor(_ state: GridState) -> String {
    let points = maker.hull.points
    guard let place = points.lastIndex(where: { shares[$0.index] > Reason.noticeable }), place > 0 else {
      return "and \(label(main)) alone is above the floor of \(floor) points"
    }
    let (smaller, larger) = (points[place - 1], points[place])
    let extra = "\(perHundred(larger.energy - smaller.energy)) per 100 \(input.requestNoun)"
    let part = shares[larger.index] < 1 - Reason.noticeable ? " for \(percent(shares[larger.index])) of them" : ""
    let (better, other) = (label(input.ladder.variants[larger.index]), label(input.ladder.variants[smaller.index]))
    let kind = input.ladder.isPlaced ? "the better variant" : "the larger model"
    let worth = "\(kind) \(better) is worth its extra \(extra) over \(other)\(part)"
    switch state {
    case .clean: return "so \(worth)"
    case .middling: return "and \(worth)"
    case .dirty: return "but \(worth): the floor of \(floor) points needs it"
    }
  }

  private func percent(_ share: Double) -> String { "\(Decimals.fixed(share * 100, places: 1)) %" }

  private var floorJoules: Double { StaticMix(of: maker.ladder, hull: maker.hull, reaching: input.floor).energy.joules }

  private func perHundred(_ energy: Energy) -> String {
    let cost = maker.cost ?? 0
    return Carbon.grams(100 * energy.joules * cost / 3.6e6).formatted(significantDigits: 2)
  }

  /// "B7 serves all images" or "the images are shared (B3 34.5 %, B5 65.5 %)".
  private var mix: String {
    let used = zip(input.ladder.variants, shares).filter { $0.1 > Reason.noticeable }
    guard used.count > 1 else { return "\(label(main)) serves all \(input.requestNoun)" }
    let parts = used.map { "\(label($0)) \(percent($1))" }.joined(separator: ", ")
    return "the \(input.requestNoun) are shared (\(parts))"
  }

  private var floorKept: String { "that keeps the mean at the floor of \(floor) points" }

  private var gridNow: String {
    maker.outlook.current.map { "the grid is at \(grams($0)) g/kWh" } ?? "the grid's state is unknown"
  }

  private var signalState: String {
    guard let signal = input.signal else { return "There is no carbon signal" }
    return "The newest carbon signal is \(hours(signal)) hours old"
  }

  private var theGrid: String {
    guard mode == .persistence, let signal = input.signal else { return "The grid" }
    return "By the forecast (the signal is \(hours(signal)) hours old) the grid"
  }

  private var instantFloor: String { Decimals.fixed(maker.instantFloor, places: 2) }

  private var isAtInstantFloor: Bool {
    maker.instantFloor > 0 && abs(maker.quality(shares) - maker.instantFloor) < 1e-9
  }

  private var floor: String { Decimals.fixed(input.floor, places: 2) }

  private var periodEnd: String {
    let minute = (input.periodEnd - input.periodEnd.startOfDay).seconds / 60
    if minute == 0 { return "midnight UTC" }
    let text = input.periodEnd.description
    return "\(text.dropFirst(11).prefix(5)) UTC"
  }

  func grams(_ intensity: CarbonIntensity) -> String {
    Decimals.significant(intensity.gramsPerKilowattHour, digits: 3)
  }

  private func hours(_ signal: PolicyInput.Signal) -> String { Decimals.significant(signal.age.hours, digits: 3) }
}

extension String {
  fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
