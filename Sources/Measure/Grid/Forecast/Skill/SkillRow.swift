/// How one forecaster did in one region and band.
public struct SkillRow: Hashable, Sendable, Codable {
  /// The grid.
  public let region: Region
  /// What the values are about.
  public let kind: SignalKind
  /// The forecaster's name in the table.
  public let forecaster: String
  /// How far ahead; nothing for all of 1 to 48 h together.
  public let band: LeadBand?
  /// How many pairs of forecast and truth.
  public let samples: Int
  /// Hours whose truth is known and for which there was no forecast.
  public let missing: Int
  /// Mean absolute error in the series' unit.
  public let meanAbsoluteError: Double
  /// Mean of |forecast - truth| / |truth|, in per cent; nothing for kinds whose ratios mean nothing, or where a truth is
  /// zero.
  public let meanAbsolutePercentError: Double?
  /// The share of truths within the range, 0 to 1, of the pairs that have one; nothing when none has.
  public let coverage: Double?
  /// Mean width of the ranges in the series' unit; nothing when there are none.
  public let meanWidth: Double?
}
