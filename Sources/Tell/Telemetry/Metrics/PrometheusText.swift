import Quantities

/// Prometheus's text exposition format, version 0.0.4 (prometheus.io/docs/instrumenting/exposition_formats).
public enum PrometheusText {
  /// What an answer over HTTP says it is.
  public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

  /// Whose names are written beside Dimmer's own.
  public struct Names: OptionSet, Hashable, Sendable {
    public let rawValue: Int
    public init(rawValue: Int) { self.rawValue = rawValue }
    /// Kepler's.
    public static let kepler = Names(rawValue: 1)
    /// Scaphandre's.
    public static let scaphandre = Names(rawValue: 2)

    /// The names that can be asked for.
    public static let known: KeyValuePairs<String, Names> = ["kepler": .kepler, "scaphandre": .scaphandre]

    /// Reads names separated by commas: `kepler,scaphandre`; `nil` when one is not known.
    public init?(parsing text: some StringProtocol) {
      self = []
      for word in text.split(separator: ",") {
        guard let names = Self.known.first(where: { $0.key == word })?.value else { return nil }
        formUnion(names)
      }
    }
  }

  /// A snapshot as text. The same snapshot gives the same bytes, whatever the order of its lists. A comment says which
  /// part could not be read and why.
  public static func text(_ snapshot: MeterSnapshot, also names: Names = []) -> String {
    let comments = snapshot.unread.map { part in
      let source = part.source.isEmpty ? "" : ", \(oneLine(part.source)) could not be read"
      return "# dimmer: \(oneLine(part.component)) is unknown\(source): \(oneLine(part.reason))\n"
    }
    let reader = snapshot.reader.map { "# dimmer: read by \(oneLine($0.reason))\n" } ?? ""
    var families = DimmerMetrics.families(snapshot)
    if names.contains(.kepler) { families += KeplerMetrics.families(snapshot) }
    if names.contains(.scaphandre) { families += ScaphandreMetrics.families(snapshot) }
    return reader + comments.sorted().joined() + text(families)
  }

  /// Families as text: HELP and TYPE once each, then the samples. Numbers that are not finite are left out.
  public static func text(_ families: [MetricFamily]) -> String {
    var text = ""
    for family in families {
      let samples = family.samples.filter(\.value.number.isFinite)
      guard !samples.isEmpty else { continue }
      text += "# HELP \(family.name) \(escaped(family.help, quotes: false))\n"
      text += "# TYPE \(family.name) \(family.kind.rawValue)\n"
      for sample in samples {
        let labels = sample.labels.map { "\($0.name)=\"\(escaped($0.value, quotes: true))\"" }
        text += family.name + (labels.isEmpty ? "" : "{\(labels.joined(separator: ","))}")
        text += " \(number(sample.value))\n"
      }
    }
    return text
  }

  /// Escapes a backslash and a line end; in label values a quote too.
  static func escaped(_ text: String, quotes: Bool) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": result.append(contentsOf: "\\\\".unicodeScalars)
      case "\n": result.append(contentsOf: "\\n".unicodeScalars)
      case "\"" where quotes: result.append(contentsOf: "\\\"".unicodeScalars)
      default: result.append(scalar)
      }
    }
    return String(result)
  }

  static func number(_ value: MetricFamily.Value) -> String {
    switch value {
    case .joules(let energy): joules(energy)
    case .microjoules(let energy): "\(energy.count)"
    case .number(let value): value == value.rounded() && abs(value) < 1e15 ? "\(Int64(value))" : "\(value)"
    }
  }

  /// Joules in decimals with every microjoule, so that sums of what was written are exact.
  static func joules(_ energy: Microjoules) -> String {
    let (whole, part) = energy.count.magnitude.quotientAndRemainder(dividingBy: 1_000_000)
    let sign = energy.count < 0 ? "-" : ""
    guard part > 0 else { return "\(sign)\(whole)" }
    var digits = "\(part)"
    digits = String(repeating: "0", count: 6 - digits.count) + digits
    while digits.last == "0" { digits.removeLast() }
    return "\(sign)\(whole).\(digits)"
  }

  private static func oneLine(_ text: String) -> String {
    String(text.map { $0.isNewline ? " " : $0 })
  }
}
