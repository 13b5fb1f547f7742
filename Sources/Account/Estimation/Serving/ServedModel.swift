public import Factors
public import Methods
public import Quantities

/// The model that answers: how many parameters it has, how many one token passes through, and how they are kept.
public struct ServedModel: Hashable, Sendable {
  /// The name, for people.
  public let name: String
  /// All parameters, in billions.
  public let totalBillions: Figure<Ratio>
  /// Parameters that one token passes through, in billions.
  public let activeBillions: Figure<Ratio>
  /// Bits of one weight.
  public let weightBits: Figure<Ratio>
  /// Whether the size is a guess between two ends.
  public var isRange: Bool { totalBillions.estimate.low < totalBillions.estimate.high }

  /// The sizes for which the estimate holds, in billions of parameters.
  public static let sizes: ClosedRange<Double> = 0.001...20_000

  /// An open model as its card states it.
  ///
  /// - Parameter precision: the format it is served in; without one that it is published in.
  public init(_ entry: OpenModelTable.Entry, precision: WeightPrecision? = nil) {
    name = entry.name
    let stated = { (what: String, value: Double) in
      PublishedFactor.figure(
        "\(what), \(entry.name)", Ratio(value), uncertainty: "parameters:\(entry.name)", source: entry.source,
        note: entry.note)
    }
    totalBillions = stated("parameters in billions", entry.totalBillions)
    activeBillions = stated("active parameters in billions", entry.activeBillions)
    weightBits = precision.map(ServedModel.bits) ?? stated("bits of a weight", entry.weightBits)
  }

  /// A model by its size; where the ends of a range differ, the interval of every figure has them in it.
  ///
  /// - Parameters:
  ///   - billions: all parameters.
  ///   - activeBillions: those that one token passes through; without them all.
  ///   - precision: the format it is served in.
  /// - Throws: ``ServingError`` for sizes that no model has.
  public init(
    named name: String, billions: ClosedRange<Double>, activeBillions: ClosedRange<Double>? = nil,
    precision: WeightPrecision = .bf16
  ) throws(ServingError) {
    let active = activeBillions ?? billions
    for size in [billions.lowerBound, billions.upperBound, active.lowerBound, active.upperBound] {
      try ServingError.check("a model's size", size, in: ServedModel.sizes, "billion parameters")
    }
    guard active.lowerBound <= billions.lowerBound, active.upperBound <= billions.upperBound else {
      throw .moreActiveThanTotal
    }
    self.name = name
    totalBillions = ServedModel.stated("parameters in billions", billions, of: name)
    self.activeBillions = ServedModel.stated("active parameters in billions", active, of: name)
    weightBits = ServedModel.bits(of: precision)
  }

  /// A stated size, or the middle of a stated range on the scale of ratios.
  ///
  /// Total and active parameters share the uncertain thing: of two guesses the larger model is the larger in both.
  private static func stated(_ what: String, _ range: ClosedRange<Double>, of name: String) -> Figure<Ratio> {
    let middle = (range.lowerBound * range.upperBound).squareRoot()
    let number = { (value: Double) in Decimals.significant(value, digits: 3) }
    let isExact = range.lowerBound == range.upperBound
    let estimate = Estimate(
      Ratio(isExact ? range.lowerBound : middle), low: Ratio(range.lowerBound), high: Ratio(range.upperBound),
      origin: .declared, method: DeclaredFigure.method, source: "parameters:\(name)")
    return Figure(
      "\(what), \(name)", estimate,
      note: isExact
        ? "stated by the user"
        : "stated by the user as a range from \(number(range.lowerBound)) to \(number(range.upperBound)); nobody "
          + "published the size")
  }

  private static func bits(of precision: WeightPrecision) -> Figure<Ratio> {
    DeclaredFigure.make("bits of a weight in \(precision.rawValue)", precision.bits, note: "the served number format")
  }
}
