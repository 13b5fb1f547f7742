import Foundation

/// A reader of the exposition format, written from its description and not from the writer: what it reads is what a
/// Prometheus server would have taken.
struct Exposition {
  struct Line: Hashable {
    var name: String
    var labels: [String: String]
    var value: String
  }

  struct Malformed: Error { var line: String }

  var lines: [Line] = []
  var types: [String: String] = [:]
  var comments: [String] = []

  init(parsing text: String) throws {
    var current: String?
    for line in text.components(separatedBy: "\n") where !line.isEmpty {
      let words = line.components(separatedBy: " ")
      if line.hasPrefix("# HELP ") {
        guard words.count > 3, current != words[2], types[words[2]] == nil else { throw Malformed(line: line) }
        current = words[2]
      } else if line.hasPrefix("# TYPE ") {
        guard words.count == 4, current == words[2], types[words[2]] == nil else { throw Malformed(line: line) }
        types[words[2]] = words[3]
      } else if line.hasPrefix("#") {
        comments.append(line)
      } else {
        let sample = try Exposition.sample(line)
        guard sample.name == current, !lines.contains(where: { $0.name == sample.name && $0.labels == sample.labels })
        else { throw Malformed(line: line) }
        lines.append(sample)
      }
    }
    guard text.isEmpty || text.hasSuffix("\n") else { throw Malformed(line: "no line end at the end") }
  }

  private static func sample(_ line: String) throws -> Line {
    var rest = Substring(line)
    let name = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
    rest = rest.dropFirst(name.count)
    var labels: [String: String] = [:]
    if rest.first == "{" {
      rest = rest.dropFirst()
      while rest.first != "}" {
        let key = rest.prefix { $0 != "=" }
        rest = rest.dropFirst(key.count + 1)
        guard rest.first == "\"" else { throw Malformed(line: line) }
        rest = rest.dropFirst()
        var value = ""
        while let character = rest.popFirst(), character != "\"" {
          guard character == "\\" else {
            value.append(character)
            continue
          }
          switch rest.popFirst() {
          case "n": value.append("\n")
          case "\\": value.append("\\")
          case "\"": value.append("\"")
          default: throw Malformed(line: line)
          }
        }
        labels[String(key)] = value
        if rest.first == "," { rest = rest.dropFirst() }
      }
      rest = rest.dropFirst()
    }
    guard rest.first == " ", Double(rest.dropFirst()) != nil else { throw Malformed(line: line) }
    return Line(name: String(name), labels: labels, value: String(rest.dropFirst()))
  }

  func values(_ name: String) -> [String] { lines.filter { $0.name == name }.map(\.value) }

  func value(_ name: String, _ labels: [String: String] = [:]) -> String? {
    let found = lines.filter { line in line.name == name && labels.allSatisfy { line.labels[$0.key] == $0.value } }
    return found.count == 1 ? found[0].value : nil
  }
}
