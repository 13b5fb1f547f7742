import NIOHTTP1
import Quantities

/// The energy of a request as its backend reported it, in one of the ways seen in the wild: an `energy` object in the
/// body or in an SSE comment (Neuralwatt), `details.energy_mj` (TGI), a field or trailer `X-Energy-Joules`
/// (greenjoules) or `X-GreenGate-Energy-Joules` (an estimate from tokens), or `Dimmer-Energy` of a Dimmer behind us.
struct EnergyReport: Equatable {
  var joules: Double
  var low: Double?
  var high: Double?
  var origin: Origin
  /// How the backend says that it attributes energy to requests.
  var attribution: String?

  /// More than this for one request is taken for an error: ten kilowatt-hours.
  static let most = 3.6e7

  /// A report; nil for what cannot be the energy of a request. 0 is no report: work that was done used energy.
  init?(
    joules: Double, low: Double? = nil, high: Double? = nil, origin: Origin = .measured, attribution: String? = nil
  ) {
    guard joules > 0, joules <= Self.most else { return nil }
    self.joules = joules
    let isInterval = (low ?? joules) >= 0 && (low ?? joules) <= joules && (high ?? joules) >= joules
    self.low = isInterval ? low : nil
    self.high = isInterval ? high.map { min($0, Self.most) } : nil
    self.origin = origin
    self.attribution = attribution
  }

  /// What header fields or trailers say; nil when they say nothing.
  init?(_ headers: HTTPHeaders) {
    var best: EnergyReport?
    var method: String?
    for (name, value) in headers {
      switch name.utf8.count {
      case 13 where HeaderRules.same(name, "dimmer-energy"): best = EnergyReport(field: value) ?? best
      case 15 where HeaderRules.same(name, "x-energy-joules"):
        best = Double(value).flatMap { EnergyReport(joules: $0) } ?? best
      case 15 where HeaderRules.same(name, "x-energy-method"): method = value
      case 25 where best == nil && HeaderRules.same(name, "x-greengate-energy-joules"):
        best = Double(value).flatMap {
          EnergyReport(joules: $0, origin: .modelled, attribution: "GreenGate's estimate from tokens")
        }
      default: break
      }
    }
    guard var best else { return nil }
    if best.attribution == nil { best.attribution = method }
    self = best
  }

  /// Reads a `Dimmer-Energy` field, the form of ``EnergyCharge/field``.
  init?(field: String) {
    var low: Double?
    var high: Double?
    var origin = Origin.modelled
    var method: String?
    let parts = field.split(separator: ";").map { $0.drop { $0 == " " } }
    guard let first = parts.first, let joules = Double(first) else { return nil }
    for part in parts.dropFirst() {
      guard let equals = part.firstIndex(of: "=") else { continue }
      let value = part[part.index(after: equals)...]
      switch part[..<equals] {
      case "low": low = Double(value)
      case "high": high = Double(value)
      case "origin": origin = Origin(rawValue: String(value)) ?? .modelled
      case "method": method = String(value)
      default: break
      }
    }
    self.init(joules: joules, low: low, high: high, origin: origin, attribution: method)
  }

  /// The charge it makes. Where the backend states no interval, `spread` is its relative half-width.
  func charge(spread: Double) -> EnergyCharge {
    EnergyCharge(
      joules: JouleRange(value: joules, low: low ?? joules * (1 - spread), high: high ?? joules * (1 + spread)),
      origin: origin, method: GatewayMethods.reportedEnergyID, isReported: true,
      remark: attribution.map { "the model server attributes by: \($0)" })
  }
}

extension EnergyCharge {
  /// The value of the `Dimmer-Energy` field: joules to the microjoule, interval, origin, method.
  var field: String {
    let text = { (joules: Double) in Decimals.fixed(joules, places: 6) }
    return "\(text(joules.value)); low=\(text(joules.low)); high=\(text(joules.high)); origin=\(origin.rawValue); "
      + "method=\(method)"
  }
}
