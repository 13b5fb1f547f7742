import ArgumentParser
import Foundation
import Linting
import Quantities
import Reporting

/// `dimmer lint`: slips of unit and boundary in files that state energy and carbon.
struct LintCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lint",
    abstract: "Find slips of unit and boundary in cards, reports and tables.",
    discussion: """
      Reads Hugging Face model cards, CodeCarbon's emissions.csv, manifests of
      Impact Framework, SCI reports (YAML, JSON, Markdown), CSV tables with
      units in their headings, and Dimmer's own JSON. What a file is, its
      content tells. Figures are held against each other and against what is
      possible; where a file says too little to judge, nothing is said.

      Examples:
        dimmer lint README.md                        a model card
        dimmer lint emissions.csv manifest.yaml      several files
        dimmer lint --json report.json | jq -r '.findings[].message'
        dimmer lint --rules                          what is looked for, and why

      Exit status: 0 nothing found, 1 findings, 64 usage, 65 a file is
      malformed (file, line and field named), 66 no such file.
      """)

  @Argument(help: ArgumentHelp("The files; '-' is standard input.", valueName: "FILE"))
  var files: [String] = []

  @Flag(help: "List the rules with reason and example, and read no file.")
  var rules = false

  @Flag(help: "One JSON document instead of lines.")
  var json = false

  func validate() throws {
    guard rules || !files.isEmpty else { throw ValidationError("name a file to lint, or --rules") }
    guard !rules || files.isEmpty else { throw ValidationError("--rules reads no file; leave the files out") }
  }

  func run() throws {
    if rules {
      tellRules()
      return
    }
    // Every file is read before anything is told: a malformed one must not hide behind the findings of another.
    var findings: [LintFinding] = []
    var reports: [(file: String, report: Linter.Report)] = []
    for file in files {
      let name = file == "-" ? "standard input" : file
      let bytes = try Files.read(file)
      let report: Linter.Report
      do throws(LintError) { report = try Linter.lint(bytes, file: name) } catch {
        throw Failure(.data, "\(error)")
      }
      reports.append((name, report))
      findings += report.findings
    }
    if json {
      Output.result(["findings": .array(findings.map(\.json))])
    } else {
      tell(findings, reports)
    }
    if !findings.isEmpty { throw ExitCode(1) }
  }

  private func tell(_ findings: [LintFinding], _ reports: [(file: String, report: Linter.Report)]) {
    let style = Output.style
    if !findings.isEmpty {
      let lines = findings.map { finding in
        let place = "\(finding.file):\(finding.line.map { "\($0):" } ?? "")"
        let field = finding.field.map { " \($0)" } ?? ""
        return "\(style.bold(place + field))  \(style.yellow("[\(finding.rule)]"))\n  \(finding.message)"
      }
      Output.result(lines.joined(separator: "\n"))
    }
    for (file, report) in reports where report.statements == 0 {
      Output.progress("\(file): read as \(report.format.rawValue); no figure of energy or carbon in it")
    }
    let slips = findings.count == 1 ? "1 finding" : "\(findings.count) findings"
    Output.progress("\(slips) in \(reports.count == 1 ? "1 file" : "\(reports.count) files")")
  }

  private func tellRules() {
    if json {
      Output.result([
        "rules": .array(
          LintRule.all.map {
            ["rule": .string($0.name), "reason": .string($0.reason), "example": .string($0.example)]
          })
      ])
      return
    }
    let style = Output.style
    Output.result(
      LintRule.all.map { "\(style.bold($0.name))\n  \($0.reason)\n  for example: \($0.example)" }.joined(
        separator: "\n"))
  }
}

extension LintFinding {
  /// The finding as the command's contract has it.
  var json: JSONValue {
    [
      "file": .string(file), "line": line.map { .count($0) } ?? .null, "field": .optional(field), "rule": .string(rule),
      "message": .string(message),
    ]
  }
}
