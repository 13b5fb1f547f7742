public import Methods
public import Quantities

extension JSONValue {
  /// A footprint figure as every JSON document of Dimmer writes it: value, low, high, origin, method, id; and the
  /// reason when it is not known.
  public static func figure(_ receipt: Receipt) -> JSONValue {
    guard let value = receipt.value else { return .unknown(receipt.note ?? "not known", id: receipt.id) }
    return [
      "value": .number(value), "low": .optional(receipt.low ?? value), "high": .optional(receipt.high ?? value),
      "origin": .string(receipt.origin.rawValue), "method": .optional(receipt.method?.description),
      "id": .optional(receipt.id),
    ]
  }

  /// A figure that has its receipt beside it.
  public static func figure<Q: Quantity>(_ figure: Figure<Q>) -> JSONValue { .figure(figure.receipt) }

  /// A bare estimate, under an id that `dimmer explain` takes.
  public static func figure<Q: Quantity>(_ estimate: Estimate<Q>, id: String?) -> JSONValue {
    [
      "value": .number(estimate.value.baseValue), "low": .number(estimate.low.baseValue),
      "high": .number(estimate.high.baseValue), "origin": .string(estimate.origin.rawValue),
      "method": .string(estimate.method.description), "id": .optional(id),
    ]
  }

  /// A figure that is not known, with the reason.
  public static func unknown(_ reason: String, id: String? = nil) -> JSONValue {
    [
      "value": nil, "low": nil, "high": nil, "origin": nil, "method": nil, "id": .optional(id),
      "reason": .string(reason),
    ]
  }
}
