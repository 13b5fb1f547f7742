import ArgumentParser
import Estimation
import Factors
import Reporting

/// Where a text model serves and how the answer is told: what `dimmer estimate text`, `speech` and `embedding` share.
struct TextServingOptions: ParsableArguments {
  @OptionGroup(title: "Server") var server: ServerOptions
  @OptionGroup(title: "Site") var site: SiteOptions
  @OptionGroup(title: "Output") var output: FootprintOutputOptions

  /// Estimates work that is served there, and prints the answer.
  ///
  /// - Parameters:
  ///   - task: the task's name in the document.
  ///   - asked: what else was asked, between the model and the region.
  func tell(
    _ task: String, _ work: TextWork, from tables: FactorTables, asked: [(key: String, value: JSONValue)] = []
  ) throws {
    let answer = try TextEstimator(tables).footprint(of: work, at: try site.site())
    let first: [(key: String, value: JSONValue)] = [("task", .string(task)), ("model", .string(work.model.name))]
    FootprintOutput(answer, asked: first + asked + [("region", .optional(site.region))])
      .print(json: output.json, explain: output.explain)
  }
}
