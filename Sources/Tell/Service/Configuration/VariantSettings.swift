public import Quantities

/// One variant of a model: a size, a precision, a place or a directive, all as equals.
public struct VariantSettings: Hashable, Sendable {
  /// The name callers can ask for exactly, and that records carry.
  public var name: String
  /// The model's name at its server, where it is another.
  public var model: String?
  /// The servers' addresses, `http://` or `https://`; at least one.
  public var urls: [String]
  /// What its servers are, where more is asked of them than answers.
  public var server: ServerKind?
  /// Where the key for its servers is.
  public var key: SecretPlace?
  /// A text that is put into the system prompt, for example `Answer briefly.`
  public var directive: String?
  /// The variant that it is a directive on.
  public var base: String?
  /// The precision of its weights, in free words, for example `int8`.
  public var precision: String?
  /// The grid it stands on, where that is not the site's own.
  public var region: String?
  /// Power usage effectiveness where it stands, where that is not the site's; `nil`: the site's own stands in.
  public var pue: Double?
  /// Mean quality in points (0...100); `nil` takes it from the ledger's calibration.
  public var quality: Double?
  /// Lower 95 % bound of the quality; the floor is enforced on it. `nil` with a quality: the quality itself.
  public var qualityLow: Double?
  /// Marginal energy of one unit (image, token); `nil` takes it from the ledger's calibration.
  public var energyPerUnit: Energy?
  /// Marginal energy of a request apart from its units and tokens.
  public var energyPerRequest: Energy?
  /// Marginal energy of one prompt token that no cache holds.
  public var energyPerInputToken: Energy?
  /// Marginal energy of one token of the answer.
  public var energyPerOutputToken: Energy?
  /// Tokens of a typical request of this variant, where they are not the model's: a directive shortens answers.
  public var typicalTokens = TypicalTokens()
  /// What keeping it loaded draws while it is idle; `nil`: unknown, and residency is not planned for.
  public var idlePower: Power?
  /// What loading it takes; `nil`: unknown, counted as nothing.
  public var loadEnergy: Energy?

  /// A variant at a server.
  public init(name: String, url: String) {
    self.name = name
    urls = [url]
  }

  /// The place whose grid it stands on, by its region; `nil` for the site's own. With a PUE of its own it stands apart
  /// even within the site's region.
  func place(besides home: String?) -> String? {
    guard let region else { return nil }
    return region == home && pue == nil ? nil : region
  }

  /// The first server's address.
  public var url: String { urls[0] }

  /// Whether any energy is stated.
  public var statesEnergy: Bool {
    energyPerUnit != nil || energyPerRequest != nil || energyPerInputToken != nil || energyPerOutputToken != nil
  }
}

/// Servers of which more can be asked than answers.
public enum ServerKind: String, CaseIterable, Hashable, Sendable {
  /// Ollama: models can be loaded and unloaded on request.
  case ollama
}
