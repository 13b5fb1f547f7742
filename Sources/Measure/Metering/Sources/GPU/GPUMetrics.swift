/// The binary table `gpu_metrics` of AMD's driver (Linux, kgd_pp_interface.h): a header of table size, format and content
/// revision, then fields by revision. Only what is used here is read.
public struct GPUMetrics: Hashable, Sendable {
  /// The energy accumulator's unit in microjoules where the header states it: 2^-16 J.
  public static let microjoulesPerCount = 1e6 / 65536

  /// 1 for graphics cards; 2 and 3 for processors with graphics inside, whose sensors speak of both together.
  public let format: UInt8
  /// The revision of the fields.
  public let content: UInt8
  /// The energy accumulator; `nil` in tables without one, without a stated unit, or where the card does not fill it.
  public let energyCount: UInt64?

  /// Where the accumulator is, by content revision of format 1. Before 1.4 its unit is not stated.
  private static let offsets: [UInt8: Int] = [4: 24, 5: 88, 6: 16, 7: 24]

  /// Reads a table; `nil` for bytes that are none.
  public init?(_ bytes: some Sequence<UInt8>) {
    let bytes = Array(bytes)
    guard bytes.count >= 4 else { return nil }
    let size = Int(bytes[0]) | Int(bytes[1]) << 8
    guard size >= 4, size <= bytes.count else { return nil }
    format = bytes[2]
    content = bytes[3]
    guard format == 1, let offset = Self.offsets[content], offset + 8 <= size else {
      energyCount = nil
      return
    }
    let count = (0..<8).reduce(UInt64(0)) { $0 | UInt64(bytes[offset + $1]) << UInt64(8 * $1) }
    // All ones is the driver's word for a field that the card does not have.
    energyCount = count == .max || count == 0 ? nil : count
  }

  /// Whether the processor is in the same package and in the same sensors.
  public var containsProcessor: Bool { format >= 2 }
}
