import Comparing
import Factors
import Methods
import Quantities
import Testing

@Suite("Claims in words")
struct ClaimTextTests {
  let tables: FactorTables
  init() throws { tables = try FactorTables.embedded() }

  private func claim(_ text: String) throws -> Claim { try Claim(parsing: text, regions: tables.regions) }

  private func fall(_ from: String, _ to: String) throws -> Waterfall {
    try Waterfall(from: try claim(from), to: try claim(to), bounds: tables)
  }

  @Test("Amounts of several quantities, then keys; quotes hold words together")
  func reading() throws {
    let claim = try claim("0.24 Wh 30mg 0.26 mL boundary=facility pue=1.09 tokens=500 model=\"Llama 3.1 8B\" idle=yes")
    #expect(claim.amounts[.energy]?.value == 864 && claim.amounts[.carbon]?.value == 0.03)
    #expect(agrees(try #require(claim.amounts[.water]?.value), 0.00026))
    #expect(claim.energyBoundary == .facility && claim.carbonBoundary == .facility && claim.countsIdle == true)
    #expect(claim.factors[.pue]?.value == 1.09 && claim.factors[.outputTokens]?.value == 500)
    #expect(claim.model == "Llama 3.1 8B" && claim.name == "0.24 Wh 30mg 0.26 mL")
    #expect(try self.claim("1 Wh boundary=unknown pue=unknown").energyBoundary == nil)
  }

  @Test("A range is an interval around its middle on the logarithm")
  func range() throws {
    let amount = try #require(try claim("4.53..5.51 Wh").amounts[.energy])
    #expect(agrees(try #require(amount.value), (4.53 * 5.51).squareRoot() * 3600))
    #expect(agrees(try #require(amount.low), 4.53 * 3600))
    #expect(agrees(try #require(amount.high), 5.51 * 3600))
  }

  @Test("A token is put beside a reply by the reply's tokens, and refused without them")
  func tokens() throws {
    let fall = try fall("2 J unit=token boundary=node", "0.3 Wh unit=reply tokens=500 boundary=node")
    #expect(fall.steps.map(\.key) == ["tokens"] && agrees(fall.remainder.value.value, 1080.0 / 1000))
    #expect(throws: WhyError.self) { try self.fall("2 J unit=token", "0.3 Wh unit=reply") }
  }

  @Test("An amount for a thousand is one step from an amount for one")
  func thousand() throws {
    let fall = try fall("47 Wh per=1000 unit=reply", "0.047 Wh unit=reply")
    #expect(fall.steps.map(\.key) == ["per"] && fall.isExplained && fall.slips.isEmpty)
  }

  @Test("Energy at a stated grid is put beside carbon")
  func conversion() throws {
    let fall = try fall(
      "1 kWh intensity=400 boundary=facility", "400 g scope=operational boundary=facility intensity=400")
    #expect(fall.quantity == .carbon && fall.isExplained && fall.steps.isEmpty)
    let region = try self.fall("1 kWh region=DE boundary=node", "100 g boundary=node intensity=100")
    #expect(region.steps.map(\.key) == ["intensity"])
  }

  @Test("Batches bound a step: sharing saves at best in proportion")
  func batch() throws {
    let fall = try fall("1 Wh batch=1 unit=reply", "0.1 Wh batch=64 unit=reply")
    let step = try #require(fall.steps.first { $0.key == "batch" })
    #expect(step.basis == .bounded && agrees(step.ratio.value.value, 1.0 / 8))
    #expect(agrees(step.ratio.estimate.low.value, 1.0 / 64, to: 1e-6) && step.ratio.estimate.high.value <= 1)
  }

  @Test(
    "Slips of units are suspected, with what they look like",
    arguments: [
      ("126000 lb unit=car", "63 t unit=car", "short tons"), ("0.9 t", "0.99 t", "short tons"),
      ("83.524 g unit=training", "83.5 kg unit=training", "1000"), ("47 Wh unit=reply", "0.047 Wh unit=reply", "1000"),
      ("1 kg", "2.2 kg", "pounds"), ("1 J unit=a", "3600 J unit=a", "3600"), ("100 g", "360 g", "3.6:"),
      ("100 g", "366.7 g", "carbon for that of carbon dioxide"),
    ])
  func slips(_ from: String, _ to: String, _ said: String) throws {
    for fall in [try fall(from, to), try fall(to, from)] {
      #expect(fall.slips.first?.text.contains(said) == true, "\(fall.slips)")
      #expect(fall.text().contains("suspicion, not a fact"))
    }
  }

  @Test(
    "What a PUE explains is no slip, and honest differences are none",
    arguments: [
      ("502 t boundary=node", "552.2 t boundary=facility pue=1.1"), ("1 kg", "1.3 kg"), ("1 Wh", "20 Wh"),
    ])
  func noSlips(_ from: String, _ to: String) throws {
    let slips = try fall(from, to).slips
    #expect(slips.isEmpty, "\(slips)")
  }

  @Test(
    "What is no claim is refused with what would be one",
    arguments: [
      ("0.34", "no unit"), ("0.34 Whh", "Wh, kWh, J"), ("Wh", "above zero"), ("0 Wh", "above zero"),
      ("nan Wh", "above zero"),
      ("pue=1.1", "begin with one"), ("1 Wh 2 kWh", "twice"), ("1 Wh pue=0.5", "from 1 to 10"),
      ("1 Wh pue=nan", "from 1 to 10"), ("1 Wh tokens=-3", "from 1"), ("1 Wh parameters=1e6", "100000"),
      ("1 Wh boundary=chip", "board, node, facility"), ("1 Wh tokns=5", "tokens"), ("1 Wh tokens=5 tokens=6", "twice"),
      ("1 Wh boundary=board pue=1.2", "boundary=facility"), ("1 Wh boundary=board node-factor=2", "boundary=node"),
      ("1 Wh region=Gemany", "Germany"), ("1 Wh tool=EcoLogits", "NAME@VERSION"), ("1 Wh model=\"x", "not closed"),
      ("2..1 Wh", "above zero"), ("1..nan Wh", "above zero"), ("1 Wh idle=maybe", "yes, no"), ("1 Wh pue=", "no value"),
      ("1 Wh pue=1.1 tokens", "key=value"), ("1 Wh embodied-share=1", "0 to 0.999"),
    ])
  func refused(_ text: String, _ said: String) {
    #expect { try claim(text) } throws: { error in
      guard let error = error as? WhyError, error.isUsage else { return false }
      return "\(error)".contains(said)
    }
  }

  @Test("Two names that are the same are told apart")
  func names() throws {
    let text = try fall("1 Wh unit=reply batch=2", "1 Wh unit=reply boundary=node").text()
    #expect(text.contains("1 Wh (second) does not say"))
  }
}
