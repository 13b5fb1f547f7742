public import Methods
public import Quantities

/// The part of a device's embodied (manufacturing) carbon that one piece of work owes.
public enum EmbodiedCarbon {
  /// Amortised by time (`embodied-by-time@1`), the default of the SCI standard: TE x TiR / EL x RR / ToR.
  ///
  /// - Parameters:
  ///   - total: TE, embodied carbon of the whole device.
  ///   - reserved: TiR, for how long the device was reserved.
  ///   - life: EL, how long the device is expected to last; tools take 3 to 6 years, so it is always in the receipt.
  ///   - share: RR / ToR, the part of the device that was reserved, 0 to 1.
  public static func byTime(
    total: Figure<Carbon>, reserved: Figure<Span>, life: Figure<Span>, share: Figure<Ratio>,
    labelled label: String = "embodied carbon, by time"
  ) -> Figure<Carbon> {
    byTime.figure(label, [Term(total), Term(reserved), Term(life), Term(share)])
  }

  /// Amortised by use (`embodied-by-use@1`): TE x work done / work in the whole life. Lower than by time for busy
  /// devices, higher for idle ones.
  public static func byUse(
    total: Figure<Carbon>, work: Figure<Ratio>, lifetimeWork: Figure<Ratio>,
    labelled label: String = "embodied carbon, by use"
  ) -> Figure<Carbon> {
    byUse.figure(label, [Term(total), Term(work), Term(lifetimeWork)])
  }

  static let methods: [Method] = [byTime.method, byUse.method]
  private static let positive = Double.leastNormalMagnitude...Double.greatestFiniteMagnitude
  private static let standard = Source("ISO/IEC 21031:2024, Software Carbon Intensity (SCI) specification")

  static let byTime = Formula(
    id: "embodied-by-time@1", summary: "Embodied carbon owed for reserving a share of a device for a time",
    formula: "embodied_grams x reserved_seconds / life_seconds x share", citation: standard,
    inputs: [
      MethodParameter("embodied_grams", unit: "g", "embodied carbon of the device", in: 0...positive.upperBound),
      MethodParameter("reserved_seconds", unit: "s", "time reserved", in: 0...positive.upperBound),
      MethodParameter("life_seconds", unit: "s", "expected life of the device", in: positive),
      MethodParameter("share", "part of the device that was reserved", in: 0...1),
    ],
    output: MethodParameter("carbon_grams", unit: "g", "embodied carbon owed, CO2e"),
    evaluate: { $0[0] * $0[1] / $0[2] * $0[3] })

  static let byUse = Formula(
    id: "embodied-by-use@1", summary: "Embodied carbon owed for a part of the work that a device does in its life",
    formula: "embodied_grams x work / lifetime_work",
    citation: Source("Amortisation of a fixed amount by units of use; the alternative to time in SCI reporting"),
    inputs: [
      MethodParameter("embodied_grams", unit: "g", "embodied carbon of the device", in: 0...positive.upperBound),
      MethodParameter("work", "work done, in any unit", in: 0...positive.upperBound),
      MethodParameter("lifetime_work", "work in the device's life, in the same unit", in: positive),
    ],
    output: MethodParameter("carbon_grams", unit: "g", "embodied carbon owed, CO2e"),
    evaluate: { $0[0] * $0[1] / $0[2] })
}
