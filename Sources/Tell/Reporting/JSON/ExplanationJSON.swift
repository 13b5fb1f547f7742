public import Ledger
public import Methods
import Quantities

extension JSONValue {
  /// A receipt tree as JSON.
  public static func receipt(_ receipt: Receipt) -> JSONValue {
    [
      "id": .optional(receipt.id), "label": .string(receipt.label), "value": .optional(receipt.value),
      "low": .optional(receipt.low), "high": .optional(receipt.high), "unit": .string(receipt.unit),
      "origin": .string(receipt.origin.rawValue), "method": .optional(receipt.method?.description),
      "source": receipt.source.map { source in
        [
          "citation": .string(source.citation), "year": source.year.map { .count($0) } ?? .null,
          "licence": .optional(source.licence),
        ]
      } ?? .null,
      (receipt.value == nil ? "reason" : "note"): .optional(receipt.note),
      "inputs": .array(receipt.inputs.map(JSONValue.receipt)),
    ]
  }

  /// What `dimmer explain --json` and the API say of a thing.
  public static func explanation(_ explanation: Explanation) -> JSONValue {
    [
      "id": .string(explanation.id), "kind": .string(explanation.kind), "title": .string(explanation.title),
      "facts": .object(explanation.facts.map { (key: $0.label, value: .string($0.text)) }),
      "receipts": .array(explanation.receipts.map(JSONValue.receipt)),
      "rests_on": .array(explanation.context.map(JSONValue.explanation)),
    ]
  }
}
