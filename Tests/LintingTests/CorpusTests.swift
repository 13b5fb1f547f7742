import Foundation
import Linting
import TestSupport
import Testing

/// A drawn file: where it comes from, its name, its text.
struct DrawnFile: CustomTestStringConvertible, Sendable {
  let origin: String
  let name: String
  let text: String
  var testDescription: String { origin }

  func report() throws -> Linter.Report { try Linter.lint(Array(text.utf8), file: name) }
}

/// The corpus: files drawn from seeds, and files written by hand in the folder Corpus.
enum Corpus {
  /// So many files with one slip each, going through all kinds of slips of all formats.
  static func slips(_ count: Int, seed: UInt64) -> [DrawnFile] {
    let makers = makers
    return (0..<count).map { index in
      var random = Seeded(corpus: seed &+ UInt64(index))
      let maker = makers[index % makers.count]
      return DrawnFile(
        origin: "\(maker.origin), seed \(seed &+ UInt64(index))", name: maker.file, text: maker.make(&random))
    }
  }

  /// So many right files, going through all formats.
  static func clean(_ count: Int, seed: UInt64) -> [DrawnFile] {
    (0..<count).map { index in
      var random = Seeded(corpus: seed &+ UInt64(index))
      let origin = "seed \(seed &+ UInt64(index))"
      switch index % 5 {
      case 0: return DrawnFile(origin: "card, \(origin)", name: "card", text: DrawnCard.text(&random, slip: nil))
      case 1: return DrawnFile(origin: "tool, \(origin)", name: "emissions", text: DrawnTable.tool(&random, slip: nil))
      case 2:
        return DrawnFile(origin: "table, \(origin)", name: "results", text: DrawnTable.results(&random, slip: nil))
      case 3: return DrawnFile(origin: "score, \(origin)", name: "score", text: DrawnReport.score(&random, slip: nil))
      default:
        return DrawnFile(
          origin: "manifest, \(origin)", name: "manifest", text: DrawnReport.manifest(&random, slip: nil))
      }
    }
  }

  private struct Maker {
    let origin: String
    let file: String
    let make: (inout Seeded) -> String
  }

  /// Formats in turn, so that the first hundred hold every kind once and some twice. Names tell nothing of the format.
  private static var makers: [Maker] {
    let lists: [[Maker]] = [
      DrawnCard.Slip.allCases.map { slip in
        Maker(origin: "card: \(slip)", file: "card") { DrawnCard.text(&$0, slip: slip) }
      },
      DrawnTable.ToolSlip.allCases.map { slip in
        Maker(origin: "tool: \(slip)", file: "emissions") { DrawnTable.tool(&$0, slip: slip) }
      },
      DrawnTable.Slip.allCases.map { slip in
        Maker(origin: "table: \(slip)", file: "results") { DrawnTable.results(&$0, slip: slip) }
      },
      DrawnReport.ScoreSlip.allCases.map { slip in
        Maker(origin: "score: \(slip)", file: "score") { DrawnReport.score(&$0, slip: slip) }
      },
      DrawnReport.ManifestSlip.allCases.map { slip in
        Maker(origin: "manifest: \(slip)", file: "manifest") { DrawnReport.manifest(&$0, slip: slip) }
      },
    ]
    return lists.flatMap(\.self)
  }

  static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Corpus")

  /// The files of a folder of the corpus that were written by hand.
  static func written(_ kind: String) throws -> [DrawnFile] {
    let folder = folder.appending(path: kind)
    return try FileManager.default.contentsOfDirectory(atPath: folder.path()).sorted().map { name in
      DrawnFile(
        origin: "\(kind)/\(name)", name: name,
        text: String(decoding: try Data(contentsOf: folder.appending(path: name)), as: UTF8.self))
    }
  }
}

@Suite("Slips in a corpus")
struct CorpusTests {
  @Test("Every one of 400 seeded slips is found, in every format and without a telling file name")
  func everySlip() throws {
    let missed = try Corpus.slips(400, seed: 1).filter { try $0.report().findings.isEmpty }
    #expect(missed.isEmpty, "\(missed.count) missed: \(missed.map(\.origin)) \(missed.first?.text ?? "")")
  }

  @Test("No alarm on 500 right files")
  func noAlarm() throws {
    let wrong = try Corpus.clean(500, seed: 1).compactMap { file in
      let findings = try file.report().findings
      return findings.isEmpty ? nil : "\(file.origin): \(findings[0].rule): \(findings[0].message)\n\(file.text)"
    }
    #expect(wrong.isEmpty, "\(wrong.count) alarms: \(wrong.prefix(3).joined(separator: "\n"))")
  }

  @Test("Every finding names its line and a rule that is listed")
  func placed() throws {
    let rules = Set(LintRule.all.map(\.name))
    for file in Corpus.slips(130, seed: 77) {
      let lines = file.text.split(separator: "\n", omittingEmptySubsequences: false).count
      for finding in try file.report().findings {
        #expect((1...lines).contains(finding.line ?? 0), "\(file.origin): \(finding)")
        #expect(rules.contains(finding.rule) && finding.field?.isEmpty == false && finding.file == file.name)
      }
    }
  }

  @Test("The hand-written files: the right ones are silent, the others are not")
  func written() throws {
    for file in try Corpus.written("clean") {
      let findings = try file.report().findings
      #expect(findings.isEmpty, "\(file.origin): \(findings)")
    }
    for file in try Corpus.written("slips") {
      let findings = try file.report().findings
      #expect(!findings.isEmpty, "\(file.origin)")
    }
  }
}
