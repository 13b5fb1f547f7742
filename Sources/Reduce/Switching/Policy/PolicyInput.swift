public import Quantities

/// Everything a policy may look at, and only what had been issued by then.
///
/// The same value is kept with the decision, so that a replay can hand it to the same policy and must get the same
/// bytes back.
public struct PolicyInput: Hashable, Sendable, Codable {
  /// A carbon intensity as issued by a provider.
  public struct Signal: Hashable, Sendable, Codable {
    /// Which question the intensity answers. Policies only use ratios over time, but the two kinds can rank hours
    /// differently, so the kind is kept with each decision.
    public enum Kind: String, Hashable, Sendable, Codable {
      /// Emissions per energy of all generation.
      case average
      /// Emissions of the generation that one more kilowatt-hour would call.
      case marginal
    }

    /// The value.
    public var value: CarbonIntensity
    /// Average or marginal.
    public var kind: Kind
    /// Grid time from the start of the interval that the value stands for to now: zero or less than an interval when it
    /// stands for the current one.
    public var age: Span
    /// The id of the issue it was taken from.
    public var issue: String

    /// A signal.
    public init(_ value: CarbonIntensity, kind: Kind = .average, age: Span, issue: String) {
      self.value = value
      self.kind = kind
      self.age = age
      self.issue = issue
    }
  }

  /// One interval that is over, as far as known.
  public struct Past: Hashable, Sendable, Codable {
    /// Its intensity.
    public var intensity: CarbonIntensity
    /// Its requests.
    public var requests: Double

    /// An interval that is over.
    public init(intensity: CarbonIntensity, requests: Double) {
      self.intensity = intensity
      self.requests = requests
    }
  }

  /// What is known of the grid of another place where variants stand. A place of which nothing usable is known is never
  /// chosen for its grid: it counts as the dirtiest there can be.
  public struct Elsewhere: Hashable, Sendable, Codable {
    /// The newest intensity issued for it; `nil` when there is none.
    public var signal: Signal?
    /// Intensities forecast for the rest of the period, the current interval first. May be shorter or empty.
    public var forecast: [CarbonIntensity]
    /// The last 24 hours before now, oldest first, best in the same intervals as ``PolicyInput/recent``. May be empty.
    public var recent: [Past]
    /// Power usage effectiveness there, at least 1.
    public var pue: Double

    /// A place.
    public init(signal: Signal?, forecast: [CarbonIntensity], recent: [Past] = [], pue: Double) {
      self.signal = signal
      self.forecast = forecast
      self.recent = recent
      self.pue = pue
    }
  }

  /// What was served so far in the current budget period.
  public struct Served: Hashable, Sendable, Codable {
    /// Requests.
    public var requests: Double
    /// The sum over those requests of the lower quality bound of the variant that served each, as it was then.
    public var points: Double

    /// What was served; nothing by default.
    public init(requests: Double = 0, points: Double = 0) {
      self.requests = requests
      self.points = points
    }
  }

  /// Grid time now, the start of the interval to decide for.
  public var now: Timestamp
  /// Length of an interval.
  public var interval: Span
  /// Start of the budget period over which the floor holds.
  public var periodStart: Timestamp
  /// End of the budget period.
  public var periodEnd: Timestamp
  /// The newest intensity issued; `nil` when there is none.
  public var signal: Signal?
  /// Intensities forecast for the rest of the period, the current interval first. May be shorter or empty.
  public var forecast: [CarbonIntensity]
  /// Requests expected in the rest of the period, the current interval first. May be shorter or empty.
  public var expectedRequests: [Double]
  /// The last 24 hours before now, oldest first, as far as known. May be empty.
  public var recent: [Past]
  /// What was served so far in this period.
  public var served: Served
  /// Point-requests that earlier periods fell short by and that this one has to make up for; never negative.
  public var carriedDebt: Double
  /// The variants on offer. One that failed or missed its latency objective is left out by the caller.
  public var ladder: Ladder
  /// The variants that are loaded now; `nil` when that is not known, and then residency is not planned for.
  public var loaded: [String]?
  /// Least mean quality over the period, in points.
  public var floor: Double
  /// Least mean quality of each single interval, in points; `nil` for none. Below it nothing is saved for, however dirty
  /// the grid is.
  public var instantFloor: Double?
  /// Power usage effectiveness of the site, at least 1.
  public var pue: Double
  /// What one request is called in reasons, in the plural, for example `images`.
  public var requestNoun: String
  /// The grids of other places, by the names that ``Variant/place`` has; `nil` when every variant stands here.
  public var elsewhere: [String: Elsewhere]?

  /// An input from its parts.
  public init(
    now: Timestamp, interval: Span = .hours(1), periodStart: Timestamp, periodEnd: Timestamp, signal: Signal?,
    forecast: [CarbonIntensity], expectedRequests: [Double], recent: [Past] = [], served: Served = Served(),
    carriedDebt: Double = 0, ladder: Ladder, floor: Double, instantFloor: Double? = nil, loaded: [String]? = nil,
    pue: Double = 1, requestNoun: String = "requests", elsewhere: [String: Elsewhere]? = nil
  ) {
    self.now = now
    self.interval = interval
    self.periodStart = periodStart
    self.periodEnd = periodEnd
    self.signal = signal
    self.forecast = forecast
    self.expectedRequests = expectedRequests
    self.recent = recent
    self.served = served
    self.carriedDebt = carriedDebt
    self.ladder = ladder
    self.floor = floor
    self.instantFloor = instantFloor
    self.loaded = loaded
    self.pue = pue
    self.requestNoun = requestNoun
    self.elsewhere = elsewhere
  }
}
