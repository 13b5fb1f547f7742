public import Quantities

/// What a counter taught of one machine model: readings of power by load and the curve fitted to them, for machines of
/// that model whose counter cannot be read.
public struct LoadProfile: Hashable, Sendable {
  /// Readings of half a year ago count for a quarter: machines are rebuilt, dust settles, firmware changes.
  static let halfLife = Quantities.Span.seconds(90 * 86_400)
  /// However long a machine was watched, what is kept of a range of loads weighs no more than this many readings in each
  /// half: a quarter of an hour at one a second, so that a machine that has changed wins within hours at that load.
  static let mostKept = 900.0

  /// The machine model that it is for.
  public let model: MachineModel
  /// When its last reading was taken.
  public let made: Timestamp
  /// The counter that was read, for people: `RAPL package-0`.
  public let source: String
  /// The counter's own 95 % interval, as a part of the value.
  public let sourceError: Double
  /// The readings.
  public let readings: LoadBins
  /// The curve; `nil` while there are too few readings.
  public let fit: LoadCurveFit?

  /// The profile of readings.
  ///
  /// - Throws: ``MeteringError`` when the counter's error is no number that an error can be.
  public init(
    model: MachineModel, made: Timestamp, source: String, sourceError: Double, readings: LoadBins
  ) throws(MeteringError) {
    guard sourceError >= 0, sourceError <= 10 else { throw MeteringError("load profile: no usable 'source-error'") }
    self.model = model
    self.made = made
    self.source = source
    self.sourceError = sourceError
    self.readings = readings
    fit = try? LoadCurveFit(readings)
  }

  /// A fit's error and the counter's together; neither knows of the other.
  func combined(_ error: Double) -> Double { (error * error + sourceError * sourceError).squareRoot() }

  /// What the next profile of the machine is made of: newer readings and what is left of these. Readings of a worse
  /// counter are not mixed in, and those of a better one stand alone; `nil` where these should stay as they are.
  func merged(with newer: LoadBins, sourceError: Double, at moment: Timestamp) -> LoadBins? {
    if sourceError > self.sourceError { return nil }
    guard sourceError == self.sourceError else { return newer }
    let age = max(Double(moment.milliseconds) - Double(made.milliseconds), 0) / 1000
    var result = readings.faded(by: Self.half(age / Self.halfLife.seconds), most: Self.mostKept)
    result.add(newer)
    return result
  }

  /// One half to the power of `exponent`.
  private static func half(_ exponent: Double) -> Double {
    let whole = min(exponent.rounded(.down), 60)
    let part = min(exponent - whole, 1)
    // Between whole halvings straight: at most 6 % more than the power, which nobody can tell.
    return (1 - part / 2) / Double(UInt64(1) << UInt64(whole))
  }
}
