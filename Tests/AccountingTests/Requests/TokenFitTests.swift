import Accounting
import Foundation
import Methods
import Quantities
import TestSupport
import Testing

@Suite("What requests cost is learned from those that were metered")
struct TokenFitTests {
  private struct Truth {
    var request = 2.0
    var read = 0.1
    var written = 5.0
    var unit = 0.0
    /// Relative, even to both sides.
    var noise = 0.0

    func energy(_ size: RequestSize, _ random: inout Seeded) -> Energy {
      let value = request + read * size.uncachedTokensIn + written * size.tokensOut + unit * size.units
      return .joules(value * (1 + noise * Double.random(in: -1...1, using: &random)))
    }
  }

  private func size(_ random: inout Seeded) -> RequestSize {
    RequestSize(
      uncachedTokensIn: Double(Int.random(in: 1...4000, using: &random)),
      tokensOut: Double(Int.random(in: 1...800, using: &random)))
  }

  private func fit(
    _ truth: Truth, _ count: Int, seed: UInt64, _ size: (inout Seeded) -> RequestSize, from start: TokenFit = TokenFit()
  ) -> TokenFit {
    var random = Seeded(seed)
    var fit = start
    for _ in 0..<count {
      let size = size(&random)
      fit.take(size, truth.energy(size, &random))
    }
    return fit
  }

  @Test("exact observations give back the coefficients that made them", arguments: 1...20)
  func exact(seed: UInt64) throws {
    var random = Seeded(seed)
    let truth = Truth(
      request: random.magnitude(-3...2), read: random.magnitude(-5...0), written: random.magnitude(-3...1))
    let found = try #require(fit(truth, 100, seed: seed, size).coefficients)
    #expect(agrees(found.perRequest.joules, truth.request, to: 1e-3))
    #expect(try agrees(#require(found.perInputToken).joules, truth.read, to: 1e-5))
    #expect(try agrees(#require(found.perOutputToken).joules, truth.written, to: 1e-5))
    #expect(found.perUnit == nil, "nothing had units")
  }

  @Test("with noise, intervals hold the truth about as often as they promise, and no part is below zero")
  func intervals() throws {
    let truth = Truth(noise: 0.1)
    var held = 0
    var foretold = 0
    for seed in UInt64(0)..<200 {
      let found = try #require(fit(truth, 120, seed: seed, size).coefficients)
      let written = try #require(found.perOutputToken)
      if (written.low...written.high).contains(truth.written) { held += 1 }
      var random = Seeded(seed + 1000)
      let one = size(&random)
      let prediction = found.prediction(one)
      if (prediction.low...prediction.high).contains(truth.energy(one, &random)) { foretold += 1 }
      for part in [found.perRequest, try #require(found.perInputToken), written] {
        #expect(part.joules >= 0 && part.low >= 0 && part.low <= part.joules && part.joules <= part.high)
      }
    }
    // 95 % promised; three standard errors of 200 tries are 4.6 points. Noise in proportion is not the same for all.
    #expect(held >= 170 && foretold >= 170, "\(held) and \(foretold) of 200")
  }

  @Test("whatever is observed, nothing negative comes out", arguments: 1...30)
  func neverNegative(seed: UInt64) {
    var random = Seeded(seed)
    var fit = TokenFit()
    for _ in 0..<60 {
      let size = RequestSize(
        uncachedTokensIn: Double(Int.random(in: 0...3, using: &random)) * 100,
        tokensOut: Double(Int.random(in: 0...3, using: &random)) * 10,
        units: Double(Int.random(in: 0...2, using: &random)))
      fit.take(size, .joules(random.magnitude(-3...3)))
      guard let found = fit.coefficients else { continue }
      let parts = [found.perRequest, found.perInputToken, found.perOutputToken, found.perUnit].compactMap(\.self)
      #expect(parts.allSatisfy { $0.joules >= 0 && $0.low >= 0 && $0.high.isFinite })
      #expect(found.prediction(size).low >= .joules(0))
    }
  }

  @Test("the same observations give the same state, byte for byte, also when it was put down and taken up between")
  func replayed() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let whole = fit(Truth(noise: 0.3), 90, seed: 4, size)
    #expect(try encoder.encode(fit(Truth(noise: 0.3), 90, seed: 4, size)) == encoder.encode(whole))
    var random = Seeded(4)
    var fit = TokenFit()
    for _ in 0..<90 {
      let size = size(&random)
      fit.take(size, Truth(noise: 0.3).energy(size, &random))
      fit = try JSONDecoder().decode(TokenFit.self, from: encoder.encode(fit))
    }
    #expect(fit == whole)
  }

  @Test("a few wild readings freeze the coefficients in force; they are not believed")
  func frozen() throws {
    var fit = fit(Truth(noise: 0.02), 300, seed: 5, size)
    let before = try #require(fit.coefficients)
    var random = Seeded(6)
    for _ in 0..<3 { fit.take(size(&random), .joules(200_000)) }
    guard case .frozen(let error) = fit.standing else {
      Issue.record("not frozen: \(fit.standing)")
      return
    }
    #expect(error > 0.1)
    #expect(fit.coefficients == before)
  }

  @Test("when the model really has changed, the fit follows once it is as good as before")
  func thawed() throws {
    let old = fit(Truth(noise: 0.02), 300, seed: 7, size)
    let new = fit(Truth(read: 0.2, written: 10, noise: 0.02), 1500, seed: 8, size, from: old)
    #expect(new.standing == .fitted)
    #expect(try agrees(#require(new.coefficients?.perOutputToken).joules, 10, to: 0.02))
    #expect(try new.coefficients?.hasMoved(from: #require(old.coefficients), by: 0.05) == true)
    #expect(try old.coefficients?.hasMoved(from: #require(old.coefficients), by: 0.05) == false)
  }

  @Test("images are fitted by their units, and requests that are all alike by the request alone")
  func otherSizes() throws {
    let images = fit(Truth(request: 10, read: 0, written: 0, unit: 2), 40, seed: 9) { random in
      RequestSize(units: Double(Int.random(in: 1...64, using: &random)))
    }
    let found = try #require(images.coefficients)
    #expect(try agrees(#require(found.perUnit).joules, 2, to: 1e-6) && agrees(found.perRequest.joules, 10, to: 1e-5))
    #expect(found.perInputToken == nil && found.perOutputToken == nil)
    let alike = fit(Truth(), 40, seed: 10) { _ in RequestSize(uncachedTokensIn: 100, tokensOut: 10) }
    let one = try #require(alike.coefficients).prediction(RequestSize(uncachedTokensIn: 100, tokensOut: 10))
    #expect(agrees(one.value.joules, 62, to: 1e-6))
  }

  @Test("too few observations, or ones that are no numbers, are no fit: unknown, and how many are missing")
  func learning() {
    var fit = fit(Truth(), 19, seed: 11, size)
    #expect(fit.coefficients == nil && fit.standing == .learning(missing: 1))
    fit.take(RequestSize(tokensOut: .nan), .joules(1))
    fit.take(RequestSize(tokensOut: 1), .joules(-1))
    #expect(fit.coefficients == nil && fit.observations == 19)
  }

  @Test("by name: two coefficients out of four requests")
  func registered() throws {
    let method = try MethodRegistry(AccountingMethods.all).method(named: "token-fit")
    let answer = try method.calculate([
      "energies_joules": .numbers([3, 5, 7, 9, 11]), "tokens_out": .numbers([1, 2, 3, 4, 5]), "forgetting": .number(1),
    ])
    guard case .number(let request) = answer["per_request_joules"],
      case .number(let written) = answer["per_output_token_joules"]
    else {
      Issue.record("no numbers")
      return
    }
    #expect(agrees(request, 1, to: 1e-6) && agrees(written, 2, to: 1e-6))
    #expect(throws: MethodError.self) {
      try method.calculate(["energies_joules": .numbers([1, 2]), "tokens_out": .numbers([1])])
    }
  }
}
