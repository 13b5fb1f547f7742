import Accounting
public import Factors
public import Methods
public import Quantities

/// The accelerators that hold one copy of a model, as their data sheet describes them.
public struct ServingMachine: Hashable, Sendable {
  /// The kind.
  public let kind: AcceleratorTable.Entry
  /// Whether the user named the kind.
  public let isNamed: Bool
  /// How many of them hold one copy of the model.
  public internal(set) var count: Figure<Ratio>
  /// Power limit of one board.
  public let boardPower: Figure<Power>
  /// Memory bandwidth of one board, bytes per second.
  public let bytesPerSecond: Figure<Ratio>
  /// Dense arithmetic of one board in the served format, operations per second.
  public let flopPerSecond: Figure<Ratio>
  /// Memory of one board, bytes.
  public let memoryBytes: Figure<Ratio>

  /// The kind that is taken when none is named, and those that its interval reaches to.
  static let usual = (name: "H100 SXM", others: ["A100 SXM 80GB", "B200"])
  /// The counts of accelerators for which the estimate holds.
  static let counts: ClosedRange<Double> = 1...1024

  /// The accelerators for a model.
  ///
  /// - Parameters:
  ///   - name: the kind; without one the usual, which the receipt says.
  ///   - count: how many; without it the power of two whose memory holds the weights and a fifth more.
  ///   - weightBytes: what must fit, at the most.
  ///   - bits: of a weight: 8-bit formats compute at the 8-bit rate, all others at the 16-bit rate.
  /// - Throws: ``Factors/FactorError`` for an unknown kind, ``ServingError`` where the weights do not fit.
  init(
    named name: String?, count: Int?, weightBytes: Double, bits: Double, from table: AcceleratorTable
  ) throws {
    kind = try table.accelerator(name ?? ServingMachine.usual.name)
    isNamed = name != nil
    let memory = kind.memoryGigabytes * 1e9
    let enough = pow2(atLeast: weightBytes * 1.2 / memory)
    if let count {
      try ServingError.check("the number of accelerators", Double(count), in: ServingMachine.counts)
      guard weightBytes <= 0.9 * Double(count) * memory else {
        throw ServingError.doesNotFit(
          gigabytes: weightBytes / 1e9, accelerators: Double(count), of: kind.name, enough: enough)
      }
      self.count = DeclaredFigure.make(
        "accelerators for one copy of the model", Double(count), note: "stated by the user")
    } else {
      guard ServingMachine.counts.contains(enough) else {
        throw ServingError.doesNotFit(
          gigabytes: weightBytes / 1e9, accelerators: ServingMachine.counts.upperBound, of: kind.name, enough: enough)
      }
      self.count = DeclaredFigure.assumed(
        "accelerators for one copy of the model", enough, in: enough...enough, from: "prior:accelerators",
        note: "the power of two whose memory holds the weights and a fifth more")
    }
    let entry = kind
    let note = [entry.note, isNamed ? nil : "no accelerator was named: this one is assumed"].compactMap(\.self)
      .joined(separator: "; ")
    func printed<Q: Quantity>(_ what: String, _ value: Q) -> Figure<Q> {
      PublishedFactor.figure(
        "\(what), \(entry.name)", value, uncertainty: "data-sheet:\(entry.name)", source: entry.source,
        note: note.isEmpty ? nil : note)
    }
    boardPower = printed("power limit of a board", Power.watts(entry.boardWatts))
    bytesPerSecond = printed("memory bandwidth in bytes per second", Ratio(entry.gigabytesPerSecond * 1e9))
    let teraflops = bits == 8 ? entry.dense8BitTeraflops : entry.dense16BitTeraflops
    flopPerSecond = printed("dense \(bits == 8 ? 8 : 16)-bit operations per second", Ratio(teraflops * 1e12))
    memoryBytes = printed("memory in bytes", Ratio(memory))
  }
}

/// The least power of two that is at least `value`, and at least 1.
private func pow2(atLeast value: Double) -> Double {
  var power = 1.0
  while power < value, power < 1e9 { power *= 2 }
  return power
}
