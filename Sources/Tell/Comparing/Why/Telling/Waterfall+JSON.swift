import Methods
import Quantities
public import Reporting

extension Waterfall {
  /// The waterfall as `dimmer why --json` prints it.
  public var json: JSONValue {
    [
      "quantity": .string(quantity.rawValue), "unit": .string(quantity.unit), "from": json(of: from, start),
      "to": json(of: to, end), "ratio": .figure(ratio), "steps": .array(steps.map(\.json)),
      "remainder": .figure(remainder), "is_explained": .bool(isExplained), "explained_share": .optional(explainedShare),
      "verdict": .string(verdict), "open": .array(open.map(\.json)), "suspicions": .array(slips.map(\.json)),
    ]
  }

  private func json(of claim: Claim, _ amount: Receipt) -> JSONValue {
    [
      "id": .string(claim.id), "label": .string(claim.label), "amount": .figure(amount),
      "functional_unit": .optional(claim.unit?.description),
      "boundary": .optional(claim.boundary(of: quantity)?.rawValue), "source": .optional(claim.sources.first?.citation),
      "receipt": .receipt(amount),
    ]
  }
}

extension WaterfallStep {
  fileprivate var json: JSONValue {
    [
      "group": .string(group.rawValue), "factor": .string(key), "what": .string(name), "from": .string(from),
      "to": .string(to), "ratio": .figure(ratio), "basis": .string(basis.rawValue), "reason": .string(reason),
      "sources": .array(citations.map(JSONValue.string)),
    ]
  }
}

extension OpenDifference {
  fileprivate var json: JSONValue {
    [
      "group": .string(group.rawValue), "factor": .string(key), "text": .string(text),
      "low": .optional(bounds?.lowerBound), "high": .optional(bounds?.upperBound),
      "sources": .array(sources.map { .string($0.citation) }),
    ]
  }
}

extension UnitSlip {
  fileprivate var json: JSONValue {
    ["text": .string(text), "factor": .number(factor), "nearness": .number(nearness)]
  }
}
