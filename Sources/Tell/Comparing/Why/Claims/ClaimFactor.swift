import Quantities

/// A number that a claim's figure depends on.
public struct ClaimFactor: Hashable, Sendable {
  /// The kinds of difference that a waterfall has, in its order.
  public enum Group: String, Hashable, Sendable, CaseIterable, Comparable {
    case boundary, batch, tokens, model, hardware, pue, grid, scope, version, unit, other

    public static func < (left: Self, right: Self) -> Bool {
      (allCases.firstIndex(of: left) ?? 0) < (allCases.firstIndex(of: right) ?? 0)
    }
  }

  /// Which kind of difference it makes.
  public let group: Group
  /// Its key in JSON and in a claim's text: `pue`, `tokens`.
  public let key: String
  /// For people: `output tokens`.
  public let name: String
  /// Its unit's symbol; `1` for a pure number.
  public let unit: String
  /// The power with which a figure follows it when nothing else is known of how the figure was made; `nil` when it is
  /// not a plain factor.
  public let exponent: Double?
  /// The values that make sense. What lies outside is a slip.
  public let range: ClosedRange<Double>

  init(
    _ group: Group, _ key: String, _ name: String, unit: String = Ratio.baseUnit, exponent: Double? = nil,
    in range: ClosedRange<Double>
  ) {
    self.group = group
    self.key = key
    self.name = name
    self.unit = unit
    self.exponent = exponent
    self.range = range
  }
}

extension ClaimFactor {
  /// Energy of the machine over energy of its accelerators.
  public static let node = ClaimFactor(
    .boundary, "node-factor", "the machine around its accelerators", exponent: 1, in: 1...20)
  /// Requests that a machine works on at once.
  public static let batch = ClaimFactor(.batch, "batch", "requests at once", in: 1...100_000)
  /// Tokens written.
  public static let outputTokens = ClaimFactor(.tokens, "tokens", "output tokens", exponent: 1, in: 1...1e9)
  /// Tokens read. Reading costs less than writing and depends on the model, so that a figure is in no plain proportion.
  public static let inputTokens = ClaimFactor(.tokens, "input-tokens", "input tokens", in: 0...1e9)
  /// Denoising steps of an image or a video; each one costs the same.
  public static let steps = ClaimFactor(.tokens, "steps", "denoising steps", exponent: 1, in: 1...10_000)
  /// Parameters at work on one token, in billions.
  public static let activeParameters = ClaimFactor(.model, "active", "active parameters, billions", in: 1e-6...1e5)
  /// All parameters, in billions.
  public static let parameters = ClaimFactor(.model, "parameters", "parameters, billions", in: 1e-6...1e5)
  /// Hours of all accelerators together.
  public static let deviceHours = ClaimFactor(
    .hardware, "device-hours", "accelerator hours", unit: "h", exponent: 1, in: 1e-6...1e12)
  /// Power of one accelerator as the claim takes it.
  public static let devicePower = ClaimFactor(
    .hardware, "device-watts", "power of an accelerator", unit: "W", exponent: 1, in: 0.1...10_000)
  /// Energy of the machines, for carbon and water.
  public static let energy = ClaimFactor(
    .hardware, "it-energy", "energy at the machines", unit: "J", exponent: 1, in: 1e-9...1e24)
  /// Facility energy over IT energy.
  public static let pue = ClaimFactor(.pue, "pue", "the site's overhead (PUE)", exponent: 1, in: 1...10)
  /// Carbon per electricity.
  public static let intensity = ClaimFactor(
    .grid, "intensity", "grid intensity", unit: "g/kWh", exponent: 1, in: 0.01...5000)
  /// How many functional units the figure is for.
  public static let count = ClaimFactor(.unit, "per", "units the figure is for", exponent: 1, in: 1e-12...1e18)

  /// Every factor with a name of its own, in the order of the waterfall.
  public static let all: [ClaimFactor] = [
    node, batch, outputTokens, inputTokens, steps, activeParameters, parameters, deviceHours, devicePower, energy, pue,
    intensity, count,
  ]

  /// An input of a formula that is none of the factors with a name of their own.
  static func input(_ key: String, unit: String) -> ClaimFactor {
    ClaimFactor(.other, key, key, unit: unit, in: -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude)
  }
}
