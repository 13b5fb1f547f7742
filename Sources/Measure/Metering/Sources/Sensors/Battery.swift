import Quantities

/// A battery that feeds the machine: what it gives is what the whole machine takes, while it is discharged (Linux,
/// Documentation/ABI/testing/sysfs-class-power). It says nothing while the machine is plugged in.
enum Battery {
  /// Looks at every battery of the machine.
  static func look(_ machine: MachineRoot) -> SourceFinding {
    var finding = SourceFinding()
    let root = "\(machine.sys)/class/power_supply"
    let buffer = FileBuffer()
    for entry in Folder.names(at: root) ?? [] {
      let folder = "\(root)/\(entry)"
      // Mice and pens have batteries, too: their scope is the device.
      guard buffer.text(at: "\(folder)/type") == "Battery", buffer.text(at: "\(folder)/scope") != "Device" else {
        continue
      }
      let value = reader(folder)()
      let failure: String? = if case .missing(let why) = value { why } else { nil }
      let isSilent = if case .silent = value { true } else { false }
      finding.probes.append(
        SourceProbe(
          kind: .battery, name: "battery \(entry)", component: nil, isReadable: failure == nil, isUsed: failure == nil,
          file: folder,
          reason: failure
            ?? (isSilent
              ? "says nothing now, because it is not being discharged"
              : "what it gives is what the machine takes; kept beside, in no total"),
          expectedErrorPercent: failure == nil ? SourceProbe.percent(MeteringMethods.sensorRelative) : nil))
      guard failure == nil else { continue }
      finding.sources.append(
        ChannelSource(
          [PowerChannel(name: "battery \(entry)", target: .platform, read: reader(folder))], descriptions: []))
    }
    if finding.probes.isEmpty {
      finding.probes.append(.absent(.battery, "battery", nil, "no battery under \(root)"))
    }
    return finding
  }

  /// Power in microwatts, or microamperes times microvolts.
  private static func reader(_ folder: String) -> () -> PowerChannel.Value {
    let buffer = FileBuffer()
    return {
      guard let status = buffer.text(at: "\(folder)/status") else { return .missing("\(folder)/status cannot be read") }
      guard status == "Discharging" else { return .silent("not being discharged, so it does not see the machine") }
      if let microwatts = number("\(folder)/power_now", buffer), microwatts > 0 {
        return .power(.watts(microwatts / 1e6))
      }
      if let amperes = number("\(folder)/current_now", buffer), amperes > 0,
        let volts = number("\(folder)/voltage_now", buffer)
      {
        return .power(.watts(amperes / 1e6 * (volts / 1e6)))
      }
      return .missing("\(folder) shows neither power_now nor current_now and voltage_now")
    }
  }

  /// A number whose sign some drivers set while the battery is discharged.
  private static func number(_ file: String, _ buffer: FileBuffer) -> Double? {
    buffer.text(at: file).flatMap { Int64($0) }.map { Double($0.magnitude) }
  }
}
