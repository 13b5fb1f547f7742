import Gateway
import Grid
import Ledger
import Logging
import Quantities
import Switching

/// Looking at the grids: the site's own, and those of the places where variants stand.
extension ControlLoop {
  /// What is known of one grid for the interval from `start`.
  func look(
    at provider: (any SignalProvider)?, _ expected: (@Sendable (Range<Timestamp>, Span) async -> GridForecast)?,
    for start: Timestamp
  ) async -> GridLook {
    let (history, news) = await known(by: provider, for: start)
    return GridLook(
      history: history, news: news, provided: await provided(expected, from: start), interval: model.interval,
      isAsked: provider != nil)
  }

  /// The same of every other place where a variant stands, all asked at once: a provider that is slow for one of them
  /// does not make the others wait.
  func lookElsewhere(for start: Timestamp) async -> [String: GridLook] {
    await withTaskGroup(of: (String, GridLook).self) { group in
      for place in model.ladder.places {
        let source = extras.places[place]
        group.addTask { (place, await self.look(at: source?.provider, source?.expected, for: start)) }
      }
      var looks: [String: GridLook] = [:]
      for await (place, look) in group { looks[place] = look }
      return looks
    }
  }

  /// What callers and charges are to know of the grids of variants elsewhere, by variant.
  func facts(_ places: [String: GridLook]) -> [String: GridFact] {
    var facts: [String: GridFact] = [:]
    for variant in model.ladder.variants {
      guard let place = variant.place, let look = places[place] else { continue }
      facts[variant.name] = GridFact(
        elsewhere: place, reading: look.reading, signal: look.signal, pue: extras.places[place]?.pue ?? pue)
    }
    return facts
  }

  /// What variants elsewhere stand on, by variant, as it is kept with a decision.
  func grounds(_ places: [String: GridLook]) -> [String: Ground] {
    var grounds: [String: Ground] = [:]
    for variant in model.ladder.variants {
      guard let place = variant.place else { continue }
      let signal = places[place]?.signal
      grounds[variant.name] = Ground(
        signal: signal, elsewhere: VariantGrid(region: place, signalID: signal?.id, pue: extras.places[place]?.pue))
    }
    return grounds
  }

  /// What a provider expects of the rest of the day, as issued by now; nothing where none is wanted or answers.
  private func provided(
    _ expected: (@Sendable (Range<Timestamp>, Span) async -> GridForecast)?, from start: Timestamp
  ) async -> Series? {
    guard extras.forecast == .provider, let expected else { return nil }
    let forecast = await expected(start..<(start.startOfDay + .hours(24)), model.interval)
    guard case .provider = forecast.maker else { return nil }
    return forecast.series
  }

  /// What had been issued for a decision about the interval from `start`, and why not more.
  private func known(
    by provider: (any SignalProvider)?, for start: Timestamp
  ) async -> (history: IssuedSeries?, news: SignalNews) {
    guard let provider else { return (nil, SignalNews(knownBy: start)) }
    let news = await provider.catchUp(to: start)
    if let failure = news.failure {
      logger.warning(
        "the grid signal could not be renewed", metadata: ["region": "\(provider.region)", "error": "\(failure)"])
    }
    do {
      return (
        try await provider.history(since: start - PlanForecast.memory(of: extras.forecast), issuedBy: news.knownBy),
        news
      )
    } catch {
      logger.warning(
        "the grid signal could not be read", metadata: ["region": "\(provider.region)", "error": "\(error)"])
      return (nil, SignalNews(knownBy: news.knownBy, failure: news.failure ?? "\(provider.name): \(error)"))
    }
  }
}

extension ControlLoop.Extras {
  /// Without providers of another kind of value than the site's own: grids are only compared in one kind.
  func comparable(with home: (any SignalProvider)?, logger: Logger) -> Self {
    let known = places.sorted { $0.key < $1.key }.compactMap { $0.value.provider?.kind }
    guard let kind = home?.kind ?? known.first(where: { $0.isCarbonIntensity || $0 == .unstated }) else { return self }
    var comparable = self
    for (place, source) in places {
      guard let theirs = source.provider?.kind, theirs != kind else { continue }
      logger.warning(
        "the grid of a place is not weighed, because its values are of another kind",
        metadata: ["place": "\(place)", "kind": "\(theirs.label)", "wanted": "\(kind.label)"])
      comparable.places[place]?.provider = nil
      comparable.places[place]?.expected = nil
    }
    return comparable
  }
}
