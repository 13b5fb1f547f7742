import Quantities

/// What a sentence says about places. Empty where every variant stands here.
extension Reason {
  private var isPlaced: Bool { input.ladder.isPlaced }

  /// The places that serve now, each once, in ladder order; `nil` is here.
  private var serving: [String?] {
    var places: [String?] = []
    for (variant, share) in zip(input.ladder.variants, shares) where share > Reason.noticeable {
      if !places.contains(variant.place) { places.append(variant.place) }
    }
    return places
  }

  /// Whether a place other than the site's own serves, chosen for what it costs now.
  var isElsewhereChosen: Bool {
    isPlaced && maker.placed != nil && serving.contains { $0 != nil && maker.isKnown($0) }
  }

  /// "B5 in SE" where it stands elsewhere, else its name.
  func label(_ variant: Variant) -> String { variant.place.map { "\(variant.name) in \($0)" } ?? variant.name }

  /// "because the grid of SE is at 25 g/kWh against 380 here".
  var choiceOfPlace: String {
    let away = serving.compactMap(\.self).filter { maker.isKnown($0) }
    let clauses = away.map(comparison)
    return "because " + clauses.joined(separator: " and ")
  }

  private func comparison(_ place: String) -> String {
    guard let there = maker.placed?.elsewhere?[place] else { return "nothing is known of the grid of \(place)" }
    let forecast = maker.outlook.elsewhere[place]?.mode == .persistence ? " by the forecast" : ""
    let grid = "the grid of \(place) is at \(grams(there.intensity)) g/kWh\(forecast)"
    guard input.ladder.hasHome, let here = maker.outlook.current, let home = maker.placed?.cost else { return grid }
    if there.intensity < here { return "\(grid) against \(grams(here)) here" }
    if there.cost < home {
      return "a joule of \(place) costs \(grams(.gramsPerKilowattHour(there.cost))) g/kWh with PUE against "
        + "\(grams(.gramsPerKilowattHour(home))) here"
    }
    return "\(grid) against \(grams(here)) here, which lower energy or higher quality there outweighs"
  }

  /// What is left to say of places: those that are left out, and why; how they were weighed where the hour was not known.
  var remarksOnPlaces: String {
    guard isPlaced else { return "" }
    guard maker.placed != nil else {
      let unknown = maker.outlook.standing(input).unknown
      guard !unknown.isEmpty else { return ", with places weighed by the mean of their last 24 hours" }
      return ", with all places taken as alike, because nothing is known of the grid \(Reason.list(unknown))"
    }
    return input.ladder.places.map { serving.contains($0) ? remark(serving: $0) : remark(idle: $0) }.joined()
  }

  private func remark(serving place: String) -> String {
    guard !maker.isKnown(place) else { return "" }
    return "; \(place) is needed for the floor although \(ignorance(place))"
  }

  private func remark(idle place: String) -> String {
    guard maker.isKnown(place), let there = maker.placed?.elsewhere?[place] else {
      return "; \(place) is left out, because \(ignorance(place))"
    }
    let isWorthwhile = maker.hull.points.contains { input.ladder.variants[$0.index].place == place }
    let grid = "\(place) at \(grams(there.intensity)) g/kWh"
    return isWorthwhile
      ? "; what \(grid) offers is of more or less quality than pays now"
      : "; \(grid) would emit no less for the same quality"
  }

  private func ignorance(_ place: String) -> String {
    guard let there = input.elsewhere?[place] else { return "there is no carbon signal from there" }
    guard Outlook.isUsable(pue: there.pue) else { return "its PUE is unknown" }
    guard let signal = there.signal else { return "there is no carbon signal from there" }
    return
      "its newest carbon signal is \(Decimals.significant(signal.age.hours, digits: 3)) hours old or not to be believed"
  }

  /// "here", "in SE", "here and in SE".
  private static func list(_ places: [String]) -> String {
    places.map { $0 == Outlook.here ? $0 : "in \($0)" }.joined(separator: " and ")
  }

  /// What the shares save now, for 100 requests, against the same quality without leaving home; `nil` when nothing or not
  /// known.
  var savedByPlace: String? {
    guard let placed = maker.placed, input.ladder.hasHome else { return nil }
    let stay = maker.staying(reaching: maker.quality(shares))
    let used = zip(input.ladder.variants, zip(stay, shares)).filter { $1.0 > 0 || $1.1 > 0 }
    guard used.allSatisfy({ maker.isKnown($0.0.place) }) else { return nil }
    var hundred = placed
    hundred.requests = 100
    let saved = hundred.grams(sharing: stay, on: input.ladder) - hundred.grams(sharing: shares, on: input.ladder)
    return saved > 0 ? Carbon.grams(saved).formatted(significantDigits: 2) : nil
  }
}
