public import Methods
import Quantities

/// What makers' data sheets print of accelerators: power, memory, and how fast they move and multiply numbers.
public struct AcceleratorTable: Sendable {
  /// One kind of accelerator.
  public struct Entry: Hashable, Sendable {
    /// The name: `H100 SXM`.
    public let name: String
    /// Other names it is found under.
    public let aliases: [String]
    /// Who makes it.
    public let vendor: String
    /// The board's power limit in watts.
    public let boardWatts: Double
    /// Memory in gigabytes of 10^9 bytes.
    public let memoryGigabytes: Double
    /// Memory bandwidth in gigabytes per second.
    public let gigabytesPerSecond: Double
    /// Dense rate of 16-bit matrix arithmetic, in 10^12 operations per second.
    public let dense16BitTeraflops: Double
    /// Dense rate of 8-bit matrix arithmetic, in 10^12 operations per second.
    public let dense8BitTeraflops: Double
    /// The data sheet, and who quotes it where it was not read itself.
    public let source: Source
    /// What else to know.
    public let note: String?

    init(_ row: CSVRow) throws(CSVError) {
      name = try row.text("name")
      aliases = try row.names("aliases")
      vendor = try row.text("vendor")
      boardWatts = try row.positiveNumber("board_watts")
      memoryGigabytes = try row.positiveNumber("memory_gigabytes")
      gigabytesPerSecond = try row.positiveNumber("gigabytes_per_second")
      dense16BitTeraflops = try row.positiveNumber("dense_16bit_teraflops")
      dense8BitTeraflops = try row.positiveNumber("dense_8bit_teraflops")
      source = try row.source()
      note = try row.optionalText("note")
    }
  }

  /// The kinds, in the order of the table.
  public let entries: [Entry]

  init(_ bytes: [UInt8]) throws(FactorError) {
    entries = try readTable("accelerators", bytes) { row throws(CSVError) in try Entry(row) }
  }

  /// The accelerator of that name: `H100`, `A100 SXM4 80 GB`.
  ///
  /// - Throws: ``FactorError/unknown(kind:name:near:)`` with near names, or with all of them when none is near.
  public func accelerator(_ name: String) throws(FactorError) -> Entry {
    try NameLookup.find(
      name, in: entries, kind: "accelerator", by: NameLookup.lettersAndDigits, elseNaming: entries.count
    ) { [$0.name] + $0.aliases }
  }
}

extension CSVRow {
  /// A number that must be there and must be more than nothing.
  func positiveNumber(_ column: String) throws(CSVError) -> Double {
    let value = try requiredNumber(column)
    guard value > 0 else { throw try error(in: column, .other("a number above 0 must stand here")) }
    return value
  }
}
