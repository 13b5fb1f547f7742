import Foundation
import Methods
import Quantities
import Testing

@testable import Reporting

@Suite("JSON documents")
struct JSONValueTests {
  @Test("keys keep the order they were written in")
  func order() {
    let document: JSONValue = ["run_id": "run_1", "exit_code": 0, "carbon_grams": nil]
    #expect(document.text() == #"{"run_id":"run_1","exit_code":0,"carbon_grams":null}"#)
  }

  @Test("what no JSON number can hold is null, never 0")
  func unknownNumbers() {
    #expect(JSONValue.number(.nan).text() == "null")
    #expect(JSONValue.number(.infinity).text() == "null")
  }

  @Test(
    "any text survives a real JSON parser",
    arguments: ["", "\"\\/\u{8}\u{c}\n\r\t\u{0}\u{1f}", "na\u{ef}ve \u{1F600}", "</script>&", "\u{2028}"])
  func strings(text: String) throws {
    let parsed = try JSONSerialization.jsonObject(
      with: Data(JSONValue.string(text).text().utf8), options: .fragmentsAllowed)
    #expect(parsed as? String == text)
  }

  @Test(
    "numbers survive a real JSON parser exactly",
    arguments: [0, -1, 0.1, 1e300, Double.leastNonzeroMagnitude, 123_456_789_012_345_680, 1.0 / 3])
  func numbers(value: Double) throws {
    let parsed = try JSONSerialization.jsonObject(
      with: Data(JSONValue.number(value).text().utf8), options: .fragmentsAllowed)
    #expect((parsed as? NSNumber)?.doubleValue == value)
  }

  @Test("a figure is value, low, high, origin, method, id")
  func figure() {
    let estimate = Estimate(
      Energy.joules(100), relative: -0.1...0.1, origin: .modelled, method: "load-curve@1", source: "model")
    let figure = Figure("CPU energy", estimate).identified(as: "run_1.energy")
    guard case .object(let members) = JSONValue.figure(figure) else {
      Issue.record("not an object")
      return
    }
    #expect(members.map(\.key) == ["value", "low", "high", "origin", "method", "id"])
    #expect(JSONValue.figure(figure)["origin"] == "modelled")
    #expect(JSONValue.figure(figure)["id"] == "run_1.energy")
  }

  @Test("an unknown figure has no value but a reason")
  func unknown() {
    let receipt = Receipt(
      id: "run_1.carbon", label: "carbon", value: nil, unit: "g", origin: .assumed, note: "no region was given")
    #expect(JSONValue.figure(receipt)["value"] == .null)
    #expect(JSONValue.figure(receipt)["reason"] == "no region was given")
  }
}
