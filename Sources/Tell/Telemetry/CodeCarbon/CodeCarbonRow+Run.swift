public import Factors
public import Foundation
public import Ledger
import Quantities
import Reporting

extension CodeCarbonRow {
  /// A measured run as CodeCarbon would write it.
  ///
  /// CodeCarbon multiplies the site's PUE into energies and powers, so that is done here and nowhere else; without a
  /// stated PUE its field is empty and nothing is multiplied. Other differences of meaning: `tracking_mode` is
  /// `process`, since idle energy is not in a run; a component that could not be read is an empty field, not 0; water
  /// is empty, since Dimmer's figure includes the power plants and CodeCarbon's does not. A run that came from an
  /// `emissions.csv` leaves as the row it was; one that was measured by CodeCarbon's models is written with its
  /// constant, too (``CodeCarbonUnits``).
  ///
  /// - Parameters:
  ///   - run: the run.
  ///   - regions: where its region is looked up; one that is unknown leaves the country empty.
  ///   - timeZone: CodeCarbon writes local time without saying which.
  ///   - version: of the program that writes it, instead of CodeCarbon's.
  public init(_ run: ActivityAccount, regions: RegionTable, timeZone: TimeZone, version: String) {
    if let imported = run.activity.detail.imported, let row = CodeCarbonRow(imported) {
      self = row
      return
    }
    self.init()
    let activity = run.activity
    let moment = activity.ended ?? activity.started
    let offset = timeZone.secondsFromGMT(for: Date(timeIntervalSince1970: moment.seconds))
    self[.timestamp] = String((moment + .seconds(Double(offset))).description.prefix(19))
    self[.projectName] = activity.detail.tags["project"] ?? activity.name
    self[.runID] = activity.id.ulid.uuid
    self[.experimentID] = activity.parent?.ulid.uuid
    self[.codecarbonVersion] = "dimmer \(version)"
    self[.trackingMode] = "process"
    let pue = run.figure(.pue)?.value
    set(.pue, pue)
    let duration = RunDocument.duration(of: activity)
    set(.duration, duration)
    let scale = takeEnergy(of: run, overhead: pue ?? 1, duration: duration)
    if let kilograms = run.figure(.carbon)?.value.map({ Carbon.grams($0).kilograms * scale }) {
      set(.emissions, kilograms)
      set(.emissionsRate, duration.map { kilograms / $0 })
    }
    if let cpu = activity.detail.cpuSeconds, cpu.capacity > 0 {
      set(.cpuUtilization, min(100, 100 * cpu.busy / cpu.capacity))
    }
    takePlace(activity.region, in: regions)
  }

  /// - Returns: how many of the row's kilowatt-hours one of the record is: 1 unless its units are CodeCarbon's.
  private mutating func takeEnergy(of run: ActivityAccount, overhead: Double, duration: Double?) -> Double {
    let isAsCodeCarbon = CodeCarbonUnits.areIn(run.components)
    // With one part unknown the sum of a kind is unknown too.
    let total = { (isPart: (String) -> Bool) -> (joules: Double, kilowattHours: Double)? in
      let parts = run.components.filter { isPart($0.name) }
      let known = parts.compactMap(\.microjoules)
      guard !parts.isEmpty, known.count == parts.count else { return nil }
      let joules = known.reduce(.zero, +).energy.joules * overhead
      guard isAsCodeCarbon else { return (joules, Energy.joules(joules).kilowattHours) }
      return (joules, parts.compactMap(CodeCarbonUnits.kilowattHours).reduce(0, +) * overhead)
    }
    let parts: [(CodeCarbonColumn, CodeCarbonColumn, (joules: Double, kilowattHours: Double)?)] = [
      (.cpuEnergy, .cpuPower, total { $0 == "cpu" }), (.gpuEnergy, .gpuPower, total { $0.hasPrefix("gpu") }),
      (.ramEnergy, .ramPower, total { $0 == "memory" }),
    ]
    for (energy, power, amount) in parts {
      set(energy, amount?.kilowattHours)
      set(power, amount.flatMap { amount in duration.map { amount.joules / $0 } })
    }
    let known = run.components.compactMap(\.microjoules).reduce(.zero, +).energy.kilowattHours
    let written = run.components.compactMap(CodeCarbonUnits.kilowattHours).reduce(0, +)
    let scale = isAsCodeCarbon && known > 0 ? written / known : 1
    set(.energyConsumed, run.figure(.energy)?.value.map { Energy.joules($0 * overhead).kilowattHours * scale })
    return scale
  }

  private mutating func takePlace(_ region: String?, in regions: RegionTable) {
    guard let region, let place = try? regions.region(region) else { return }
    let cloud = place.code.split(separator: ":", maxSplits: 1)
    if place.kind == .cloud, cloud.count == 2 {
      self[.cloudProvider] = String(cloud[0])
      self[.cloudRegion] = String(cloud[1])
      self[.onCloud] = "Y"
    }
    if place.kind == .zone { self[.region] = place.code.lowercased() }
    guard let iso2 = place.iso2, let country = try? regions.region(iso2) else { return }
    self[.countryName] = country.name
    self[.countryISOCode] = country.iso3
  }
}

extension Carbon {
  fileprivate var kilograms: Double { grams / 1000 }
}
