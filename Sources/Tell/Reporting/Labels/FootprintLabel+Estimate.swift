import Methods
public import Quantities

/// Why no label can be made of a document.
public enum LabelError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A member that an estimate must have is not there.
  case missing(String)
  /// A member that is there and cannot be.
  case wrong(String, expected: String)

  /// One line with the fix.
  public var description: String {
    switch self {
    case .missing(let field):
      "field '\(field)' is missing: a label is made of what 'dimmer estimate … --json' prints"
    case .wrong(let field, let expected): "field '\(field)' must be \(expected)"
    }
  }
}

extension FootprintLabel {
  /// The label of an estimate as `dimmer estimate … --json` prints it.
  ///
  /// - Parameters:
  ///   - work: how much of what, if somebody said so; else as the document says.
  ///   - date: the day that the estimate was made.
  ///   - name: the file's name, by which it is found.
  /// - Throws: ``LabelError`` naming the field.
  public init(
    estimate document: JSONValue, work: LabelWork?, date: Timestamp, name: String
  ) throws(LabelError) {
    guard case .object = document else { throw .wrong("", expected: "one JSON object") }
    let figure = { (key: String, unit: String) throws(LabelError) -> Receipt in
      try Self.figure(key, unit: unit, of: document)
    }
    // What was metered at a facility has no figure of the machines.
    var energy = try figure("energy_joules", Energy.baseUnit)
    var boundary = "accelerators and the rest of their machines, before overhead of the building"
    if energy.value == nil, document["energy_boundary"] == .string("meteredAtFacility") {
      energy = try figure("facility_energy_joules", Energy.baseUnit)
      boundary = "the whole site, with the building's overhead, as metered"
    }
    let figures = Figures(
      energy: energy, carbon: try figure("carbon_grams", Carbon.baseUnit),
      embodied: try figure("embodied_grams", Carbon.baseUnit),
      waterOnSite: try figure("water_on_site_litres", Water.baseUnit),
      waterOffSite: try figure("water_off_site_litres", Water.baseUnit))
    guard case .string(let subject)? = document["what"] else { throw .missing("what") }
    let receipts = Self.receipts(of: document)
    // With receipts the grid value stands in them with its source; without them it is a figure of its own.
    var intensity =
      receipts.first { $0.unit == CarbonIntensity.baseUnit && $0.value != nil }
      ?? .unknown(
        "carbon intensity", unit: CarbonIntensity.baseUnit, because: figures.carbon.note ?? "no grid was named")
    if intensity.value == nil, document["intensity_grams_per_kwh"] != nil {
      intensity = try figure("intensity_grams_per_kwh", CarbonIntensity.baseUnit)
    }
    let gridYear = intensity.source?.year ?? document["grid_year"]?.double.flatMap { Int(exactly: $0) }
    let region = Self.text(["region", "place", "site"], of: document) ?? Self.place(of: intensity)
    let hardware = Self.hardware(of: document)
    let load = Self.load(of: document)
    let pue =
      receipts.first { $0.method == "pue@1" || $0.label.hasPrefix("PUE") }?.value ?? document["pue"]?["value"]?.double
    self.init(
      kind: .estimate, subject: subject, link: name, work: work ?? Self.work(of: document), figures: figures,
      boundary: boundary
        + (pue != nil ? "; carbon counts the building's" : ""),
      ungraded: Self.isTraining(document) && work == nil ? Self.noTrainingScale : nil, intensity: intensity,
      region: region, gridYear: gridYear, hardware: hardware, load: load,
      maker: "dimmer estimate" + (figures.energy.method.map { ", by \($0)" } ?? ""),
      quality: Pedigree(
        of: figures, intensity: intensity, region: region, gridYear: gridYear, workYear: date.year,
        isOwnHardware: false, hardware: hardware, load: load?.contains("assumed") == true ? nil : load, missing: nil),
      date: date, evidence: Evidence(document))
  }

  private static let noTrainingScale =
    "no scale of training is published that a run could be held against: by size, large runs would be bad and small ones"
    + " good whatever they are for; by token or operation, waste would be rewarded"

  private static func isTraining(_ document: JSONValue) -> Bool {
    text(["task", "kind"], of: document).map { ["training", "fine-tuning"].contains($0) } ?? false
  }

  /// A figure of the document with its receipt's sources, where the document has them.
  private static func figure(_ key: String, unit: String, of document: JSONValue) throws(LabelError) -> Receipt {
    guard let member = document[key] else { throw .missing(key) }
    guard case .object = member, let value = member["value"] else {
      throw .wrong(key, expected: "a figure with value, low, high, origin, method")
    }
    let label = key.replacingUnderscores
    if case .null = value {
      guard case .string(let reason)? = member["reason"] else {
        throw .wrong("\(key).reason", expected: "the reason why the value is null")
      }
      return .unknown(label, unit: unit, because: reason)
    }
    guard let amount = value.double, amount >= 0 else {
      throw .wrong("\(key).value", expected: "a number of at least 0")
    }
    guard case .string(let word)? = member["origin"], let origin = Origin(rawValue: word) else {
      throw .wrong("\(key).origin", expected: "one of \(Origin.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    let low = member["low"]?.double ?? amount
    let high = member["high"]?.double ?? amount
    guard low <= amount, amount <= high else {
      throw .wrong("\(key).low", expected: "at most the value, and high at least")
    }
    var method: MethodID?
    if case .string(let text)? = member["method"] { method = MethodID(parsing: text) }
    // The tree of the same figure, if it is there, tells what it rests on.
    let tree = receipts(of: document, nested: false).first {
      $0.unit == unit && $0.value == amount && $0.method == method
    }
    return Receipt(
      label: label, value: amount, low: low, high: high, unit: unit, origin: origin, method: method,
      inputs: tree?.inputs ?? [])
  }

  private static func receipts(of document: JSONValue, nested: Bool = true) -> [Receipt] {
    guard case .array(let trees)? = document["receipts"] else { return [] }
    let receipts = trees.compactMap(Receipt.init(json:))
    return nested ? receipts.flatMap(\.flattened) : receipts
  }

  private static func text(_ keys: [String], of document: JSONValue) -> String? {
    for key in keys {
      guard let member = document[key] else { continue }
      let text: String?
      switch member {
      case .string(let value): text = value
      case .object: text = member["value"]?.double.map { Decimals.significant($0, digits: 3) }
      default: text = member.double.map { Decimals.significant($0, digits: 3) }
      }
      if let text { return text }
    }
    return nil
  }

  /// Batch or utilisation, with the interval where the estimator chose it.
  private static func load(of document: JSONValue) -> String? {
    for key in ["batch", "utilisation", "load"] {
      guard let member = document[key], let text = text([key], of: document) else { continue }
      guard let low = member["low"]?.double, let high = member["high"]?.double, low < high,
        case .string(let origin)? = member["origin"]
      else { return "\(key) \(text)" }
      return
        "\(key) \(text) (\(Decimals.significant(low, digits: 3)) to \(Decimals.significant(high, digits: 3)), \(origin))"
    }
    return nil
  }

  /// The place that an intensity's label ends with: "grid carbon intensity, Germany".
  private static func place(of intensity: Receipt) -> String? {
    guard intensity.value != nil, let comma = intensity.label.firstIndex(of: ",") else { return nil }
    return String(intensity.label[comma...].dropFirst(2))
  }

  private static func hardware(of document: JSONValue) -> String? {
    let name = text(["hardware", "gpu", "accelerator", "device", "instance"], of: document)
    guard let name, let count = document["accelerators"]?.double, count > 1 else { return name }
    return "\(Decimals.significant(count, digits: 6)) x \(name)"
  }

  /// The work that an estimate says it is of: its task, and the count of what that is counted by.
  private static func work(of document: JSONValue) -> LabelWork? {
    let counts: [(LabelTask, keys: [String])] = [
      (.text, ["output_tokens", "tokens_out"]), (.image, ["images"]), (.video, ["video_seconds"]),
      (.speech, ["audio_seconds"]), (.embedding, ["input_tokens", "tokens_in"]), (.classification, ["answers"]),
    ]
    // A bare count says nothing by itself of what it counts.
    let plain = ["count", "units", "seconds"]
    let named = text(["task", "kind"], of: document).flatMap(LabelTask.init(rawValue:))
    for (task, keys) in counts where named == nil || named == task {
      for key in keys + (named == task ? plain : []) {
        let member = document[key]
        if let count = member?.double ?? member?["value"]?.double, let work = LabelWork(task, count: count) {
          return work
        }
      }
    }
    return nil
  }
}

extension JSONValue {
  /// The number, if it is one.
  var double: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }
}

extension String {
  fileprivate var replacingUnderscores: String { String(map { $0 == "_" ? " " : $0 }) }
}

extension Receipt {
  /// A receipt as ``JSONValue/receipt(_:)`` writes it; `nil` for anything else.
  init?(json: JSONValue) {
    guard case .string(let label)? = json["label"], case .string(let unit)? = json["unit"],
      case .string(let word)? = json["origin"], let origin = Origin(rawValue: word)
    else { return nil }
    let text = { (key: String) -> String? in if case .string(let value)? = json[key] { value } else { nil } }
    var source: Source?
    if let cited = json["source"], case .string(let citation)? = cited["citation"] {
      var licence: String?
      if case .string(let name)? = cited["licence"] { licence = name }
      source = Source(citation, year: cited["year"]?.double.map { Int($0) }, licence: licence)
    }
    var inputs: [Receipt] = []
    if case .array(let list)? = json["inputs"] { inputs = list.compactMap(Receipt.init(json:)) }
    self.init(
      id: text("id"), label: label, value: json["value"]?.double, low: json["low"]?.double,
      high: json["high"]?.double, unit: unit, origin: origin, method: text("method").flatMap { MethodID(parsing: $0) },
      source: source, note: text("note") ?? text("reason"), inputs: inputs)
  }
}
