import FuzzLoop
import Linting

/// What linting may do with any bytes: findings, or an error with its place; the same each time.
enum LintLaws {
  private static let names = ["a.csv", "a.md", "a.yaml", "a.json", "a"]

  static func check(_ bytes: [UInt8]) {
    // The name is a hint of the format; the length decides on it, so that any file is an input as it is.
    let name = names[bytes.count % names.count]
    let told = tell(bytes, name)
    law(told == tell(bytes, name), "two readings of one file differ")
  }

  private static func tell(_ bytes: [UInt8], _ name: String) -> [LintFinding] {
    // A line ends with CR, LF or both; a finding stands in one of them, or behind the last.
    let lines = 1 + bytes.count { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
    do throws(LintError) {
      let report = try Linter.lint(bytes, file: name)
      law(report.statements >= 0, "fewer statements than none")
      law(Set(report.findings).count == report.findings.count, "a finding is told twice")
      for finding in report.findings {
        law(!finding.message.isEmpty && !finding.rule.isEmpty, "a finding says nothing")
        law(finding.file == name, "a finding names another file")
        law(finding.line.map { (1...lines + 1).contains($0) } ?? true, "line \(finding.line ?? 0) of \(lines)")
      }
      return report.findings
    } catch {
      law(!error.problem.isEmpty && error.file == name, "an error without a problem or a file")
      return []
    }
  }
}
