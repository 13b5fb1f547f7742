public import Factors
import Quantities

/// Why served work cannot be estimated as it was described.
public enum ServingError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A number outside the range in which the estimate holds.
  case outOfRange(String, Double, allowed: ClosedRange<Double>, unit: String)
  /// Neither a known model nor numbers for one.
  case noModel(FactorError)
  /// Neither a known model of images or videos nor numbers for one; with the known ones.
  case noDiffusionModel(FactorError, known: [String])
  /// Nothing tells the model's size.
  case noParameters
  /// Nothing tells the size of a model of images or videos; with the known ones.
  case noDiffusionParameters(known: [String])
  /// More active parameters than there are.
  case moreActiveThanTotal
  /// The weights are larger than the accelerators' memory.
  case doesNotFit(gigabytes: Double, accelerators: Double, of: String, enough: Double)
  /// A number format that is not known.
  case unknownPrecision(String, known: [String])

  /// One line with the fix.
  public var description: String {
    // A bound is printed whole: who keeps to it must be let in.
    let bound = { (value: Double) in Decimals.significant(value, digits: 6) }
    let number = { (value: Double) in abs(value) < 1e15 ? Decimals.significant(value, digits: 6) : "\(value)" }
    switch self {
    case .outOfRange(let what, let value, let allowed, let unit):
      return "\(what) is \(value.isFinite ? number(value) : "\(value)"); it must be from \(bound(allowed.lowerBound)) "
        + "to \(bound(allowed.upperBound))" + (unit.isEmpty ? "" : " \(unit)")
    case .noModel(let error):
      return "\(ServingError.ended(error)) A model whose size nobody published is estimated from a range: "
        + "--parameters 100:400 (billions), with --active-parameters 20:60 for a mixture of experts"
    case .noDiffusionModel(let error, let known):
      return "\(ServingError.ended(error)) Known are \(known.joined(separator: ", ")). One whose size nobody published "
        + "is estimated from a range of billions of parameters: --parameters 5:20"
    case .noDiffusionParameters(let known):
      return "name a model (--model with one of \(known.joined(separator: ", "))) or its size in billions of "
        + "parameters (--parameters 12, or a range like 5:20)"
    case .noParameters:
      return "name a model (--model \"Llama 3.1 8B\") or its size in billions of parameters "
        + "(--parameters 8, or a range like 100:400)"
    case .moreActiveThanTotal:
      return "more parameters are active than there are; --active-parameters are those one token passes through"
    case .doesNotFit(let gigabytes, let accelerators, let name, let enough):
      return "weights of \(number(gigabytes)) GB do not fit in \(number(accelerators)) x \(name); "
        + "it takes \(number(enough)), or a smaller --precision"
    case .unknownPrecision(let name, let known):
      return "no number format '\(name)'; known are \(known.joined(separator: ", "))"
    }
  }

  /// An error as a sentence with its end, to which another can be added.
  private static func ended(_ error: FactorError) -> String {
    let text = "\(error)"
    return text.hasSuffix("?") || text.hasSuffix(".") ? text : text + "."
  }

  /// Refuses what is not a number in `range`.
  static func check(
    _ what: String, _ value: Double, in range: ClosedRange<Double>, _ unit: String = ""
  ) throws(ServingError) {
    guard range.contains(value) else { throw .outOfRange(what, value, allowed: range, unit: unit) }
  }
}
