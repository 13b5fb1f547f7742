import ArgumentParser
import Methods
import Quantities
import Reporting

/// `dimmer methods`: the formulas behind the figures.
struct MethodsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "methods",
    abstract: "List the formulas that make Dimmer's figures, with version and citation.",
    discussion: """
      Examples:
        dimmer methods                         all of them
        dimmer methods operational-carbon      one: formula, inputs with units and defaults, outputs, citation
      """)

  @Argument(help: "A method's name, with or without @version.")
  var name: String?

  @Flag(help: "One JSON document instead of a table.")
  var json = false

  func run() throws {
    if let name {
      let method = try Registry.methods.method(named: name)
      Output.result(json ? Self.document(method).text(indent: true) : Self.page(method))
    } else if json {
      Output.result(["methods": .array(Registry.methods.methods.map(Self.document))])
    } else {
      var table = TextTable([.init("METHOD"), .init("WHAT IT COMPUTES")])
      for method in Registry.methods.methods { table.add([method.id.description, method.summary]) }
      Output.result(table.text(style: Output.style))
    }
  }

  private static func page(_ method: Method) -> String {
    var table = TextTable([.init("INPUT"), .init("UNIT"), .init("DEFAULT"), .init("WHAT")])
    for input in method.inputs {
      let usual = input.defaultValue.map { $0.json.text() } ?? (input.isOptional ? "optional" : "")
      table.add([input.key, input.unit, usual, input.summary])
    }
    var outputs = TextTable([.init("OUTPUT"), .init("UNIT"), .init("WHAT")])
    for output in method.outputs { outputs.add([output.key, output.unit, output.summary]) }
    return """
      \(Output.style.bold(method.id.description))  \(method.summary)
      \(method.formula)
      source: \(method.citation.citation)\(method.changes.map { "\nnew in this version: \($0)" } ?? "")

      \(table.text(style: Output.style))

      \(outputs.text(style: Output.style))
      """
  }

  private static func document(_ method: Method) -> JSONValue {
    let parameter = { (parameter: MethodParameter) -> JSONValue in
      [
        "key": .string(parameter.key), "unit": .string(parameter.unit), "summary": .string(parameter.summary),
        "default": parameter.defaultValue?.json ?? .null, "optional": .bool(parameter.isOptional),
        "lowest": .optional(parameter.range?.lowerBound),
        "highest": .optional(parameter.range?.upperBound),
      ]
    }
    return [
      "id": .string(method.id.description), "summary": .string(method.summary), "formula": .string(method.formula),
      "citation": .string(method.citation.citation), "changes": .optional(method.changes),
      "inputs": .array(method.inputs.map(parameter)),
      "outputs": .array(method.outputs.map(parameter)),
    ]
  }
}
