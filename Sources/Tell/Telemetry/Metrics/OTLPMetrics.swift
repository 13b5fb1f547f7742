import Quantities
public import Reporting

/// A metrics document of OpenTelemetry's protocol over HTTP in JSON (OTLP 1.x, opentelemetry-proto
/// ExportMetricsServiceRequest): what a collector takes at `POST /v1/metrics`.
///
/// Lower camel case keys, 64-bit whole numbers as strings, as the protocol's JSON encoding asks. Counters are monotonic
/// sums with cumulative temporality (2). Energies are joules; a double tells every microjoule up to 1000 kWh.
public enum OTLPMetrics {
  /// The snapshot as a document.
  ///
  /// - Parameter version: of the program that writes it.
  public static func document(_ snapshot: MeterSnapshot, version: String) -> JSONValue {
    var resource = [attribute("service.name", "dimmer"), attribute("service.version", version)]
    if !snapshot.machine.isEmpty { resource.append(attribute("host.name", snapshot.machine)) }
    return [
      "resourceMetrics": [
        [
          "resource": ["attributes": .array(resource)],
          "scopeMetrics": [
            [
              "scope": ["name": "dimmer", "version": .string(version)],
              "metrics": .array(DimmerMetrics.families(snapshot).map { metric($0, of: snapshot) }),
            ]
          ],
        ]
      ]
    ]
  }

  private static func metric(_ family: MetricFamily, of snapshot: MeterSnapshot) -> JSONValue {
    let isCounter = family.kind == .counter
    let points = family.samples.filter(\.value.number.isFinite).map { point($0, isCounter: isCounter, of: snapshot) }
    let head: JSONValue = [
      "name": .string(family.openTelemetryName), "description": .string(family.help), "unit": .string(family.unit),
    ]
    return isCounter
      ? head.adding(["sum": ["dataPoints": .array(points), "aggregationTemporality": 2, "isMonotonic": true]])
      : head.adding(["gauge": ["dataPoints": .array(points)]])
  }

  private static func point(
    _ sample: MetricFamily.Sample, isCounter: Bool, of snapshot: MeterSnapshot
  ) -> JSONValue {
    var attributes = sample.labels.map { attribute($0.name, $0.value) }
    if let note = sample.note { attributes.append(attribute("reason", note)) }
    let taken = nanoseconds(sample.taken ?? snapshot.taken)
    let value: JSONValue = .number(sample.value.number)
    guard isCounter else { return ["attributes": .array(attributes), "timeUnixNano": taken, "asDouble": value] }
    return [
      "attributes": .array(attributes), "startTimeUnixNano": nanoseconds(sample.started ?? snapshot.started),
      "timeUnixNano": taken, "asDouble": value,
    ]
  }

  private static func attribute(_ key: String, _ value: String) -> JSONValue {
    ["key": .string(key), "value": ["stringValue": .string(value)]]
  }

  /// Nanoseconds since 1970 as text; moments before count as 1970.
  private static func nanoseconds(_ moment: Timestamp) -> JSONValue {
    .string(moment.milliseconds > 0 ? "\(moment.milliseconds)000000" : "0")
  }
}
