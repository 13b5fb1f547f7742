import Foundation
import Methods
import Quantities
import TestSupport
import Testing

@testable import Grid

@Suite("The search for pauses") struct PauseSearchTests {
  /// Values with long runs of equal ones and cheap islands, so that ties and gaps in the bound occur.
  static func pieces(_ count: Int, gaps: Bool, steps: [Int64], using random: inout Seeded) -> [WindowPiece] {
    var start: Int64 = 0
    var result: [WindowPiece] = []
    var level = 200.0
    for _ in 0..<count {
      if Int.random(in: 0..<4, using: &random) == 0 { level = Double(Int.random(in: -2...12, using: &random)) * 50 }
      if gaps, Int.random(in: 0..<9, using: &random) == 0 { start += 3_600_000 }
      let length = steps.randomElement(using: &random) ?? 1
      result.append(
        WindowPiece(
          start: start, end: start + length, value: level + Double(Int.random(in: 0...3, using: &random)),
          joins: result.last?.end == start))
      start += length
    }
    return result
  }

  /// Every choice of whole units, by trying them all: the answer without any cleverness.
  static func exhaustive(_ problem: PausedProblem, unit: Int64) -> Double? {
    var cells: [(value: Double, joins: Bool)] = []
    for piece in problem.pieces {
      for part in 0..<Int(piece.length / unit) { cells.append((piece.value, part > 0 || piece.joins)) }
    }
    let work = Int(problem.length / unit)
    var best: Double?
    for choice in 0..<(1 << cells.count) where choice.nonzeroBitCount == work {
      var cost = 0.0
      var runs: [Int] = []
      for (index, cell) in cells.enumerated() where choice & (1 << index) != 0 {
        cost += cell.value * Double(unit)
        if index > 0, cell.joins, choice & (1 << (index - 1)) != 0 {
          runs[runs.count - 1] += 1
        } else {
          runs.append(1)
        }
      }
      guard runs.count <= problem.maximumSegments ?? .max,
        runs.allSatisfy({ Int64($0) * unit >= problem.minimumRun })
      else { continue }
      cost += problem.resumeCost * Double(runs.count)
      best = min(best ?? .infinity, cost)
    }
    return best
  }

  static func check(_ problem: PausedProblem, _ runs: [Run]) {
    #expect(problem.allows(runs))
    #expect(zip(runs, runs.dropFirst()).allSatisfy { $0.end < $1.start || ($0.end == $1.start) })
    for run in runs {
      let inside = problem.pieces.reduce(0) {
        $0 + max(0, min($1.end, run.end) - max($1.start, run.start))
      }
      #expect(inside == run.end - run.start, "a run touches time that is not in the window")
    }
  }

  /// Expects the search to find what trying every choice finds.
  ///
  /// - Returns: whether there was anything to find.
  static func agrees(_ problem: PausedProblem, unit: Int64, round: Int) throws -> Bool {
    let expected = exhaustive(problem, unit: unit)
    let found = try problem.best(startingFrom: nil)
    #expect((found == nil) == (expected == nil), "round \(round)")
    guard let found, let expected else { return false }
    check(problem, found)
    #expect(abs(problem.cost(of: found) - expected) < 1, "round \(round)")
    return true
  }

  @Test("finds what trying every choice of half hours finds: pauses that cost, few pieces, gaps, odd edges, half hours")
  func exhaustiveSearch() throws {
    var random = Seeded(11)
    var solved = 0
    for round in 0..<160 {
      var pieces = Self.pieces(7, gaps: round % 2 == 0, steps: [3_600_000], using: &random)
      // Edges that a window has cut to half an hour.
      if round % 3 == 0 { pieces[0].start += 1_800_000 }
      if round % 5 == 0 { pieces[6].end -= 1_800_000 }
      let length = Int64.random(in: 1...8, using: &random) * 1_800_000
      let problem = PausedProblem(
        pieces: pieces, length: length,
        resumeCost: Double(Int.random(in: 0...5, using: &random)) * 30 * 3_600_000,
        maximumSegments: round % 4 == 0 ? Int.random(in: 1...3, using: &random) : nil, minimumRun: 0)
      if try Self.agrees(problem, unit: 1_800_000, round: round) { solved += 1 }
    }
    #expect(solved > 100)
  }

  @Test("keeps a shortest piece: no choice of whole hours that keeps it is cheaper")
  func shortestPiece() throws {
    var random = Seeded(5)
    var solved = 0
    for round in 0..<120 {
      let pieces = Self.pieces(12, gaps: round % 2 == 0, steps: [3_600_000], using: &random)
      let hours = Int64.random(in: 2...7, using: &random)
      let problem = PausedProblem(
        pieces: pieces, length: hours * 3_600_000, resumeCost: Double(Int.random(in: 0...2, using: &random)) * 1e8,
        maximumSegments: round % 3 == 0 ? 2 : nil,
        minimumRun: min(hours, Int64.random(in: 1...3, using: &random)) * 3_600_000)
      if try Self.agrees(problem, unit: 3_600_000, round: round) { solved += 1 }
    }
    #expect(solved > 60)
  }

  @Test("keeps a shortest piece with a remainder too, and is never better than the same without it")
  func shortestPieceInPart() throws {
    var random = Seeded(77)
    for round in 0..<60 {
      let pieces = Self.pieces(24, gaps: false, steps: [3_600_000], using: &random)
      let length = Int64.random(in: 3...16, using: &random) * 1_800_000 + 420_000
      var problem = PausedProblem(
        pieces: pieces, length: length, resumeCost: 5e7, maximumSegments: nil, minimumRun: 0)
      let without = try problem.best(startingFrom: nil)
      let free = try #require(without)
      problem = PausedProblem(
        pieces: pieces, length: length, resumeCost: 5e7, maximumSegments: nil,
        minimumRun: min(length, Int64.random(in: 1...9, using: &random) * 1_200_000))
      let with = try problem.best(startingFrom: nil)
      let found = try #require(with)
      Self.check(problem, found)
      #expect(problem.cost(of: found) >= problem.cost(of: free) - 1, "round \(round)")
    }
  }

  @Test("the bound never settles a piece wrongly: with it and without it the cost is the same")
  func bound() throws {
    var random = Seeded(3)
    var dropped = 0
    for round in 0..<150 {
      let pieces = Self.pieces(
        Int.random(in: 20...160, using: &random), gaps: round % 3 == 0,
        steps: round % 2 == 0 ? [3_600_000] : [900_000, 1_800_000, 3_600_000], using: &random)
      let total = pieces.reduce(0) { $0 + $1.length }
      let share = Double.random(in: 0.02...0.9, using: &random)
      let length = Int64(Double(total) * share) / 900_000 * 900_000 + (round % 5 == 0 ? 240_000 : 0)
      guard length > 0 else { continue }
      var problem = PausedProblem(
        pieces: pieces, length: length, resumeCost: Double(Int.random(in: 0...8, using: &random)) * 1e8,
        maximumSegments: round % 7 == 0 ? 4 : nil, minimumRun: round % 11 == 0 ? min(length, 7_200_000) : 0)
      problem.tableIsSmall = .max
      let plain = try problem.best(startingFrom: nil)
      problem.tableIsSmall = 0
      let bounded = try problem.best(startingFrom: nil)
      #expect((plain == nil) == (bounded == nil), "round \(round)")
      guard let plain, let bounded else { continue }
      Self.check(problem, bounded)
      #expect(abs(problem.cost(of: plain) - problem.cost(of: bounded)) < 10, "round \(round)")
      let open = PausedBound(problem).steps(within: problem.cost(of: plain)).filter { !$0.isMandatory }
      dropped += pieces.count - open.count
    }
    #expect(dropped > 1000, "the bound settles nothing, so this shows nothing")
  }
}
