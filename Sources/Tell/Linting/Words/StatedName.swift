/// What a key, heading or label says that its number is.
struct StatedName: Hashable, Sendable {
  enum Subject: Hashable, Sendable {
    case carbon, energy, intensity, power, duration, deviceTime, pue, wue, water, carbonRate, score, offset
    /// How much work: queries, tokens.
    case count(String)
    /// How many devices.
    case devices
    /// Grams of making a whole device.
    case deviceEmbodied
  }
  enum Stage: Hashable, Sendable { case operational, embodied, total }
  enum Site: Hashable, Sendable { case machine, facility }
  enum Basis: Hashable, Sendable { case location, market }

  var subject: Subject
  var unit: StatedUnit?
  var per: PerUnit?
  /// `cpu`, `gpu` …; `nil` for the whole.
  var part: String?
  var stage: Stage?
  var site: Site?
  var basis: Basis?
  /// Whether it is no account of this work: a saving, a budget, a limit, a comparison.
  var isAside = false
  /// Whether something was taken off it.
  var isNet = false
  /// The end of an interval: `low`, `high`.
  var isBound = false

  /// Reads a name; `nil` when it says nothing of energy or carbon.
  ///
  /// - Parameter units: which measures count without a word for them, as in a heading "Consumption (kWh)".
  init?(_ text: some StringProtocol, measure: Measure? = nil) {
    let words = Words(text, splitsCamelCase: true)
    let list = words.words
    guard !list.isEmpty, list.count <= 24 else { return nil }
    let named = StatedName.subject(words)
    var reading: UnitReading?
    var isInverse = false
    var index = 0
    while index < list.count {
      let isSingle = list[index].lower.count == 1
      let before = index > 0 ? list[index - 1].lower : ""
      if before == "per" || before == "/", UnitNames.nouns[list[index].lower] == nil,
        let inverse = UnitReading(list, at: index), inverse.unit.measure != .mass, reading == nil || reading?.per == nil
      {
        if reading == nil, inverse.unit.measure == .energy || inverse.unit.measure == .mass { isInverse = true }
        index += 1
        continue
      }
      if let found = UnitReading(list, at: index), !isSingle || named != nil || measure != nil,
        StatedName.fits(found.unit.measure, named)
      {
        reading = found
        index += found.length
      } else {
        index += 1
      }
    }
    guard !isInverse else { return nil }
    unit = reading?.unit
    per = reading?.per
    if per == nil {
      for index in list.indices {
        if let (found, _) = UnitReading.perUnit(list, at: index) {
          // A path such as "image/energy" is no ratio.
          if list[index].lower == "/", reading == nil, text.contains("/"), !text.contains(" ") { continue }
          per = found
        }
      }
    }
    let carries = reading?.unit.measure ?? measure
    if let named {
      subject = named
    } else {
      switch carries {
      case .energy: subject = .energy
      case .intensity: subject = .intensity
      case .deviceTime: subject = .deviceTime
      case .power where words.containsAny(["power", "draw", "tdp", "watts", "watt", "wattage"]): subject = .power
      case .mass where reading?.saysCarbon == true: subject = .carbon
      case .massRate where reading?.saysCarbon == true: subject = .carbonRate
      case .waterIntensity: subject = .wue
      default: return nil
      }
    }
    // The unit may be the better witness: "carbon (g/kWh)" is an intensity.
    if let measure = unit?.measure {
      switch (subject, measure) {
      case (.carbon, .intensity): subject = .intensity
      case (.carbon, .massRate): subject = .carbonRate
      case (.energy, .power): subject = .power
      case (.energy, .deviceTime), (.duration, .deviceTime): subject = .deviceTime
      case (.water, .waterIntensity): subject = .wue
      default: break
      }
    }
    describe(words)
  }

  /// Whether a unit can be that of the subject.
  private static func fits(_ measure: Measure, _ subject: Subject?) -> Bool {
    switch subject {
    case nil: true
    case .carbon: [.mass, .intensity, .massRate].contains(measure)
    case .energy: [.energy, .power, .deviceTime].contains(measure)
    case .intensity: [.intensity, .mass].contains(measure)
    case .power: measure == .power
    case .duration: [.time, .deviceTime].contains(measure)
    case .deviceTime: [.time, .deviceTime].contains(measure)
    case .pue, .devices, .count: false
    case .wue: [.waterIntensity, .volume].contains(measure)
    case .water: [.volume, .waterIntensity].contains(measure)
    case .carbonRate: measure == .massRate
    case .score: measure == .mass
    case .offset, .deviceEmbodied: measure == .mass
    }
  }

  private static func subject(_ words: Words) -> Subject? {
    let list = words.lower
    // "energy with PUE (kWh)" is an energy.
    let isAmount =
      words.containsAny(["energy", "electricity", "consumption", "kwh", "wh", "mwh"])
      || words.containsAny(UnitNames.carbonWords)
    if words.contains("pue") && !isAmount || words.contains("usage", "effectiveness") && words.contains("power") {
      return .pue
    }
    if words.contains("wue") || words.contains("ewif") { return .wue }
    if words.containsAny(["sci"]) && words.containsAny(["score", "value", "result"]) || list == ["sci"]
      || words.contains("software", "carbon")
    {
      return .score
    }
    if words.containsAny(["offset", "offsets", "offsetting", "credits", "rec", "recs", "removals"]) { return .offset }
    // Other things have an intensity, too.
    let isOfGrid =
      list.count == 1 || words.containsAny(UnitNames.carbonWords) || list.contains { $0.contains("co2") }
      || words.containsAny([
        "grid", "electricity", "marginal", "average", "location", "market", "regional", "yearly", "hourly", "mean", "g",
        "kg", "kwh", "mwh", "i", "basis",
      ])
    if words.contains("intensity") && isOfGrid && !words.containsAny(["energy", "water", "training"])
      || words.containsAny(["grid"]) && words.containsAny(["factor", "intensity", "carbon", "emissions", "emission"])
      || words.contains("emission", "factor") || words.contains("emissions", "factor")
      || words.contains("carbon", "factor") || list.first == "ci" || list.last == "ci" || words.contains("ci", "g")
    {
      return .intensity
    }
    if words.contains("rate") && words.containsAny(UnitNames.carbonWords) { return .carbonRate }
    if words.containsAny(["water"]) { return .water }
    if words.containsAny(UnitNames.carbonWords) || words.contains("gwp") || list.contains(where: { $0.contains("co2") })
    {
      return .carbon
    }
    if words.containsAny(["energy", "electricity", "consumption"]) { return .energy }
    if words.containsAny(["embodied", "operational"]), list.count <= 4 { return .carbon }
    if words.containsAny(["tdp"]) || words.containsAny(["power", "wattage"]) { return .power }
    if words.containsAny(["duration", "runtime", "walltime", "elapsed"])
      || words.containsAny(["training", "wall", "run", "total"]) && words.containsAny(["time", "hours"])
      || words.contains("hours", "used") || list == ["hours"] || list == ["time"]
    {
      if words.containsAny(UnitNames.devices) { return .deviceTime }
      return .duration
    }
    if words.containsAny(UnitNames.devices), words.containsAny(["hours", "hour", "h"]) { return .deviceTime }
    if words.containsAny(["gpus", "gpu", "accelerators"]), words.containsAny(["count", "number", "num", "n", "gpus"]),
      list.count <= 3
    {
      return .devices
    }
    if list.count <= 4, !words.contains("per"), let noun = list.compactMap({ UnitNames.nouns[$0] }).first,
      list.contains(where: { $0.hasSuffix("s") && UnitNames.nouns[$0] != nil && UnitNames.nouns[$0] != $0 }),
      !words.containsAny([
        "max", "min", "rate", "input", "context", "new", "length", "mean", "avg", "average", "limit", "minutes",
        "hours",
        "days", "tokens/s",
      ])
    {
      return .count(noun)
    }
    return nil
  }

  private mutating func describe(_ words: Words) {
    let parts = [
      "cpu", "gpu", "gpus", "ram", "memory", "dram", "network", "storage", "disk", "ssd", "hdd", "cooling", "fans",
      "idle", "accelerator", "accelerators", "tpu", "active", "input", "output", "prefill", "decode", "other", "host",
      "training", "inference", "evaluation", "finetuning", "data", "experimentation", "pretraining", "transport",
      "lighting", "baseline", "scope1", "scope3", "onsite", "offsite", "flight", "car", "streaming",
    ]
    let isOfSite = words.contains("data", "centre") || words.contains("data", "center")
    if let part = words.lower.first(where: { parts.contains($0) && !($0 == "data" && isOfSite) }) {
      // "GPU hours" name the device that counts, not a part.
      if subject != .deviceTime, subject != .power { self.part = part }
    }
    if words.containsAny(["embodied", "manufacturing", "embedded", "upstream", "lifecycle"]) { stage = .embodied }
    if words.containsAny(["operational", "operation", "operations", "usage"]) { stage = .operational }
    if words.containsAny(["total", "overall", "sum", "gross"]) { stage = .total }
    let isWithout = words.containsAny(["excl", "excluding", "without", "before", "pre", "no", "not"])
    if words.containsAny(["facility", "datacenter", "datacentre", "dc", "site", "building"])
      || words.contains("data", "center") || words.contains("data", "centre")
      || words.contains("pue") && subject == .energy && !isWithout
    {
      site = .facility
    } else if words.containsAny(["it", "server", "servers", "node", "nodes", "board", "machine", "hardware"])
      || words.contains("pue") && subject == .energy
    {
      site = .machine
    }
    if words.contains("location") || words.contains("lb") && unit == nil { basis = .location }
    if words.containsAny(["market"]) || words.contains("contractual") { basis = .market }
    isNet = words.containsAny(["net", "netted"])
    isBound = words.containsAny([
      "low", "high", "lower", "upper", "ci95", "p5", "p95", "std", "stdev", "stddev", "uncertainty",
    ])
    isAside = words.containsAny([
      "saved", "saving", "savings", "avoided", "avoid", "reduction", "reduced", "budget", "limit", "threshold",
      "target",
      "delta", "difference", "diff", "change", "improvement", "price", "cost", "usd", "eur", "baseline", "equivalent",
      "constant", "coefficient", "max", "peak", "cap", "percent", "pct", "share", "ratio", "%", "latency", "previous",
      "old", "reference", "typical", "median", "relative", "score", "error", "efficiency", "rank", "rating", "expected",
      "utilization", "utilisation", "accuracy", "loss", "cumulative", "std", "timeout", "interval",
    ])
    if subject == .score || subject == .power { isAside = false }
    if unit?.measure == .mass, words.contains("equivalent"), words.contains("co2") || words.contains("carbon") {
      isAside = false
    }
  }
}
