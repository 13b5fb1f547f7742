import Quantities
import Reporting
import Switching

/// One series at one floor under every policy that was asked for.
struct ReplayCase {
  let label: String
  let replay: Replay
  let results: [ReplayResult]
  let offer: VariantFile

  /// What timing is worth here, told by what the first policy reached.
  var worth: TimingWorth? { results.first.flatMap { TimingWorth(of: replay, result: $0) } }

  /// The case as a section of a page.
  var page: ReplayPage.Case {
    ReplayPage.Case(label: label, replay: replay, results: results, directives: offer.directives, worth: worth)
  }

  /// The energy that keeping every variant loaded draws, and its carbon; `nil` where no variant states its power.
  var idle: (energy: Energy, carbon: Carbon)? {
    let steps = replay.history[replay.first...]
    var sum: (energy: Energy, carbon: Carbon)?
    for variant in replay.ladder.variants {
      guard let power = variant.residentPower else { continue }
      let each = power * replay.interval
      let pue = variant.place.flatMap { replay.pueElsewhere[$0] } ?? replay.pue
      let carbon = steps.reduce(Carbon.zero) { $0 + each * ($1.intensity(at: variant.place) ?? .zero) * pue }
      sum = ((sum?.energy ?? .zero) + each * Double(steps.count), (sum?.carbon ?? .zero) + carbon)
    }
    return sum
  }

  /// What a reader has to know about it.
  func notes(named: Bool) -> [String] {
    var notes: [String] = []
    let place = named ? "\(label): " : ""
    if let result = results.first, result.missingIntervals > 0 {
      notes.append(
        "\(place)\(result.missingIntervals) of \(result.steps.count) intervals have no value; their carbon is left out everywhere"
      )
    }
    let reach = replay.ladder.variants.map(\.qualityLow).max() ?? 0
    if replay.floor > reach {
      notes.append(
        "the floor \(Decimals.fixed(replay.floor, places: 2)) is out of reach: the best variant has \(Decimals.fixed(reach, places: 2)) and serves every request"
      )
    }
    // Variants in different places are not to be weighed by energy alone.
    let places = [nil] + replay.ladder.places.map(Optional.some)
    let ladders = places.compactMap { place in try? Ladder(replay.ladder.variants.filter { $0.place == place }) }
    return notes + ladders.flatMap { Hull(of: $0, on: .lowerBound).warnings }.map { "note: \($0)" }
  }

  /// Short names of files: what is left when the part that all have in common is taken off.
  static func labels(of paths: [String]) -> [String] {
    let names = paths.map { path in
      let file = path.split(separator: "/").last.map(String.init) ?? path
      return [".gz", ".csv"].reduce(file) { $0.hasSuffix($1) ? String($0.dropLast($1.count)) : $0 }
    }
    guard let first = names.first, Set(names).count > 1 else { return names }
    // Only whole words are taken off, so that no zone loses letters that it shares with the others.
    let words = names.map { $0.split(separator: "_", omittingEmptySubsequences: false) }
    let shortest = words.map(\.count).min() ?? 0
    var (head, tail) = (0, 0)
    while head < shortest - 1, Set(words.map { $0[head] }).count == 1 { head += 1 }
    while tail < shortest - 1 - head, Set(words.map { $0[$0.count - 1 - tail] }).count == 1 { tail += 1 }
    return first.isEmpty ? names : words.map { $0.dropFirst(head).dropLast(tail).joined(separator: "_") }
  }
}
