import Methods
import Quantities
import Testing

@Suite("Methods")
struct MethodTests {
  private let double = Method(
    "double@1", "Twice a number", formula: "2 x number", citation: Source("arithmetic"),
    inputs: [
      MethodParameter("number_joules", unit: "J", "the number", in: 0...100),
      MethodParameter("times", "how often", default: .number(2)),
      MethodParameter("rows", "more numbers", default: .table([])),
    ], outputs: [MethodParameter("result_joules", unit: "J", "twice it")]
  ) { arguments throws(MethodError) in
    ["result_joules": .number(try arguments.number("number_joules") * (try arguments.number("times")))]
  }

  @Test("A method runs on named values, with its defaults for what is not given")
  func runs() throws {
    #expect(try double.calculate(["number_joules": .number(4)]) == ["result_joules": .number(8)])
    #expect(try double.calculate(["number_joules": .number(4), "times": .number(3)]) == ["result_joules": .number(12)])
  }

  @Test("An input that the method does not have is refused, with those it has")
  func unknownInput() {
    #expect(throws: MethodError.unknownInput("watts", known: ["number_joules", "times", "rows"])) {
      try double.calculate(["number_joules": .number(4), "watts": .number(1)])
    }
  }

  @Test("A missing input is named with its unit; there is no silent zero")
  func missing() {
    let error = #expect(throws: MethodError.self) { try double.calculate([:]) }
    #expect(error == .missingInput("number_joules", unit: "J"))
    #expect(error?.description == "input 'number_joules' is missing (in J)")
  }

  @Test("A number out of range, not finite, or of the wrong kind is refused")
  func ranges() {
    for value in [-1, 101, Double.nan, .infinity] {
      #expect(throws: MethodError.self) { try double.calculate(["number_joules": .number(value)]) }
    }
    #expect(throws: MethodError.wrongKind("number_joules", expected: "a number")) {
      try double.calculate(["number_joules": .text("four")])
    }
    #expect(throws: MethodError.self) {
      try double.calculate(["number_joules": .number(1), "rows": .table([["x": .number(.infinity)]])])
    }
  }

  @Test("A result that is no finite number is no answer")
  func infiniteResult() {
    let error = #expect(throws: MethodError.self) {
      try double.calculate(["number_joules": .number(100), "times": .number(.greatestFiniteMagnitude)])
    }
    #expect(error == .noAnswer("'result_joules' has no finite value for these inputs"))
  }

  @Test("One number passes for a list of one; lists and tables are what they are")
  func kinds() throws {
    let sum = Method(
      "total@1", "A sum", formula: "sum", citation: Source("arithmetic"),
      inputs: [MethodParameter("numbers", "some"), MethodParameter("rows", "more", default: .table([]))],
      outputs: [MethodParameter("sum", "the sum")]
    ) { arguments throws(MethodError) in
      var sum = try arguments.numbers("numbers").reduce(0, +)
      for row in try arguments.table("rows") { if case .number(let value) = row["x"] { sum += value } }
      return ["sum": .number(sum)]
    }
    #expect(try sum.calculate(["numbers": .number(3)]) == ["sum": .number(3)])
    #expect(
      try sum.calculate(["numbers": .numbers([1, 2]), "rows": .table([["x": .number(4)]])]) == ["sum": .number(7)])
    #expect(throws: MethodError.wrongKind("numbers", expected: "a list of numbers")) {
      try sum.calculate(["numbers": .text("1")])
    }
  }
}

@Suite("The registry")
struct MethodRegistryTests {
  private func method(_ id: MethodID) -> Method {
    Method(id, "", formula: "", citation: Source("none"), inputs: [], outputs: []) { _ throws(MethodError) in [:] }
  }

  @Test("A method is found by its id, or by its name alone in the newest version")
  func lookup() throws {
    let registry = MethodRegistry([method("water@1"), method("water@10"), method("water@2"), method("carbon@1")])
    #expect(try registry.method(named: "water@2").id == "water@2")
    #expect(try registry.method(named: "water").id == "water@10")
    #expect(registry["carbon@1"] != nil)
    #expect(registry["carbon@2"] == nil)
    #expect(
      registry.methods.map(\.id.description).filter { $0.hasPrefix("water") } == ["water@1", "water@2", "water@10"])
  }

  @Test("A name that is not there is answered with the nearest that are")
  func nearMatches() {
    let registry = MethodRegistry([method("operational-carbon@1"), method("water@1")])
    let error = #expect(throws: MethodError.self) { try registry.method(named: "operational-cabron") }
    #expect(error == .unknownMethod("operational-cabron", near: ["operational-carbon"]))
    #expect(error?.description.contains("did you mean operational-carbon?") == true)
    #expect(throws: MethodError.unknownMethod("zzz", near: [])) { try registry.method(named: "zzz") }
  }

  @Test("Plain arithmetic is in every registry, and a division by zero is no answer")
  func arithmetic() throws {
    let registry = MethodRegistry([])
    let three: [String: MethodValue] = ["a": .number(7), "b": .number(4)]
    #expect(try registry.method(named: "sum").calculate(three) == ["value": .number(11)])
    #expect(try registry.method(named: "difference").calculate(three) == ["value": .number(3)])
    #expect(try registry.method(named: "ratio").calculate(three) == ["value": .number(1.75)])
    #expect(throws: MethodError.self) {
      try registry.method(named: "ratio").calculate(["a": .number(1), "b": .number(0)])
    }
  }

  @Test("The names that arithmetic on estimates gives are all in the registry")
  func estimatesUseKnownMethods() {
    let registry = MethodRegistry([])
    let a = Estimate.exact(Energy.joules(1), origin: .measured, method: "a@1")
    let b = Estimate.exact(Energy.joules(2), origin: .measured, method: "b@1")
    for method in [(a + b).method, (a - b).method, (a / b).method] { #expect(registry[method] != nil, "\(method)") }
  }
}
