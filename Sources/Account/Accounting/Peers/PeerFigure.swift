public import Methods
public import Quantities

/// What another tool says of some work: its formula run on inputs, with a receipt for each of its outputs.
///
/// The receipts are in Dimmer's base units (J, W, g, L, s), cite the tool with its version, and list the inputs as the
/// declared values that they are, so that a figure of a peer can be set beside one of Dimmer's and taken apart.
public struct PeerFigure: Hashable, Sendable {
  /// The method that ran: `ecologits-llm@1`.
  public let method: MethodID
  /// The tool and its version.
  public let source: Source
  /// The receipts by the peer's own output keys: `energy_kWh`, `gwp_kg`.
  public let receipts: [String: Receipt]

  /// Electricity that the peer charges, when it states any.
  public var energy: Figure<Energy>? { figure(of: ["energy_kWh", "mwh"]) }
  /// All the carbon that the peer charges, when it states any.
  public var carbon: Figure<Carbon>? {
    figure(of: ["gwp_kg", "tco2e", "kgco2e", "gco2e", "total_g", "g", "kg", "wtw_kg"])
  }
  /// All the water that the peer charges, when it states any.
  public var water: Figure<Water>? { figure(of: ["wcf_L", "litres"]) }

  /// The figure of the first key that there is in a quantity's base unit.
  ///
  /// - Parameter keys: the peer's own output keys, the one that counts everything first.
  public func figure<Q: Quantity>(of keys: [String]) -> Figure<Q>? {
    keys.lazy.compactMap { receipts[$0]?.figure(of: Q.self) }.first
  }
}

extension PeerMethods {
  /// Runs another tool's formula and gives a receipt for each of its numbers.
  ///
  /// - Parameters:
  ///   - kind: the formula's name: `ecologits.llm`, `codecarbon.country`, or a method's name.
  ///   - inputs: in the tool's own keys and units.
  /// - Returns: a receipt an output key, in base units. Where a tool states two ends, its value is the mean of both as
  ///   the tool's own summary has it, and the interval goes from end to end.
  /// - Throws: ``Methods/MethodError`` for an unknown name (with near ones) and for inputs that cannot be.
  public static func figure(kind: String, inputs: [String: MethodValue]) throws(MethodError) -> [String: Receipt] {
    try run(kind: kind, inputs: inputs).receipts
  }

  /// The same with the method and source beside the receipts, and typed figures of energy, carbon and water.
  public static func run(kind: String, inputs: [String: MethodValue]) throws(MethodError) -> PeerFigure {
    let registry = MethodRegistry(all)
    let method = try kind.contains(".") ? registry.method(ofKind: kind) : registry.method(named: kind)
    let outputs = try method.calculate(inputs)
    let statement = PeerStatement(method: method, inputs: inputs, outputs: outputs)
    return PeerFigure(method: method.id, source: method.citation, receipts: statement.receipts)
  }
}
