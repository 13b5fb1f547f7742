import Methods
import Quantities

/// The SCI standard's amortisation and SCI for AI's consumer score (`sci-embodied@1`, `sci-ai-consumer@1`) on
/// ``EmbodiedCarbon`` and ``SoftwareCarbonIntensity``.
enum ScoreMethods {
  static let all: [Method] = [embodied, consumer]

  private static let embodied = Method(
    "sci-embodied@1", "SCI: embodied carbon owed for a time on a share of a device",
    formula: "te_kg x 1000 x tir_h / (el_years x 8760) x rr / tor",
    citation: Source("ISO/IEC 21031:2024, Software Carbon Intensity (SCI) 1.1: M = TE x TS x RS"),
    inputs: [
      MethodParameter("te_kg", unit: "kg", "TE, embodied carbon of the whole device", in: Plausible.amount),
      MethodParameter("el_years", unit: "years", "EL, expected life of the device", in: 1e-3...100),
      MethodParameter("tir_h", unit: "h", "TiR, time reserved", in: Plausible.amount),
      MethodParameter("rr", "RR, resources reserved", in: Plausible.amount),
      MethodParameter("tor", "ToR, resources in all", in: Plausible.positive),
    ],
    outputs: [MethodParameter("g", unit: "g", "embodied carbon owed, CO2e")]
  ) { arguments throws(MethodError) in
    let reserved = try arguments.number("rr")
    let all = try arguments.number("tor")
    guard reserved <= all else { throw .outOfRange("rr", reserved, allowed: 0...all) }
    let owed = EmbodiedCarbon.byTime(
      total: DeclaredValue.figure("TE", Carbon.kilograms(try arguments.number("te_kg"))),
      reserved: DeclaredValue.figure("TiR", Span.hours(try arguments.number("tir_h"))),
      life: DeclaredValue.figure("EL", Span.years(try arguments.number("el_years"))),
      share: DeclaredValue.figure("RR / ToR", Ratio(reserved / all)))
    return ["g": .number(owed.value.grams)]
  }

  /// Section 9.1.3 of the draft prints 0.13 g where its own inputs give 130 g.
  private static let consumer = Method(
    "sci-ai-consumer@1", "SCI for AI: the consumer's score, carbon of operation per million tokens",
    formula: "(operational_kg + embodied_kg) x 1000 / (tokens / 1e6)",
    citation: Source("Green Software Foundation, SCI for AI (draft), section 9.1", year: 2025),
    inputs: [
      MethodParameter("operational_kg", unit: "kg", "operational carbon, location-based", in: Plausible.amount),
      MethodParameter("embodied_kg", unit: "kg", "embodied carbon owed", in: Plausible.amount),
      MethodParameter("tokens", "tokens served", in: 1...1e24),
    ],
    outputs: [MethodParameter("g_per_million_tokens", unit: "g", "grams CO2e per million tokens")]
  ) { arguments throws(MethodError) in
    let score = SoftwareCarbonIntensity.score(
      operational: DeclaredValue.figure("operational", Carbon.kilograms(try arguments.number("operational_kg"))),
      embodied: DeclaredValue.figure("embodied", Carbon.kilograms(try arguments.number("embodied_kg"))),
      units: DeclaredValue.figure("million tokens", Ratio(try arguments.number("tokens") / 1e6)),
      unit: "million tokens")
    return ["g_per_million_tokens": .number(score.value.grams)]
  }
}
