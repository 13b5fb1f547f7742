import NIOHTTP1

/// What a caller asks for in header fields of ours, and of the few general ones that matter here.
struct CallerHints: Equatable {
  /// `Dimmer-Min-Quality`: least mean quality in points of the variant that answers.
  var minimumQuality: Double?
  /// `Dimmer-Max-Carbon`: most operational grams that the request is expected to cost.
  var maximumCarbonGrams: Double?
  /// `Dimmer-Pin: 1`: the alias's best variant, and no other.
  var isPinned = false
  /// `Dimmer-Difficulty`, 0 to 1.
  var difficulty: Double?
  /// `Dimmer-Session` or `X-Session-Id`.
  var session: String?
  /// `Prefer: dimmer=usage`.
  var prefersUsage = false
  /// `TE: trailers`.
  var takesTrailers = false

  /// A caller who asks for nothing.
  init() {}

  /// Reads the fields in one walk.
  ///
  /// - Throws: ``Refusal`` naming the first field whose value makes no sense.
  init(_ headers: HTTPHeaders) throws(Refusal) {
    for (name, value) in headers {
      switch name.utf8.count {
      case 2 where HeaderRules.same(name, "te"):
        takesTrailers = takesTrailers || value.lowercased().contains("trailers")
      case 6 where HeaderRules.same(name, "prefer"): prefersUsage = prefersUsage || Self.prefersUsage(value)
      case 10 where HeaderRules.same(name, "dimmer-pin"):
        guard value == "1" || value == "0" else { throw .badHint("Dimmer-Pin", "must be 1 (or 0), not '\(value)'") }
        isPinned = value == "1"
      case 12 where session == nil && HeaderRules.same(name, "x-session-id"): session = value
      case 14 where HeaderRules.same(name, "dimmer-session"): session = value
      case 17 where HeaderRules.same(name, "dimmer-max-carbon"):
        maximumCarbonGrams = try Self.number(value, "Dimmer-Max-Carbon", 0...1e9, "grams of CO2e")
      case 17 where HeaderRules.same(name, "dimmer-difficulty"):
        difficulty = try Self.number(value, "Dimmer-Difficulty", 0...1, "a number from 0 to 1")
      case 18 where HeaderRules.same(name, "dimmer-min-quality"):
        minimumQuality = try Self.number(value, "Dimmer-Min-Quality", 0...100, "points from 0 to 100")
      default: break
      }
    }
  }

  private static func number(
    _ text: String, _ field: String, _ range: ClosedRange<Double>, _ need: String
  ) throws(Refusal) -> Double {
    guard let number = Double(text), range.contains(number) else {
      throw .badHint(field, "must be \(need), not '\(text)'")
    }
    return number
  }

  private static func prefersUsage(_ value: String) -> Bool {
    value.split(separator: ",").contains { part in
      let plain = part.split(separator: ";")[0].filter { $0 != " " && $0 != "\t" && $0 != "\"" }
      return plain.lowercased() == "dimmer=usage"
    }
  }
}

extension Refusal {
  /// A header field of ours with a value that makes no sense.
  static func badHint(_ field: String, _ trouble: String) -> Refusal {
    Refusal(
      status: .badRequest, message: "The header field '\(field)' \(trouble).", type: "invalid_request_error",
      param: field, code: nil)
  }

  /// No key, or one that is not known.
  static let badKey = Refusal(
    status: .unauthorized,
    message:
      "A valid key is needed: send it as 'Authorization: Bearer KEY'; the operator of this gateway hands them out.",
    type: "invalid_request_error", code: "invalid_api_key", headers: [("WWW-Authenticate", "Bearer")])
}
