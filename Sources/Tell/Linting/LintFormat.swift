/// What a file is, found by its content.
public enum LintFormat: String, Hashable, Sendable, CaseIterable {
  /// A model card: Markdown, with YAML in front or without.
  case modelCard = "model-card"
  /// CodeCarbon's `emissions.csv`, by its columns.
  case codeCarbon = "codecarbon"
  /// A manifest of Impact Framework.
  case manifest = "impact-framework"
  /// A report of Software Carbon Intensity in YAML, JSON or Markdown.
  case scoreReport = "sci-report"
  /// A table of results with units in its headings.
  case table
  /// Any other YAML or JSON with figures in it, Dimmer's own among them.
  case report
}
