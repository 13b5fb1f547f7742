import Metering
public import Methods
public import Quantities

/// The marginal energy of a request as the mean over windows of requests like those to come.
public struct MeanRequestCalibration: Hashable, Sendable {
  /// The method's name and version.
  public static let id: MethodID = "mean-request-calibration@1"

  /// The energy of one request.
  public let perRequest: Estimate<Energy>
  /// How it came about.
  public let receipt: Receipt

  /// The calibration from the windows' energies of one request.
  ///
  /// - Parameters:
  ///   - noun: what one request asks for: `summary`.
  ///   - note: whose energy was read, and what else is to be known of the model.
  public init(_ windows: WindowEnergies, noun: String, note: String) {
    perRequest = windows.stated(by: Self.id)
    receipt =
      Figure(
        "marginal energy of one \(noun) on \(windows.what)", perRequest,
        inputs: [windows.figure("energy of a \(noun), \(windows.joules.count) windows").receipt],
        note: "\(windows.source.reason); \(note)"
      ).receipt
  }

  /// Energy of one request in a window, without what the rest of the machine would have used meanwhile.
  public static func joulesPerRequest(
    joules: Double, backgroundWatts: Double, seconds: Double, requests: Double
  ) -> Double {
    (joules - backgroundWatts * seconds) / requests
  }

  /// The registry's entry.
  static let method = Method(
    id, "Marginal energy of a request, the mean over windows of requests like those to come",
    formula: "joules_per_request = (joules - background_watts x seconds) / requests; the mean over windows",
    citation: Source(
      "Dimmer: energy beyond idle over windows of real requests (marginal, not mean, energy decides what switching saves)"
    ),
    inputs: [
      MethodParameter("joules", unit: "J", "energy beyond idle while requests were answered"),
      MethodParameter(
        "background_watts", unit: "W", "power beyond idle while nobody asked; 0 where only the server is metered"),
      MethodParameter("seconds", unit: "s", "how long the requests took together"),
      MethodParameter("requests", "requests answered"),
    ],
    outputs: [MethodParameter("joules_per_request", unit: "J", "energy of one request")]
  ) { arguments throws(MethodError) in
    let requests = try arguments.number("requests")
    guard requests > 0 else { throw .noAnswer("requests must be above 0") }
    let joules = joulesPerRequest(
      joules: try arguments.number("joules"), backgroundWatts: try arguments.number("background_watts"),
      seconds: try arguments.number("seconds"), requests: requests)
    return ["joules_per_request": .number(joules)]
  }
}
