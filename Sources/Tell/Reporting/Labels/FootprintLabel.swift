public import Methods
public import Quantities

/// One card that says what a run, a request or a model costs: figures with their intervals, what they rest on, a grade
/// on a fixed scale, and how good the data are. Offsets are never inside; what is not known is said to be unknown.
public struct FootprintLabel: Hashable, Sendable {
  /// What it is a label of.
  public enum Kind: String, Hashable, Sendable {
    /// A command that was measured.
    case run
    /// One request to a model.
    case request
    /// A variant of a model as it was calibrated.
    case model
    /// Work that nobody measured.
    case estimate
  }

  /// What is known of the footprint of all the work together.
  public struct Figures: Hashable, Sendable {
    /// Energy of the whole machines at the IT boundary, J.
    public var energy: Receipt
    /// Operational carbon, location-based, g.
    public var carbon: Receipt
    /// Operational carbon by contracts, g; unknown unless somebody stated contracts.
    public var marketCarbon: Receipt
    /// Share of the machines' embodied carbon, g.
    public var embodied: Receipt
    /// Water on the site, L.
    public var waterOnSite: Receipt
    /// Water at the power plants, L.
    public var waterOffSite: Receipt

    /// Figures; each is known or says why not.
    public init(
      energy: Receipt, carbon: Receipt, marketCarbon: Receipt = Figures.noContracts, embodied: Receipt,
      waterOnSite: Receipt, waterOffSite: Receipt
    ) {
      self.energy = energy
      self.carbon = carbon
      self.marketCarbon = marketCarbon
      self.embodied = embodied
      self.waterOnSite = waterOnSite
      self.waterOffSite = waterOffSite
    }

    /// No market-based figure.
    public static let noContracts = Receipt.unknown(
      "market-based carbon", unit: Carbon.baseUnit, because: "no contract for the electricity was stated")
  }

  /// What it is a label of.
  public var kind: Kind
  /// Its name, for people.
  public var subject: String
  /// Its id or address, by which its evidence is found.
  public var link: String
  /// The work that the figures are of; `nil` when nobody said by what to count it, and then there is no grade.
  public var work: LabelWork?
  /// The figures of all the work together.
  public var figures: Figures
  /// The boundary of the energy, in words.
  public var boundary: String
  /// Why the energy is not that of the whole machine, which would make a grade unfair; `nil` when it is.
  public var missingFromEnergy: String?
  /// Why work of its kind has no grade at all; `nil` where it has one.
  public var ungraded: String?
  /// The grid's intensity, g/kWh.
  public var intensity: Receipt
  /// The grid's region; `nil` when not known.
  public var region: String?
  /// The year that the intensity is of; `nil` when not known.
  public var gridYear: Int?
  /// The hardware; `nil` when not known.
  public var hardware: String?
  /// Batch or utilisation; `nil` when not known.
  public var load: String?
  /// What made the energy figure, with its version: a meter or a method.
  public var maker: String
  /// How good the data are.
  public var quality: Pedigree
  /// The day that the label is of: when the work ended, or when the estimate was made.
  public var date: Timestamp
  /// The evidence that the label was made from.
  public var evidence: Evidence

  /// A label from its parts.
  public init(
    kind: Kind, subject: String, link: String, work: LabelWork?, figures: Figures, boundary: String,
    missingFromEnergy: String? = nil, ungraded: String? = nil, intensity: Receipt, region: String?, gridYear: Int?,
    hardware: String?,
    load: String?, maker: String, quality: Pedigree, date: Timestamp, evidence: Evidence
  ) {
    self.kind = kind
    self.subject = subject
    self.link = link
    self.work = work
    self.figures = figures
    self.boundary = boundary
    self.missingFromEnergy = missingFromEnergy
    self.ungraded = ungraded
    self.intensity = intensity
    self.region = region
    self.gridYear = gridYear
    self.hardware = hardware
    self.load = load
    self.maker = maker
    self.quality = quality
    self.date = date
    self.evidence = evidence
  }

  /// Until when it may be shown: a year, since grids, software and scales change.
  public var validUntil: Timestamp { date + .hours(365 * 24) }

  /// What the label's figures are per: a functional unit, or the whole of the thing.
  public var functionalUnit: String { work?.task.unit ?? whole }

  private var whole: String {
    switch kind {
    case .run: "whole run"
    case .request: "request"
    case .model, .estimate: "whole of this work"
    }
  }

  /// The part of operational and embodied carbon that is embodied, 0 to 1; `nil` while either is unknown.
  public var embodiedShare: Double? {
    guard let used = figures.carbon.value, let made = figures.embodied.value, used + made > 0 else { return nil }
    return made / (used + made)
  }
}

extension Receipt {
  /// A receipt without a value, with the reason.
  static func unknown(_ label: String, unit: String, because reason: String) -> Receipt {
    Receipt(label: label, value: nil, unit: unit, origin: .assumed, note: reason)
  }
}
