import Methods
import Quantities

@testable import Reporting

/// Labels to try things on.
enum LabelExamples {
  /// An estimate as `dimmer estimate … --json` prints it, of 400 output tokens.
  static func document(joules: Double = 400, low: Double = 200, high: Double = 900) -> JSONValue {
    [
      "what": "one reply", "task": "text", "output_tokens": 400, "hardware": "one H100", "batch": 16, "region": "DE",
      "energy_joules": figure(joules, low, high, "text-energy@1"),
      "carbon_grams": figure(0.04, 0.02, 0.09, "operational-carbon@1"),
      "embodied_grams": figure(0.01, 0.005, 0.02, "embodied-by-time@1"),
      "water_on_site_litres": .unknown("no WUE was given"),
      "water_off_site_litres": figure(0.0002, 0.0001, 0.0004, "water-off-site@1"),
      "receipts": [
        .receipt(
          Receipt(
            label: "operational carbon", value: 0.04, low: 0.02, high: 0.09, unit: "g", origin: .modelled,
            method: "operational-carbon@1",
            inputs: [
              Receipt(
                label: "grid", value: 342, low: 171, high: 513, unit: "g/kWh", origin: .published,
                method: "published-factor@1", source: Source("Ember", year: 2024, licence: "CC-BY-4.0"))
            ]))
      ],
    ]
  }

  static let date = Timestamp(iso8601: "2026-11-21T12:00:00Z") ?? Timestamp(milliseconds: 0)

  static func label(
    _ document: JSONValue = document(), work: LabelWork? = nil
  ) throws(LabelError) -> FootprintLabel {
    try FootprintLabel(estimate: document, work: work, date: date, name: "e.json")
  }

  private static func figure(_ value: Double, _ low: Double, _ high: Double, _ method: String) -> JSONValue {
    [
      "value": .number(value), "low": .number(low), "high": .number(high), "origin": "modelled",
      "method": .string(method), "id": nil,
    ]
  }
}

extension JSONValue {
  /// The object with one member replaced, or left out.
  func with(_ key: String, _ value: JSONValue?) -> JSONValue {
    guard case .object(let members) = self else { return self }
    return .object(
      members.compactMap { member in
        guard member.key == key else { return member }
        return value.map { (key: key, value: $0) }
      })
  }
}
