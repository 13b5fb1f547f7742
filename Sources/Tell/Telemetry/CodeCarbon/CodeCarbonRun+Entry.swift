public import Factors
public import Ledger
import Methods
import Quantities

extension CodeCarbonRun {
  /// The method of every energy that is read from a row.
  static let energyMethod: MethodID = "codecarbon-energy@1"

  /// A field's energy without the site's overhead.
  static func energy(kilowattHours: Double, overhead: Double) -> Energy { .kilowattHours(kilowattHours / overhead) }

  /// The run for the ledger.
  ///
  /// What CodeCarbon means otherwise than Dimmer is said in the receipts. Its figures are `declared`: a file of the
  /// user's own says them, and nobody else can look them up. A 0 of CodeCarbon's for something that drew power is
  /// what it writes when it could not read it, and is unknown here.
  ///
  /// - Parameters:
  ///   - other: another id, under which the ledger knows an earlier state of the run.
  ///   - file: the file's name, for the record.
  ///   - regions: where the place is looked up; one that is unknown leaves the region empty.
  public func entry(as other: ActivityID? = nil, from file: String, regions: RegionTable) -> LedgerEntry {
    let id = other ?? id
    var activity = Activity(
      id: id, name: row[.projectName] ?? "codecarbon", status: .notObserved(after: ended), started: started)
    activity.reason = "\(row.tool) wrote how far the run had come; how it ended its row does not say"
    activity.meter = row.tool
    activity.region = region(regions)
    activity.detail.imported = row.imported(from: file, line: line)
    for (key, column) in [("project", CodeCarbonColumn.projectName), ("experiment", .experimentID)] {
      if let value = row[column] { activity.detail.tags[key] = value }
    }
    let source = Source("\(row.tool), \(file), line \(line)")
    let parts = Part.all.filter { !($0.isAbsentWithoutCards && hasNoCards) }.map { part in
      (part, energy("energy of the run, \(part.component)", part.column, source, note: part.note))
    }
    var figures = parts.map { part, finding in
      FigureRecord(id, part.figure, finding, label: "energy of the run, \(part.component)")
    }
    figures.append(
      FigureRecord(
        id, .energy, energy("energy of the run", .energyConsumed, source, note: trackingNote),
        label: "energy of the run"))
    figures.append(FigureRecord(id, .carbon, carbon(source), label: "operational carbon"))
    figures += unknowns(id, source)
    if let pue = overhead(source) { figures.append(FigureRecord(id, .pue, pue)) }
    return LedgerEntry(
      activity: activity,
      components: parts.map { part, finding in
        switch finding {
        case .figure(let figure):
          Component(activity: id, name: part.component, figure.estimate, detail: "\(row.tool): \(part.note)")
        case .unknown(let unknown): Component(activity: id, name: part.component, unknownBecause: unknown.reason)
        }
      }, figures: figures)
  }

  /// One part of the machine as CodeCarbon has it.
  private struct Part {
    let component: String
    let figure: FigureName
    let column: CodeCarbonColumn
    let note: String
    var isAbsentWithoutCards = false

    static let all = [
      Part(
        component: "cpu", figure: .energyCPU, column: .cpuEnergy,
        note: "RAPL where it could be read, else a model from the processor's TDP: the row does not say which"),
      Part(
        component: "gpu", figure: .energyGPU, column: .gpuEnergy, note: "whole cards, by their drivers",
        isAbsentWithoutCards: true),
      Part(
        component: "memory", figure: .energyMemory, column: .ramEnergy,
        note: "a constant for each memory slot or gigabyte: a model, whatever the load"),
    ]
  }

  private var hasNoCards: Bool { row.number(.gpuCount) == 0 && (row.number(.gpuEnergy) ?? 0) == 0 }

  private var trackingNote: String {
    let scope =
      switch row[.trackingMode] {
      case "machine": "tracking_mode machine: the whole machine's, idle and other work in it, unlike a run of Dimmer's"
      case "process": row.isOfDimmer ? "the run's own, without idle" : "tracking_mode process: shares of a model by use"
      default: "the row does not say whether it is the machine's or the run's own"
      }
    let constant = "counters that CodeCarbon read are 8e-7 too high, since it takes 1 J for 2.77778e-7 kWh"
    return row.isOfDimmer ? scope : "\(scope); \(constant)"
  }

  private func energy(
    _ label: String, _ column: CodeCarbonColumn, _ source: Source, note: String
  ) -> Finding<Energy> {
    guard let kilowattHours = row.number(column) else { return .unknown("the row has no \(column.rawValue)") }
    guard kilowattHours > 0 || row.isOfDimmer else {
      return .unknown(
        "\(row.tool) wrote 0 in \(column.rawValue), as it does for what it could not read or a task that was too short")
    }
    let stated: Estimate<Energy> = .exact(
      .kilowattHours(kilowattHours), origin: .declared, method: "declared-value@1")
    let field = Figure("\(column.rawValue), PUE in it", stated, source: source)
    let pue = overhead(source)
    let energy = Self.energy(kilowattHours: kilowattHours, overhead: pue?.value.value ?? 1)
    return .figure(
      Figure(
        label, .exact(energy, origin: .declared, method: Self.energyMethod),
        inputs: [field.receipt] + (pue.map { [$0.receipt] } ?? []), source: source, note: note))
  }

  private func overhead(_ source: Source) -> Figure<Ratio>? {
    row.number(.pue).map { pue in
      Figure("PUE", .exact(Ratio(pue), origin: .declared, method: "declared-value@1"), source: source)
    }
  }

  private func carbon(_ source: Source) -> Finding<Carbon> {
    guard let carbon = row.emissions else { return .unknown("the row has no emissions") }
    guard carbon > .zero || row.isOfDimmer else {
      return .unknown("\(row.tool) wrote 0 in emissions, as it does for what it could not read")
    }
    let place = row[.countryName] ?? row[.countryISOCode] ?? "an unknown place"
    return .figure(
      Figure(
        "operational carbon", .exact(carbon, origin: .declared, method: "declared-value@1"), source: source,
        note: "\(row.tool)'s own factor for \(place); the row does not hold it"))
  }

  private func unknowns(_ id: ActivityID, _ source: Source) -> [FigureRecord] {
    let onSite = row.number(.waterConsumed).flatMap { litres in
      litres > 0
        ? Figure<Water>(
          "water on the site", .exact(.litres(litres), origin: .declared, method: "declared-value@1"), source: source)
        : nil
    }
    return [
      FigureRecord(
        id, .embodied, of: Carbon.self, label: "share of embodied carbon",
        unknownBecause: "\(row.tool)'s file has no embodied carbon"),
      FigureRecord(
        id, .water, of: Water.self, label: "water", inputs: onSite.map { [$0.receipt] } ?? [],
        unknownBecause: "water_consumed is the site's alone; that of the power plants is not in the file"),
      FigureRecord(
        id, .intensity, of: CarbonIntensity.self, label: "carbon intensity of the grid",
        unknownBecause: "the row does not hold the factor that was used; emissions / energy_consumed gives it"),
    ]
  }

  /// The cloud's region, the zone or the country, whichever says most and is known.
  private func region(_ regions: RegionTable) -> String? {
    if let provider = row[.cloudProvider], let name = row[.cloudRegion],
      let cloud = try? regions.region("\(provider):\(name)")
    {
      return cloud.code
    }
    guard let iso3 = row[.countryISOCode], let country = try? regions.region(iso3), country.kind == .country else {
      return nil
    }
    let zone = row[.region].flatMap { try? regions.region($0) }
    return zone?.kind == .zone && zone?.iso3 == country.iso3 ? zone?.code : country.code
  }
}
