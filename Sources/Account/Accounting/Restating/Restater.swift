public import Methods
public import Quantities

/// Recomputes kept figures under the newest versions of the methods that made them (see `dimmer restate`).
///
/// A receipt is a tree of applied formulas: each input is recomputed first, then the formula that they went into. What
/// the record does not hold enough of is not recomputed, and the reason is said; a formula whose kept inputs do not give
/// the kept value is such a case, so that nothing is restated from the wrong numbers.
public struct Restater: Sendable {
  /// What a newer version changed in a figure.
  public struct Change: Hashable, Sendable {
    /// The version that the figure was made by.
    public let from: MethodID
    /// The newest version.
    public let to: MethodID
    /// What is other in it, and why.
    public let reason: String
  }

  /// What became of a figure.
  public enum Outcome: Hashable, Sendable {
    /// All its methods are the newest: there is nothing to restate.
    case current
    /// Recomputed, by these changes.
    case restated(Receipt, [Change])
    /// Made by an older version, and the record does not hold what the newest one needs.
    case notRecomputed(Unknown, [Change])
  }

  private let registry: MethodRegistry
  private let formulas: [String: Formula]
  private let only: Set<String>?

  /// A restater over the methods of a program.
  ///
  /// - Parameter only: names of methods to restate; `nil` for all.
  public init(_ registry: MethodRegistry, only: Set<String>? = nil) {
    self.init(registry, formulas: AccountingMethods.formulas, only: only)
  }

  /// A restater with formulas of its own, for rooms above and for tests.
  package init(_ registry: MethodRegistry, formulas: [Formula], only: Set<String>?) {
    self.registry = registry
    self.formulas = Dictionary(formulas.map { ($0.id.name, $0) }) { first, _ in first }
    self.only = only
  }

  /// Restates one kept figure.
  public func restate(_ receipt: Receipt) -> Outcome {
    var changes: [Change] = []
    do throws(Unknown) {
      let made = try recomputed(receipt, &changes)
      return changes.isEmpty ? .current : .restated(noted(made, was: receipt), changes)
    } catch {
      return .notRecomputed(error, changes)
    }
  }

  /// The newest version of a method, when the given one is older.
  public func newer(than id: MethodID) -> Method? {
    guard only?.contains(id.name) ?? true else { return nil }
    let newest = registry.methods.last { $0.id.name == id.name }
    return newest.flatMap { $0.id.version > id.version ? $0 : nil }
  }

  private func recomputed(_ receipt: Receipt, _ changes: inout [Change]) throws(Unknown) -> Receipt {
    var inputs: [Receipt] = []
    for input in receipt.inputs { inputs.append(try recomputed(input, &changes)) }
    guard let method = receipt.method, let value = receipt.value else {
      var copy = receipt
      copy.inputs = inputs
      return copy
    }
    let newest = newer(than: method)
    if let newest {
      let reason = newest.changes ?? "no reason is on record"
      let change = Change(from: method, to: newest.id, reason: reason)
      if !changes.contains(change) { changes.append(change) }
    }
    guard newest != nil || inputs != receipt.inputs else { return receipt }
    let id = newest?.id ?? method
    let old = receipt.inputs.map(Restater.estimate)
    let new = inputs.map(Restater.estimate)
    let given = old.compactMap(\.self)
    guard given.count == old.count, !given.isEmpty else {
      throw Unknown("'\(receipt.label)' does not hold the inputs of \(id)")
    }
    guard let operation = formula(id, receipt), Restater.agrees(operation(given.map(\.value.value)), value) else {
      throw Unknown("'\(receipt.label)' is kept with inputs from which \(id) can not be computed; measure again")
    }
    return Restater.remade(receipt, by: id, from: new.compactMap(\.self), replacing: given, inputs, operation)
  }

  /// The formula on base values.
  private func formula(_ id: MethodID, _ receipt: Receipt) -> (@Sendable ([Double]) -> Double)? {
    if let formula = formulas[id.name], formula.inputs.count >= receipt.inputs.count { return formula.evaluate }
    guard id.name == "sum" else { return nil }
    return { (values: [Double]) -> Double in values.reduce(0, +) }
  }

  private static func remade(
    _ receipt: Receipt, by id: MethodID, from new: [Estimate<Ratio>], replacing old: [Estimate<Ratio>],
    _ inputs: [Receipt], _ operation: @Sendable ([Double]) -> Double
  ) -> Receipt {
    let estimate = Estimate<Ratio>.evaluating(new, method: id, operation)
    let value = estimate.value.value
    // What the formula itself was unsure of is in no input; it goes with the value.
    let foreign = Set(old.flatMap { Array($0.deviations.keys) })
    let kept = receipt.value ?? 0
    let scale = kept == 0 ? 1 : value / kept
    var deviations = estimate.deviations
    for (source, own) in receipt.deviations where !foreign.contains(source) {
      deviations[source] = Deviation(atLow: own.atLow * scale, atHigh: own.atHigh * scale)
    }
    let whole = Estimate<Ratio>(
      Ratio(value), origin: receipt.origin, method: id, deviations: deviations, additivity: estimate.additivity)
    var copy = receipt
    copy.method = id
    copy.value = value
    copy.low = whole.low.value
    copy.high = whole.high.value
    copy.deviations = whole.deviations
    copy.additivity = whole.additivity
    copy.inputs = inputs
    return copy
  }

  private static func estimate(_ receipt: Receipt) -> Estimate<Ratio>? {
    receipt.value.map {
      Estimate(
        Ratio($0), origin: receipt.origin, method: receipt.method ?? DeclaredValue.formula.id,
        deviations: receipt.deviations, additivity: receipt.additivity)
    }
  }

  private static func agrees(_ value: Double, _ kept: Double) -> Bool {
    abs(value - kept) <= 1e-9 * Swift.max(abs(kept), .leastNormalMagnitude)
  }

  /// The receipt with a word of what it was: nobody finds a number changed without being told.
  private func noted(_ made: Receipt, was old: Receipt) -> Receipt {
    guard made != old else { return made }
    var copy = made
    let ends = [old.low, old.high].map { $0.map { Decimals.significant($0, digits: 4) } ?? "unknown" }
    let before =
      "Restated: it was \(old.value.map { Decimals.significant($0, digits: 4) } ?? "unknown") \(old.unit)"
      + " (\(ends.joined(separator: " to "))) by \(old.method?.description ?? "no method")."
    copy.note = [old.note, before].compactMap(\.self).joined(separator: " ")
    return copy
  }
}
