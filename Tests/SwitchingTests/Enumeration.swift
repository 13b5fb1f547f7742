import Quantities
import Switching

/// The least carbon over all vertices of the linear programme: one constraint per interval and one floor leave at most one
/// interval with a mix of two variants.
func leastByEnumeration(_ problem: Problem) -> Double? {
  let variants = problem.ladder.variants
  let total = problem.intervals.reduce(0) { $0 + $1.requests }
  var best: Double?
  var choice = [Int](repeating: 0, count: problem.intervals.count)
  func carbon(_ t: Int, _ v: Int) -> Double {
    let interval = problem.intervals[t]
    let there = variants[v].place.flatMap { interval.elsewhere?[$0] }
    let intensity = there?.intensity ?? interval.intensity
    let pue = there?.pue ?? interval.pue
    return interval.requests * variants[v].energy.joules * pue * intensity.gramsPerKilowattHour / 3.6e6
  }
  func consider() {
    let points = choice.indices.reduce(0) { $0 + problem.intervals[$1].requests * variants[choice[$1]].qualityLow }
    let grams = choice.indices.reduce(0) { $0 + carbon($1, choice[$1]) }
    let short = problem.floor * total - points
    if short <= 1e-9 { best = min(best ?? grams, grams) }
    for t in choice.indices {
      for other in variants.indices {
        let gain = problem.intervals[t].requests * (variants[other].qualityLow - variants[choice[t]].qualityLow)
        guard short > 0, gain >= short else { continue }
        let mixed = grams + short / gain * (carbon(t, other) - carbon(t, choice[t]))
        best = min(best ?? mixed, mixed)
      }
    }
  }
  func visit(_ t: Int) {
    guard t < choice.count else { return consider() }
    for v in variants.indices {
      choice[t] = v
      visit(t + 1)
    }
  }
  visit(0)
  return best
}
