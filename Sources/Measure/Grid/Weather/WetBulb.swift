import Methods
import Quantities

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The wet-bulb temperature: what air cools to when water evaporates into it, and so what a cooling tower works
/// against. Method `wet-bulb@1`.
///
///     e_w(t_w) - A (1 + 0.000944 t_w) p (t - t_w) = humidity / 100 x e_w(t)
///     e_w(t) = 6.112 hPa x exp(17.62 t / (243.12 + t)),  A = 0.000653 / K
///
/// t is the air temperature in °C, p the air pressure in hPa; solved for t_w by bisection. This is the equation of the
/// ventilated psychrometer over water (WMO-No. 8, Guide to Instruments and Methods of Observation, Annex 4.B), which
/// the thermodynamic wet bulb follows within some tenths of a degree. Unlike the fit of Stull (2011) it takes the
/// pressure and holds for dry and for saturated air; the two agree within the error that Stull states (-1.0 to
/// +0.65 °C) from -10 to 35 °C, and within 1 °C up to 50 °C. Below freezing it is that of
/// supercooled water, as humidities are reported.
public enum WetBulb {
  /// Air temperatures it is used for, in °C.
  public static let temperatures = -45.0...60.0
  /// Pressure at sea level in hPa, where nobody states another.
  public static let standardPressure = 1013.25

  /// The wet-bulb temperature in °C; nothing when an input is outside its range.
  ///
  /// - Parameters:
  ///   - temperature: of the air in °C, -45 to 60.
  ///   - humidity: relative to water in percent, 0 to 100.
  ///   - pressure: of the air in hPa, 500 to 1100. A thousand metres of height make a wet bulb some tenths lower.
  public static func celsius(
    temperature: Double, relativeHumidity humidity: Double, pressure: Double = standardPressure
  ) -> Double? {
    guard temperatures.contains(temperature), (0...100).contains(humidity), (500...1100).contains(pressure) else {
      return nil
    }
    let vapour = humidity / 100 * saturation(temperature)
    var low = temperature - 60
    var high = temperature
    for _ in 0..<50 {
      let middle = (low + high) / 2
      let excess =
        saturation(middle) - 0.000653 * (1 + 0.000944 * middle) * pressure * (temperature - middle) - vapour
      if excess < 0 { low = middle } else { high = middle }
    }
    return high
  }

  /// The pressure of saturated vapour over water in hPa.
  private static func saturation(_ celsius: Double) -> Double { 6.112 * exp(17.62 * celsius / (243.12 + celsius)) }

  /// The wet-bulb temperature of a place from its temperature and humidity, where both are known.
  ///
  /// - Throws: ``WeatherError`` when one of them is of another kind or region.
  public static func series(
    temperature: Series, relativeHumidity humidity: Series, pressure: Double = standardPressure
  ) throws(WeatherError) -> Series {
    guard temperature.kind == .temperature else { throw .wrongKind(temperature.kind, expected: .temperature) }
    guard humidity.kind == .relativeHumidity else { throw .wrongKind(humidity.kind, expected: .relativeHumidity) }
    let slots = try temperature.pairs(with: humidity).compactMap { pair -> Slot? in
      celsius(temperature: pair.own.value, relativeHumidity: pair.other.value, pressure: pressure).map {
        Slot(pair.validity, value: $0, issuedAt: pair.issuedAt, isEstimated: pair.isEstimated)
      }
    }
    return Series(
      region: temperature.region, kind: .wetBulb, unit: "°C", provider: GridMethods.wetBulb.description,
      source: temperature.source,
      receipt: Receipt(
        label: "wet-bulb temperature, \(temperature.region)", value: nil, unit: "°C", origin: .modelled,
        method: GridMethods.wetBulb, source: temperature.source,
        note: "from \(temperature.provider) at \(Decimals.significant(pressure, digits: 6)) hPa; "
          + "\(slots.count) of \(temperature.slots.count) intervals have both",
        inputs: [temperature.receipt, humidity.receipt].compactMap { $0 }),
      checked: ArraySlice(slots), isIssuedInOrder: Series.isIssuedInOrder(slots))
  }
}

/// Why weather could not be put to use.
public enum WeatherError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A series is about something else.
  case wrongKind(SignalKind, expected: SignalKind)
  /// Two series are about different places.
  case mixedRegions(Region, Region)
  /// The series is no carbon intensity of the grid.
  case noIntensity(SignalKind)
  /// Points of a PUE make no curve.
  case badCurve(String)

  /// One line with the fix.
  public var description: String {
    switch self {
    case .wrongKind(let kind, let expected):
      "this takes \(expected.label), not \(kind.label); give a series of that kind"
    case .mixedRegions(let first, let second):
      "the weather of \(second) says nothing about \(first); give both the same region"
    case .noIntensity(let kind): "\(kind.label) is no carbon intensity of the grid; give one without a PUE in it"
    case .badCurve(let what): what
    }
  }
}

/// Two series where both have a value.
struct SlotPair {
  let validity: Range<Timestamp>
  let own: Slot
  let other: Slot
  var issuedAt: Timestamp { max(own.issuedAt, other.issuedAt) }
  var isEstimated: Bool { own.isEstimated || other.isEstimated }
}

extension Series {
  /// The stretches in which both series have a value, in order.
  func pairs(with other: Series) throws(WeatherError) -> [SlotPair] {
    guard region == other.region else { throw .mixedRegions(region, other.region) }
    var result: [SlotPair] = []
    var index = other.slots.startIndex
    for slot in slots {
      while index < other.slots.endIndex, other.slots[index].end <= slot.start { index += 1 }
      var inside = index
      while inside < other.slots.endIndex, other.slots[inside].start < slot.end {
        let shared = slot.validity.clamped(to: other.slots[inside].validity)
        if !shared.isEmpty { result.append(SlotPair(validity: shared, own: slot, other: other.slots[inside])) }
        inside += 1
      }
    }
    return result
  }

  /// Whether later slots were issued no earlier.
  static func isIssuedInOrder(_ slots: [Slot]) -> Bool {
    zip(slots, slots.dropFirst()).allSatisfy { $0.issuedAt <= $1.issuedAt }
  }
}
