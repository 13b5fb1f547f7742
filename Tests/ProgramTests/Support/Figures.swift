import Foundation
import Testing

/// What the command contract says of every figure in JSON.
func expectContractOfFigures(
  _ document: JSON, methods: Set<String>, sourceLocation: SourceLocation = #_sourceLocation
) {
  let origins: Set = ["measured", "modelled", "published", "declared", "assumed"]
  let figures = document.figures()
  #expect(!figures.isEmpty, "the document holds no figure", sourceLocation: sourceLocation)
  for (path, figure) in figures {
    guard let value = figure["value"].double else {
      #expect(figure["value"].isNull, "\(path): what is unknown is null", sourceLocation: sourceLocation)
      #expect(figure["reason"].string?.isEmpty == false, "\(path): null needs a reason", sourceLocation: sourceLocation)
      continue
    }
    #expect(
      figure.keys == ["value", "low", "high", "origin", "method", "id"], "\(path)", sourceLocation: sourceLocation)
    // A microjoule of rounding is allowed between a total and its bounds.
    if let low = figure["low"].double, let high = figure["high"].double {
      #expect(low <= value + 1e-6 && value <= high + 1e-6, "\(path): low, value, high", sourceLocation: sourceLocation)
    } else {
      Issue.record("\(path): an interval is missing", sourceLocation: sourceLocation)
    }
    #expect(origins.contains(figure["origin"].string ?? ""), "\(path): origin", sourceLocation: sourceLocation)
    #expect(methods.contains(figure["method"].string ?? ""), "\(path): method", sourceLocation: sourceLocation)
  }
}

/// A demo's verdict is the record's: `dimmer savings` says the same of the same hours, although the service learned on
/// while it served, and whatever a busy machine answered after them.
func expectSameSavings(_ summary: JSON, _ space: Workspace) async throws {
  let hours = summary["trace"]
  let start = try #require(ISO8601DateFormatter().date(from: try hours["start"].text()))
  let end = start.addingTimeInterval(try hours["hours"].number() * 3600)
  let told = try await space.dimmer(
    "savings", try summary["activity"].text(), "--until", ISO8601DateFormatter().string(from: end), "--json")
  let total = try #require(try JSON(told.output)["aliases"].array.first)["total"]
  for (own, term) in [("always_best_grams", "always_best_grams"), ("actual_grams", "emitted_grams")] {
    let (demo, record) = (try summary[own]["value"].number(), try total[term]["value"].number())
    #expect(abs(demo - record) <= 1e-9 * record, "\(own): the demo says \(demo), the record \(record)")
  }
}

extension Workspace {
  /// The ids of all registered methods.
  func methods() async throws -> Set<String> {
    Set(try JSON(try await dimmer("methods", "--json").output)["methods"].array.compactMap { $0["id"].string })
  }
}
