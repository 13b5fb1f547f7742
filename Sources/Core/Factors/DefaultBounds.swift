/// Relative 95 % bounds of published values whose source prints none.
///
/// They are Dimmer's own judgement, said in every receipt by the name of the uncertain thing; a source's own bounds go
/// before them.
public enum DefaultBounds {
  /// A country's yearly average intensity, for that year as a whole.
  public static let yearlyIntensity = -0.05...0.05
  /// One hour at one place against the yearly average of its country.
  public static let hourOfYear = -0.5...0.5
  /// A cloud region's intensity from a table that states neither year nor scope: a factor of two either way, within
  /// which 19 of 20 rows agree with the yearly figures of their countries.
  public static let undatedIntensity = -0.5...1.0
  /// The life cycle median of one fuel, for plants nobody has named; wider where another checked source is further off.
  public static let fuel = -0.2...0.2
  /// An operator's published PUE.
  public static let publishedPUE = -0.03...0.03
  /// The PUE of a site nobody has named.
  public static let unknownSitePUE = -0.2...0.2
  /// Water per energy: a factor of two either way, as sources differ in what evaporation they charge to power.
  public static let water = -0.5...1.0
  /// Embodied carbon of a part or a server: a factor of two either way.
  public static let embodied = -0.5...1.0
  /// Embodied carbon of a GPU card: from half to four times, the spread between published models of one card.
  public static let embodiedGPU = -0.5...3.0
}
