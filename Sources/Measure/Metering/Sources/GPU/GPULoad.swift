public import Quantities

/// Power of a GPU by how busy it says it is, when its power cannot be read. Weak: busy means that some kernel ran, not
/// how hard it worked.
public struct GPULoad: Hashable, Sendable {
  /// Power at no load.
  public let idle: Power
  /// The power that the board is made for.
  public let designPower: Power

  /// A board. Without a measured idle power 0.12 of the design power is taken, the part that processors take.
  public init(designPower: Power, idle: Power? = nil) {
    self.designPower = designPower
    self.idle = idle ?? designPower * 0.12
  }

  /// `idle + (design power - idle) x load`; a load outside 0 to 1 counts as the nearest end.
  public func power(load: Double) -> Power {
    let load = min(max(load.isNaN ? 0 : load, 0), 1)
    return idle + (designPower - idle) * load
  }

  /// Published powers of AMD boards without a readable limit (vendor data sheets by way of a public calculator's table);
  /// boards whose sources differ are not here.
  static let watts: [(name: String, watts: Double)] = [
    ("mi100", 300), ("mi210", 300), ("mi250x", 560), ("mi300x", 750), ("mi350x", 1000), ("mi355x", 1400),
  ]

  /// The published power of a board by a word of its name.
  static func published(for name: String) -> Power? {
    let words = name.lowercased().split { !$0.isLetter && !$0.isNumber }
    return watts.first { words.contains(Substring($0.name)) }.map { .watts($0.watts) }
  }

  /// The model as a source.
  ///
  /// - Parameter busy: the busy part, 0 to 1; `nil` when it cannot be read now.
  static func source(
    name: String, load: GPULoad, busy: @escaping () -> Double?, reason: String
  ) -> ChannelSource {
    let channel = PowerChannel(name: "load of \(name)", target: .component(.gpu)) {
      busy().map { .power(load.power(load: $0)) } ?? .missing("how busy it is cannot be read")
    }
    return ChannelSource(
      [channel],
      descriptions: [
        SourceDescription(
          component: .gpu, name: "load model for \(name)", origin: .modelled, method: MeteringMethods.gpuLoad,
          reason: reason, relative: MeteringMethods.gpuLoadRelative)
      ], modelIdle: load.idle)
  }
}
