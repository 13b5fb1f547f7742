import Methods
import Quantities

extension Pedigree {
  /// Marks by what the figures of a footprint rest on.
  ///
  /// - Parameters:
  ///   - intensity: the grid's intensity with its receipt.
  ///   - gridYear: the year that the intensity is of, where it is a yearly mean.
  ///   - workYear: the year that the work was done in.
  ///   - isOwnHardware: whether the work ran where its energy was read.
  ///   - missing: what of the machine the energy leaves out.
  init(
    of figures: FootprintLabel.Figures, intensity: Receipt, region: String?, gridYear: Int?, workYear: Int?,
    isOwnHardware: Bool, hardware: String?, load: String?, missing: String?
  ) {
    self.init([
      Self.reliability(figures.energy), Self.completeness(figures, missing: missing),
      Self.time(intensity, gridYear: gridYear, workYear: workYear),
      Self.geography(intensity, region: region, isMean: gridYear != nil),
      Self.technology(
        isOwn: isOwnHardware, isRead: figures.energy.origin == .measured, hardware: hardware, load: load),
    ])
  }

  private static func reliability(_ energy: Receipt) -> Mark {
    guard let value = energy.value else { return Mark(.reliability, 5, "the energy is not known") }
    if value > 0, let low = energy.low, let high = energy.high, high > 10 * low {
      return Mark(.reliability, 5, "the ends of the energy's interval are more than ten times apart")
    }
    let leaves = energy.flattened.filter(\.inputs.isEmpty)
    switch energy.origin {
    case .measured: return Mark(.reliability, 1, "energy read from a meter")
    case .published: return Mark(.reliability, 2, "energy printed by a named source")
    case .declared: return Mark(.reliability, 3, "energy as somebody stated it")
    case .assumed: return Mark(.reliability, 4, "the energy rests on values that Dimmer chose")
    case .modelled:
      if leaves.contains(where: { $0.origin == .measured }) {
        return Mark(.reliability, 2, "energy modelled from readings")
      }
      return Mark(.reliability, 3, "energy modelled")
    }
  }

  private static func completeness(_ figures: FootprintLabel.Figures, missing: String?) -> Mark {
    if let missing { return Mark(.completeness, 5, "energy is not of the whole machine: \(missing)") }
    let named: [(name: String, receipt: Receipt)] = [
      ("energy", figures.energy), ("carbon", figures.carbon), ("embodied carbon", figures.embodied),
      ("water at the plants", figures.waterOffSite), ("water on the site", figures.waterOnSite),
    ]
    let unknown = named.filter { $0.receipt.value == nil }.map(\.name)
    guard !unknown.isEmpty else { return Mark(.completeness, 1, "every figure is known") }
    return Mark(.completeness, 1 + unknown.count, "not known: \(unknown.joined(separator: ", "))")
  }

  private static func time(_ intensity: Receipt, gridYear: Int?, workYear: Int?) -> Mark {
    guard intensity.value != nil else { return Mark(.time, 5, "no grid value") }
    guard let gridYear else { return Mark(.time, 1, "the grid value of the time of the work") }
    guard let workYear else { return Mark(.time, 3, "grid of \(gridYear), the work's year is not known") }
    let apart = abs(workYear - gridYear)
    let score =
      switch apart {
      case 0, 1: 2
      case 2, 3: 3
      case 4, 5: 4
      default: 5
      }
    return Mark(.time, score, "yearly mean of \(gridYear) for work in \(workYear)")
  }

  private static func geography(_ intensity: Receipt, region: String?, isMean: Bool) -> Mark {
    guard intensity.value != nil else { return Mark(.geography, 5, intensity.note ?? "no grid was named") }
    guard let region else { return Mark(.geography, 4, "a grid value without a place") }
    if ["world", "wor", "wld"].contains(region.lowercased()) { return Mark(.geography, 4, "the world's mean") }
    if intensity.flattened.contains(where: { $0.note?.contains("stands in") == true }) {
      return Mark(.geography, 3, "another place's grid stands in for \(region)")
    }
    return isMean
      ? Mark(.geography, 2, "the mean of \(region)") : Mark(.geography, 1, "the grid of \(region) itself")
  }

  private static func technology(
    isOwn: Bool, isRead: Bool, hardware: String?, load: String?
  ) -> Mark {
    guard let hardware else { return Mark(.technology, isOwn ? 3 : 5, "the hardware is not named") }
    if isOwn, isRead { return Mark(.technology, load == nil ? 2 : 1, "read on the machine itself") }
    if isOwn { return Mark(.technology, load == nil ? 3 : 2, "modelled for the machine itself") }
    return load == nil
      ? Mark(.technology, 4, "\(hardware); its load is assumed or not known")
      : Mark(.technology, 3, "\(hardware), by its model")
  }
}

extension Receipt {
  /// The first receipt in the tree that holds, this one first.
  func first(where holds: (Receipt) -> Bool) -> Receipt? { flattened.first(where: holds) }
}

extension Timestamp {
  /// The calendar year in UTC.
  var year: Int? { Int(description.prefix(4)) }
}
