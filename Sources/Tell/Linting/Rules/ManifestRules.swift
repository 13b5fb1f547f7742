import Quantities

/// Traps of Impact Framework's manifests.
enum ManifestRules {
  static let find: @Sendable (LintDocument) -> [Slip] = { document in
    guard document.format == .manifest else { return [] }
    return constants(document) + devices(document) + durations(document) + pipelines(document)
  }

  /// SciEmbodied's memory constant is in kg per GB, all its others are in grams.
  private static func constants(_ document: LintDocument) -> [Slip] {
    var slips: [Slip] = []
    var groups: [[String]: [String: (value: Double, field: LintField)]] = [:]
    for field in document.fields where field.key.hasSuffix("-emissions-constant") || field.key == "baseline-emissions" {
      guard let value = StatedNumber.whole(field.text)?.value else { continue }
      groups[field.path, default: [:]][field.key] = (value, field)
    }
    for (_, constants) in groups.sorted(by: { $0.key.joined() < $1.key.joined() }) {
      for (key, (value, field)) in constants.sorted(by: { $0.key < $1.key }) where value > 0 {
        if key == "memory-emissions-constant" {
          guard value >= 50 else { continue }
          slips.append(
            Slip(
              .embodiedConstants, field.line, field.name,
              "SciEmbodied multiplies its memory constant by 1000: it is in kg per GB, and \(field.text) reads as grams. "
                + "Write \(Say.number(value / 1000))"))
        } else if value < 1000 {
          slips.append(
            Slip(
              .embodiedConstants, field.line, field.name,
              "SciEmbodied takes this constant in grams; \(field.text) reads as kilograms. Write \(Say.number(value * 1000))"
            ))
        }
      }
      if let ssd = constants["ssd-emissions-constant"], let hdd = constants["hdd-emissions-constant"],
        ssd.value == 50_000,
        hdd.value == 100_000
      {
        slips.append(
          Slip(
            .embodiedConstants, ssd.field.line, ssd.field.name,
            "50 kg for an SSD and 100 kg for an HDD are swapped: their source has 100 kg and 50 kg. Exchange the two"))
      }
    }
    return slips
  }

  private static func devices(_ document: LintDocument) -> [Slip] {
    var slips: [Slip] = []
    for record in document.records {
      for device in record.statements where device.name.subject == .deviceEmbodied && device.value > 0 {
        let key = device.field.split(separator: ".").last.map(String.init) ?? device.field
        let saysGrams =
          document.fields.first { $0.line == device.line && $0.key == key }?.comment.map { comment in
            let words = Words(comment).words
            return words.indices.contains {
              UnitReading(words, at: $0).map { $0.unit.measure == .mass && $0.unit.scale == 1 } ?? false
            }
          } ?? false
        if device.value < 5000, !saysGrams {
          slips.append(
            Slip(
              .deviceEmbodied, device,
              "making a whole device takes tens to thousands of kilograms; \(device.number.text) g is "
                + "\(Say.carbon(device.value)). The field is in grams: if kilograms are meant, write "
                + Say.number(device.value * 1000, digits: 7)))
        } else if device.value > 2e8 {
          slips.append(
            Slip(
              .deviceEmbodied, device,
              "\(Say.carbon(device.value)) for one device is more than any server takes. The field is in grams"))
        }
      }
    }
    for field in document.fields where field.key == "device/expected-lifespan" || field.key == "lifespan" {
      guard let life = StatedNumber.whole(field.text)?.value, life > 0 else { continue }
      if life < 2.6e6 {
        slips.append(
          Slip(
            .durationUnit, field.line, field.name,
            "a life of \(field.text) s is \(Say.number(life / 86_400, digits: 3)) days; the field is in seconds. "
              + (life <= 15
                ? "If years are meant, write \(Say.number(life * 31_536_000, digits: 9))" : "Write the life in seconds")
          ))
      } else if life > 1.6e9 {
        slips.append(
          Slip(
            .durationUnit, field.line, field.name,
            "a life of \(field.text) s is more than 50 years; the field is in seconds"))
      }
    }
    return slips
  }

  /// Durations against the times between the records.
  private static func durations(_ document: LintDocument) -> [Slip] {
    var slips: [Slip] = []
    for table in document.tables where table.columns.last == "inputs" || table.columns.last == "outputs" {
      for (here, next) in zip(table.records, table.records.dropFirst()) {
        guard let duration = document.own(here, .duration).first, duration.value > 0,
          let start = time(document.records[here].texts["timestamp"]?.text),
          let end = time(document.records[next].texts["timestamp"]?.text)
        else { continue }
        let gap = (end - start).seconds
        guard gap > 0 else { continue }
        let ratio = gap / duration.value
        let meanings: [(Double, String)] = [
          (3600, "hours"), (1e-3, "milliseconds"), (60.0 * 60 * 24, "days"),
          (1.0 / 60, "minutes counted as seconds twice"),
        ]
        guard let meaning = meanings.first(where: { abs(ratio / $0.0 - 1) < 0.01 }) else { continue }
        slips.append(
          Slip(
            .durationUnit, duration,
            "the next record is \(Say.number(gap)) s later, the duration says \(duration.number.text) s: "
              + "it reads as \(meaning.1). The field is in seconds: write \(Say.number(gap))"))
        break
      }
    }
    return slips
  }

  private static func time(_ text: String?) -> Timestamp? {
    guard let text else { return nil }
    return Timestamp(iso8601: text) ?? Timestamp(iso8601: text + "Z")
  }

  /// A pipeline that multiplies by the PUE in two steps.
  private static func pipelines(_ document: LintDocument) -> [Slip] {
    var steps: [[String]: [LintField]] = [:]
    for field in document.fields where field.path.contains("pipeline") {
      if Words(field.text).contains("pue") { steps[field.path, default: []].append(field) }
    }
    return steps.sorted { $0.key.joined() < $1.key.joined() }.compactMap { _, fields in
      guard fields.count > 1, let second = fields.dropFirst().first else { return nil }
      return Slip(
        .pueTwice, second.line, (second.path).joined(separator: "."),
        "the pipeline applies the PUE in \(fields.map { "'\($0.text)'" }.joined(separator: " and ")): keep one step")
    }
  }
}
