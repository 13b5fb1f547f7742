import Grid
import Quantities

extension ModelSettings {
  private static let keys = [
    "alias", "floor", "instant_floor", "interval", "policy", "guard", "hysteresis", "dwell", "slo", "sticky",
    "difficulty", "hedge", "comments", "usage", "forecast", "units", "units_per_request", "tokens", "probes",
    "variants",
  ]

  init(_ node: ConfigurationNode) throws(ConfigurationError) {
    let members = try node.members(Self.keys)
    guard let alias = members["alias"] else { throw node.failure("'alias' is missing") }
    guard let floor = members["floor"] else {
      throw node.failure("'floor' is missing: the mean quality promised, 0 to 100")
    }
    guard let variants = members["variants"] else { throw node.failure("'variants' is missing") }
    self.init(alias: try alias.text(), floor: try floor.number(in: 0...100), variants: [])
    if let interval = members["interval"] { self.interval = try interval.span(in: 60...86400, "1 min to 24 h") }
    unitNoun = try members["units"]?.text() ?? unitNoun
    unitsPerRequest = try members["units_per_request"]?.number(in: 1...1_000_000) ?? unitsPerRequest
    if let tokens = members["tokens"] { typicalTokens = try TypicalTokens(tokens) }
    instantFloor = try members["instant_floor"]?.number(in: 0...100)
    if let instantFloor, instantFloor > self.floor {
      throw node.failure("'instant_floor' is above 'floor': no interval may then be below the promised mean")
    }
    try readPolicy(members)
    try readServing(members)
    for item in try variants.items() { try add(item) }
    guard !self.variants.isEmpty else { throw variants.failure("'variants' is empty") }
    try checkDirectives(variants)
  }

  private mutating func readPolicy(_ members: [String: ConfigurationNode]) throws(ConfigurationError) {
    policy = try members["policy"]?.choice(PolicyName.self) ?? policy
    for key in ["guard", "hysteresis", "dwell"] {
      guard let node = members[key], !policy.takesHysteresis else { continue }
      throw node.failure("'\(key)' is for the policies receding-horizon and trailing-price, not for \(policy.rawValue)")
    }
    guardName = try members["guard"]?.choice(GuardName.self) ?? guardName
    hysteresis = try members["hysteresis"]?.number(in: 0...1)
    dwell = try members["dwell"]?.span(in: 0...604_800, "0 to 7 d")
    forecast = try members["forecast"]?.choice(ForecastSource.self) ?? forecast
  }

  private mutating func readServing(_ members: [String: ConfigurationNode]) throws(ConfigurationError) {
    if let objective = members["slo"] {
      guard let p95 = try objective.members(["p95"])["p95"] else {
        throw objective.failure("'slo' needs 'p95', for example slo: {p95: 2 s}")
      }
      latencyObjective = try p95.span(in: 0.001...3600, "1 ms to 1 h")
    }
    stickiness = try members["sticky"]?.span(in: 1...604_800, "1 s to 7 d")
    difficulty = try members["difficulty"]?.choice(DifficultySource.self)
    if let hedge = members["hedge"] {
      let settings = try hedge.members(["after", "below"])
      guard let after = settings["after"] else { throw hedge.failure("'hedge' needs 'after', for example 2 s") }
      self.hedge = HedgeSettings(
        after: try after.span(in: 0.001...3600, "1 ms to 1 h"),
        below: try settings["below"]?.quantity(CarbonIntensity.self))
    }
    if let probes = members["probes"] { self.probes = try ProbeSettings(probes) }
    comments = try members["comments"]?.truth() ?? comments
    usage = try members["usage"]?.truth() ?? usage
  }

  private mutating func add(_ item: ConfigurationNode) throws(ConfigurationError) {
    let variant = try VariantSettings(item)
    guard !variants.contains(where: { $0.name == variant.name }) else {
      throw item.failure("the variant '\(variant.name)' stands twice")
    }
    let typical = variant.tokens(beside: self)
    if variant.energyPerInputToken != nil, typical.input == nil {
      throw item.failure("'energy_per_input_token' needs 'tokens: {input: N}': prompt tokens of a typical request")
    }
    if variant.energyPerOutputToken != nil, typical.output == nil {
      throw item.failure("'energy_per_output_token' needs 'tokens: {output: N}': answer tokens of a typical request")
    }
    if let region = variant.region, let other = variants.first(where: { $0.region == region && $0.pue != variant.pue })
    {
      throw item.failure("'\(other.name)' stands in \(region), too, with another 'pue'; a place has one")
    }
    variants.append(variant)
  }

  /// A directive's base must be there and be no directive itself.
  private func checkDirectives(_ node: ConfigurationNode) throws(ConfigurationError) {
    let items = try node.items()
    for (variant, item) in zip(variants, items) {
      guard let base = variant.base else { continue }
      guard let found = variants.first(where: { $0.name == base }) else {
        throw item.failure("'of' names '\(base)', which is no variant of '\(alias)'")
      }
      guard found.directive == nil else {
        throw item.failure("'of' names '\(base)', which is a directive itself; name the variant under it")
      }
    }
  }
}

extension TypicalTokens {
  init(_ node: ConfigurationNode) throws(ConfigurationError) {
    self.init()
    let members = try node.members(["input", "output"])
    input = try members["input"]?.number(in: 0...10_000_000)
    output = try members["output"]?.number(in: 0...10_000_000)
  }
}

extension VariantSettings {
  private static let keys = [
    "name", "model", "url", "urls", "server", "api_key_env", "api_key_file", "directive", "of", "precision", "region",
    "pue",
    "quality", "quality_low", "energy_per_unit", "energy_per_request", "energy_per_input_token",
    "energy_per_output_token", "tokens", "idle_power", "load_energy",
  ]

  /// The tokens of a typical request, of the model where nothing of its own is stated.
  func tokens(beside model: ModelSettings) -> TypicalTokens {
    var tokens = typicalTokens
    tokens.input = tokens.input ?? model.typicalTokens.input
    tokens.output = tokens.output ?? model.typicalTokens.output
    return tokens
  }

  init(_ node: ConfigurationNode) throws(ConfigurationError) {
    let members = try node.members(Self.keys)
    guard let name = members["name"] else { throw node.failure("'name' is missing: the model's name at its server") }
    self.init(name: try name.text(), url: "")
    urls = try Self.urls(members, of: node)
    model = try members["model"]?.text()
    server = try members["server"]?.choice(ServerKind.self)
    key = try SecretPlace(variable: members["api_key_env"], file: members["api_key_file"], named: "api_key")
    directive = try members["directive"]?.text()
    base = try members["of"]?.text()
    if let of = members["of"], directive == nil {
      throw of.failure("'of' is for variants with a 'directive'; without one use 'model'")
    }
    precision = try members["precision"]?.text()
    region = try members["region"]?.region().name
    pue = try members["pue"]?.number(in: 1...5)
    if let pue = members["pue"], region == nil {
      throw pue.failure("a variant's 'pue' needs its 'region'; the site's own 'pue' stands beside 'models'")
    }
    try readFigures(members, of: node)
  }

  private static func urls(
    _ members: [String: ConfigurationNode], of node: ConfigurationNode
  ) throws(ConfigurationError) -> [String] {
    let places: [ConfigurationNode]
    switch (members["url"], members["urls"]) {
    case (let url?, nil): places = [url]
    case (nil, let urls?): places = try urls.items()
    case (nil, nil): throw node.failure("'url' is missing, for example http://127.0.0.1:9000")
    case (let url?, _?): throw url.failure("give 'url' or 'urls', not both")
    }
    guard !places.isEmpty else { throw node.failure("'urls' is empty: name at least one server") }
    var found: [String] = []
    for place in places {
      let text = try place.text()
      guard text.hasPrefix("http://") || text.hasPrefix("https://") else {
        throw place.failure("'\(text)' must begin with http:// or https://")
      }
      guard !found.contains(text) else { throw place.failure("'\(text)' stands twice") }
      found.append(text)
    }
    return found
  }

  private mutating func readFigures(
    _ members: [String: ConfigurationNode], of node: ConfigurationNode
  ) throws(ConfigurationError) {
    quality = try members["quality"]?.number(in: 0...100)
    qualityLow = try members["quality_low"]?.number(in: 0...100)
    if let low = qualityLow, let quality, low > quality { throw node.failure("'quality_low' is above 'quality'") }
    energyPerUnit = try members["energy_per_unit"]?.amount(Energy.self)
    energyPerRequest = try members["energy_per_request"]?.amount(Energy.self)
    energyPerInputToken = try members["energy_per_input_token"]?.amount(Energy.self)
    energyPerOutputToken = try members["energy_per_output_token"]?.amount(Energy.self)
    if let tokens = members["tokens"] { typicalTokens = try TypicalTokens(tokens) }
    idlePower = try members["idle_power"]?.amount(Power.self)
    loadEnergy = try members["load_energy"]?.amount(Energy.self)
  }
}

extension ConfigurationNode {
  /// A time within a range.
  func span(in range: ClosedRange<Double>, _ words: String) throws(ConfigurationError) -> Span {
    let span = try quantity(Span.self)
    guard range.contains(span.seconds) else {
      throw failure("'\(path.split(separator: ".").last ?? "")' must be \(words)")
    }
    return span
  }

  /// A quantity that is not negative.
  func amount<Q: Quantity>(_: Q.Type) throws(ConfigurationError) -> Q {
    let amount = try quantity(Q.self)
    guard amount.baseValue >= 0, amount.baseValue.isFinite else { throw failure("'\(path)' must not be negative") }
    return amount
  }
}
