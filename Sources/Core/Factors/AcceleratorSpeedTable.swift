public import Methods
public import Quantities

/// Printed speeds of older accelerators that models were trained on and that ``AcceleratorTable`` does not hold, in
/// operations a second at the precision that they train in.
public struct AcceleratorSpeedTable: Sendable {
  /// The speed of one accelerator.
  public struct Entry: Hashable, Sendable {
    /// The name, as in ``HardwareTable``.
    public let name: String
    /// Operations a second, in 10^12, without sparsity.
    public let teraflops: Double
    /// The precision: `bf16`.
    public let precision: String
    /// Where it stands.
    public let source: Source
    /// What else to know.
    public let note: String?

    init(_ row: CSVRow) throws(CSVError) {
      name = try row.text("name")
      teraflops = try row.requiredNumber("teraflops")
      precision = try row.text("precision")
      source = try row.source()
      note = try row.optionalText("note")
      guard teraflops > 0 else { throw try row.error(in: "teraflops", .other("a speed is above 0")) }
    }
  }

  /// The speeds, in the order of the table.
  public let entries: [Entry]

  init(_ bytes: [UInt8]) throws(FactorError) {
    entries = try readTable("accelerator_speeds", bytes) { row throws(CSVError) in try Entry(row) }
  }

  /// The printed operations a second of an accelerator, or why they are not known.
  ///
  /// - Parameter name: as in ``HardwareTable``.
  public func speed(of name: String) -> Finding<Ratio> {
    guard let entry = entries.first(where: { FoldedName($0.name) == FoldedName(name) }) else {
      return .unknown(
        "no table holds the speed of \(name); state it with --peak, or use one of "
          + entries.map(\.name).joined(separator: ", "))
    }
    return .figure(
      PublishedFactor.figure(
        "operations a second, \(entry.name), \(entry.precision)", Ratio(entry.teraflops * 1e12),
        uncertainty: "accelerator-speed:\(entry.name)", source: entry.source, note: entry.note))
  }
}
