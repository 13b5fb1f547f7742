import Quantities

/// Reads YAML and JSON: manifests, score reports, Dimmer's own documents and any other with figures in it.
enum TreeReader {
  static func document(_ text: String, _ lines: Lines, file: String) throws(LintError) -> LintDocument {
    let tree = try FieldTree(text, file: file)
    if let text = tree.text {
      throw LintError(file: file, line: tree.line, "'\(text.prefix(40))' is neither a table nor named fields")
    }
    var builder = TreeBuilder(file: file, format: format(of: tree), lines: lines)
    builder.read(tree)
    return builder.document
  }

  private static func format(of tree: FieldTree) -> LintFormat {
    if tree["tree"] != nil, tree["initialize"] != nil || tree["tree"]?["children"] != nil { return .manifest }
    let keys = allKeys(tree, depth: 0)
    if keys.isSuperset(of: ["emissions", "energy_consumed", "duration"]) { return .codeCarbon }
    if keys.contains("co2_eq_emissions") { return .modelCard }
    let isScore =
      keys.contains { $0 == "sci" || $0.hasPrefix("sci_") || $0.hasSuffix("_sci") || $0.contains("software_carbon") }
      || keys.isSuperset(of: ["e", "i", "m"]) || keys.contains("functional_unit") && keys.contains("boundary")
      || tree["type"]?.text?.lowercased() == "sci" || tree["standard"]?.text?.lowercased().contains("sci") == true
      || keys.contains { $0.hasPrefix("functional_unit") } && keys.contains("score")
    return isScore ? .scoreReport : .report
  }

  private static func allKeys(_ tree: FieldTree, depth: Int) -> Set<String> {
    guard depth < 6 else { return [] }
    switch tree {
    case .scalar: return []
    case .list(let items, _):
      return items.prefix(40).reduce(into: []) { $0.formUnion(allKeys($1, depth: depth + 1)) }
    case .object(let members, _):
      return members.reduce(into: []) { keys, member in
        keys.insert(member.key.lowercased().replacing("-", with: "_").replacing(" ", with: "_"))
        keys.formUnion(allKeys(member.value, depth: depth + 1))
      }
    }
  }
}
