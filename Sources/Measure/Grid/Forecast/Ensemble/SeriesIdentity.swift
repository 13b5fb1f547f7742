#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What a series is about, to tell whether what was learned belongs to it.
struct SeriesIdentity: Hashable, Sendable, Codable {
  let region: Region
  let kind: SignalKind
  let unit: String
  let provider: String

  init(_ series: Series) {
    region = series.region
    kind = series.kind
    unit = series.unit
    provider = series.provider
  }

  /// Whether errors are about as large as the value: then all is reckoned in logarithms.
  private var isRelative: Bool { kind.isCarbonIntensity }
  /// The form of a value in which errors are about equally large at all levels.
  func kept(_ value: Double) -> Double { isRelative ? log(max(value, 0.1)) : value }
  /// The value of a kept form.
  func value(_ kept: Double) -> Double { isRelative ? exp(kept) : kept }
}
