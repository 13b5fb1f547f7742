public import Ledger
public import Quantities

/// Aggregate disclosure for `/.well-known/sustainability`: whole UTC days, never finer, all callers together. The
/// Internet draft of that path (draft-besleaga-sustainability-wellknown) leaves figures to the publisher; an early
/// revision forbids anything finer than 24 hours, which is kept here.
public enum SustainabilityDocument {
  /// The sums of each day that has any, oldest first.
  public static func days(of hours: [HourRollup]) -> [(day: Timestamp, sums: RequestSums)] {
    var days: [Timestamp: RequestSums] = [:]
    for hour in hours { days[hour.key.hour.startOfDay, default: RequestSums()] += hour.sums }
    return days.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// The document. Energy and carbon are of the requests for which they are known; how many they are not known for
  /// stands beside them.
  public static func json(days: [(day: Timestamp, sums: RequestSums)], until end: Timestamp) -> JSONValue {
    [
      "granularity": "P1D", "until": .time(end),
      "days": .array(
        days.map { day, sums in
          [
            "date": .string(String(day.description.prefix(10))), "requests": .count(sums.requests),
            "energy_joules": known(sums.microjoules.energy.joules, sums.withoutEnergy < sums.requests),
            "requests_without_energy": .count(sums.withoutEnergy),
            "carbon_grams": known(sums.carbon.grams, sums.withoutCarbon < sums.requests),
            "requests_without_carbon": .count(sums.withoutCarbon),
            "cancelled_requests": .count(sums.cancelled),
            "wasted_joules": .number(sums.wastedMicrojoules.energy.joules),
          ]
        }),
      "scope":
        "Operational carbon of the electricity of requests served here; single requests are told to their callers only.",
    ]
  }

  private static func known(_ value: Double, _ isKnown: Bool) -> JSONValue { isKnown ? .number(value) : .null }
}
