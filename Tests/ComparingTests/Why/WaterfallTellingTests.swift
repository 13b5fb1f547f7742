import Comparing
import Factors
import Methods
import Quantities
import Reporting
import Testing

@Suite("How a waterfall is told")
struct WaterfallTellingTests {
  let tables: FactorTables
  init() throws { tables = try FactorTables.embedded() }

  private func fall(_ from: String, _ to: String) throws -> Waterfall {
    try Waterfall(from: try tables.published.claim(from), to: try tables.published.claim(to), bounds: tables)
  }

  @Test("The text has a line a step, what is left, and every reason with its source")
  func text() throws {
    let text = try fall("power-hungry-sdxl", "aies-2024-sdxl").text()
    for part in [
      "11.4 Wh", "1.64 Wh", "x0.144", "the machine around its accelerators", "left",
      "not explained by what is published",
      "H100 Tensor Core GPU data sheet", "What the rest may be made of", "image of one fixed size",
    ] { #expect(text.contains(part), "\(part)") }
    #expect(text.split(separator: "\n").contains { $0.hasPrefix("all ") })
  }

  @Test("The document has figures with intervals and methods, and its steps multiply to its ratio")
  func document() throws {
    let json = try fall("bloom-dynamic", "gpt3").json
    func value(_ json: JSONValue?) throws -> Double {
      guard case .number(let value)? = json?["value"] else { throw Unknown("no value") }
      return value
    }
    guard case .array(let steps)? = json["steps"] else { throw Unknown("no steps") }
    let product = try steps.reduce(try value(json["remainder"])) { try $0 * value($1["ratio"]) }
    #expect(agrees(product, try value(json["ratio"])))
    #expect(json.text().contains("\"method\":\"unexplained-ratio@1\""))
    #expect(json.text().contains("\"basis\":\"bounded\""))
  }

  @Test("The page draws each step for desk and phone, tells them in words, and escapes what claims say")
  func page() throws {
    let page = try fall("power-hungry-sdxl", "aies-2024-sdxl").page()
    #expect(page.contains("class=\"chart wide\"") && page.contains("class=\"chart narrow\""))
    #expect(page.contains("role=\"img\"") && page.contains("aria-label=\"From "))
    #expect(!page.contains("<script") && page.contains("<h2>Sources</h2>"))
    let nasty = try Claim(parsing: "1 Wh model=<script>alert(1)</script> unit=reply", regions: tables.regions)
    let other = try Claim(parsing: "2 Wh model=x unit=reply", regions: tables.regions)
    #expect(try !Waterfall(from: nasty, to: other, bounds: tables).page().contains("<script"))
  }
}
