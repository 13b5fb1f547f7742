import Comparing
import Foundation
import Methods
import Quantities

/// A file that `dimmer estimate … --json` wrote, read as a claim.
struct KeptEstimate {
  private let document: [String: Any]
  private let receipts: [Receipt]
  private let path: String

  /// Reads the file.
  ///
  /// - Throws: ``Failure`` with status 65 for what is no such document.
  init(_ path: String) throws(Failure) {
    self.path = path
    let bytes = try Files.read(path)
    let parsed = try JSONFile.parse(bytes, named: path)
    guard let document = parsed as? [String: Any], document["what"] is String, document["energy_boundary"] is String
    else {
      throw Failure(
        .data,
        "\(path): not an estimate: 'what' or 'energy_boundary' is missing; write one with dimmer estimate ... --json")
    }
    self.document = document
    var receipts: [Receipt] = []
    for (index, object) in ((document["receipts"] as? [Any]) ?? []).enumerated() {
      guard let receipt = Receipt(json: object) else {
        throw Failure(.data, "\(path): receipts[\(index)]: not a receipt with label, unit and origin")
      }
      receipts.append(receipt)
    }
    self.receipts = receipts
  }

  /// The estimate as a claim: carbon is that of use, energy that of the site where its overhead is counted.
  func claim() throws(Failure) -> Claim {
    let isAtSite = document["energy_boundary"] as? String != "informationTechnologyOnly"
    var amounts: [ClaimQuantity: Receipt] = [:]
    for key in document.keys.sorted() { try check(key) }
    amounts[.energy] = receipt(of: isAtSite ? "facility_energy_joules" : "energy_joules", unit: Energy.baseUnit)
    amounts[.carbon] = receipt(of: "carbon_grams", unit: Carbon.baseUnit)
    amounts[.water] = receipt(of: "water_litres", unit: Water.baseUnit)
    guard !amounts.isEmpty else { throw Failure(.data, "\(path): no energy, carbon or water that is known") }
    var claim = Claim(path, label: document["what"] as? String ?? path, amounts: amounts)
    claim.energyBoundary = isAtSite ? .facility : .node
    claim.carbonBoundary = claim.energyBoundary
    claim.carbonScope = amounts[.carbon] == nil ? nil : .operational
    claim.basis = amounts[.carbon] == nil ? nil : .location
    claim.waterScope = amounts[.water] == nil ? nil : .withPlants
    claim.model = document["model"] as? String
    claim.hardware = document["accelerator"] as? String
    for (factor, key) in [
      (ClaimFactor.outputTokens, "output_tokens"), (.inputTokens, "input_tokens"), (.batch, "batch"),
      (.node, "node_factor"),
    ] { claim.factors[factor] = receipt(of: key, unit: "") }
    let tree = receipts.flatMap(\.flattened)
    // With --explain the file has PUE and grid themselves; without it they are what its own figures amount to.
    let machine = receipt(of: "energy_joules", unit: Energy.baseUnit)?.value
    let site = amounts[.energy]?.value
    let carbon = amounts[.carbon]?.value
    claim.factors[.pue] =
      tree.first { $0.method == "pue@1" && $0.inputs.count == 2 }?.inputs[1]
      ?? (isAtSite ? implied(.pue, site, over: machine) : nil)
    claim.factors[.intensity] =
      tree.first { $0.unit == CarbonIntensity.baseUnit && $0.value != nil }
      ?? implied(.intensity, carbon, over: site.map { $0 / 3.6e6 })
    claim.unit = unit(of: claim.label)
    return claim
  }

  /// Refuses a figure whose numbers are no numbers or do not stand in order: it would be left out in silence.
  private func check(_ key: String) throws(Failure) {
    guard let figure = document[key] as? [String: Any], let value = figure["value"], !(value is NSNull) else { return }
    func bad(_ member: String, _ problem: String) -> Failure { Failure(.data, "\(path): \(key).\(member): \(problem)") }
    guard let value = value as? Double else { throw bad("value", "must be a number") }
    for (member, isInOrder) in [("low", { $0 <= value }), ("high", { $0 >= value })] as [(String, (Double) -> Bool)] {
      guard let end = figure[member], !(end is NSNull) else { continue }
      guard let number = end as? Double, isInOrder(number) else {
        throw bad(member, "must be a number with the value between low and high")
      }
    }
  }

  /// A number that two figures of the file amount to.
  private func implied(_ factor: ClaimFactor, _ value: Double?, over other: Double?) -> Receipt? {
    guard let value, let other, other > 0 else { return nil }
    let ratio = value / other
    return Receipt(
      label: factor.name, value: ratio, low: ratio, high: ratio, unit: factor.unit, origin: .modelled,
      method: "ratio@1", source: Source("A kept estimate: \(path)"), note: "what its own figures amount to")
  }

  private func unit(of label: String) -> FunctionalUnit? {
    switch document["task"] as? String {
    case "text": return .reply
    case "image": return .image
    case "video": return .video
    case "training": return .training
    case let task?: return FunctionalUnit(task)
    case nil: break
    }
    if document["output_tokens"] != nil { return .reply }
    for (word, unit) in [("image", FunctionalUnit.image), ("video", .video), ("training", .training)] {
      if label.lowercased().contains(word) { return unit }
    }
    return nil
  }

  /// The figure under a key: its receipt with what it rests on, else the figure alone.
  private func receipt(of key: String, unit: String) -> Receipt? {
    guard let figure = document[key] as? [String: Any], let value = figure["value"] as? Double else { return nil }
    let tree = receipts + receipts.flatMap(\.flattened)
    if !unit.isEmpty, let receipt = tree.first(where: { $0.unit == unit && $0.value == value }) { return receipt }
    return Receipt(
      label: key, value: value, low: figure["low"] as? Double, high: figure["high"] as? Double,
      unit: unit.isEmpty ? Ratio.baseUnit : unit,
      origin: (figure["origin"] as? String).flatMap(Origin.init) ?? .modelled,
      method: (figure["method"] as? String).flatMap(MethodID.init(parsing:)),
      source: Source("A kept estimate: \(path)"),
      note: "as the file has it")
  }
}

extension Receipt {
  /// A receipt as `dimmer explain --json` and estimates write it; `nil` for what is none.
  init?(json: Any) {
    guard let object = json as? [String: Any], let label = object["label"] as? String,
      let unit = object["unit"] as? String, let origin = (object["origin"] as? String).flatMap(Origin.init)
    else { return nil }
    var inputs: [Receipt] = []
    for input in object["inputs"] as? [Any] ?? [] {
      guard let receipt = Receipt(json: input) else { return nil }
      inputs.append(receipt)
    }
    let source = (object["source"] as? [String: Any]).flatMap { source in
      (source["citation"] as? String).map {
        Source($0, year: source["year"] as? Int, licence: source["licence"] as? String)
      }
    }
    self.init(
      id: object["id"] as? String, label: label, value: object["value"] as? Double, low: object["low"] as? Double,
      high: object["high"] as? Double, unit: unit, origin: origin,
      method: (object["method"] as? String).flatMap(MethodID.init(parsing:)), source: source,
      note: object["note"] as? String ?? object["reason"] as? String, inputs: inputs)
    // A document has the ends and not what they are made of: one uncertain thing of its own stands for all.
    if let value, let low, let high, low < high {
      deviations = ["kept:\(label)": Deviation(atLow: low - value, atHigh: high - value)]
    }
  }
}
