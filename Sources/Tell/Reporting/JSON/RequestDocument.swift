public import Ledger
import Methods
import Quantities

/// What a caller can look up about a request it made.
public enum RequestDocument {
  /// The request with its figures, each with the id that `dimmer explain` takes.
  public static func json(_ explained: RequestExplanation) -> JSONValue {
    let request = explained.request
    let intensity = explained.intensity
    return [
      "request_id": .string(request.id.description), "alias": .string(request.alias),
      "variant": .string(request.variant), "why": .string(request.why), "status": .count(request.status),
      "received": .time(request.received), "grid_time": .time(request.grid),
      "duration_seconds": .number(Double(request.durationMicroseconds) / 1e6),
      "units": request.units.map { .count($0) } ?? .null, "tokens_in": request.tokensIn.map { .count($0) } ?? .null,
      "tokens_out": request.tokensOut.map { .count($0) } ?? .null,
      "tokens_in_cached": request.tokensInCached.map { .count($0) } ?? .null,
      "cancelled": .bool(request.isCancelled), "streamed": request.isStreamed.map { .bool($0) } ?? .null,
      "first_byte_seconds": .optional(request.firstByteMicroseconds.map { Double($0) / 1e6 }),
      "failed_tries": request.failedTries.map { .count($0) } ?? .null,
      "wasted_microjoules": request.wastedMicrojoules.map { .count($0.count) } ?? .null,
      "hedged_microjoules": request.hedgedMicrojoules.map { .count($0.count) } ?? .null,
      "energy_joules": .figure(explained.energy), "carbon_grams": .figure(explained.carbon),
      "embodied_grams": .figure(explained.embodied),
      "intensity_grams_per_kwh": .figure(intensity), "signal": .optional(explained.signal?.kind),
      "quality": .optional(explained.variant?.quality), "decision_id": .optional(request.decisionID?.description),
    ]
  }
}

/// Runs as `dimmer runs list --json` and the API give them.
public enum RunDocument {
  /// One run with its main figures.
  public static func json(_ account: ActivityAccount) -> JSONValue {
    let run = account.activity
    let figure = { (name: FigureName, what: String) in
      account.figure(name).map { JSONValue.figure($0.receipt) } ?? .unknown("\(what) was not recorded")
    }
    return [
      "run_id": .string(run.id.description), "name": .string(run.name), "started": .time(run.started),
      "duration_seconds": .optional(duration(of: run)), "energy_joules": figure(.energy, "energy"),
      "carbon_grams": figure(.carbon, "carbon"), "status": .string(run.status.description),
    ]
  }

  /// How long a run took, on the monotonic clock where it is known.
  public static func duration(of run: Activity) -> Double? {
    if let start = run.monotonicStarted, let end = run.monotonicEnded { return (end - start).seconds }
    return run.ended.map { ($0 - run.started).seconds }
  }
}
