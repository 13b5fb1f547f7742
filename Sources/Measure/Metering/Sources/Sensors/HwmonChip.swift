import Quantities

#if canImport(Glibc)
  import Glibc
#endif

/// One chip of the kernel's hardware monitoring (Linux, Documentation/hwmon/sysfs-interface.rst). Units: power in
/// microwatts, energy in microjoules, voltage in millivolts, current in milliamperes.
struct HwmonChip {
  let folder: String
  /// The driver: `amdgpu`, `power_meter`, `ina3221`.
  let name: String

  /// All chips of a machine, or those below one device.
  static func all(in folder: String) -> [HwmonChip] {
    let buffer = FileBuffer()
    return (Folder.names(at: folder) ?? []).filter { $0.hasPrefix("hwmon") }.compactMap { entry in
      let chip = "\(folder)/\(entry)"
      return buffer.text(at: "\(chip)/name").map { HwmonChip(folder: chip, name: $0) }
    }
  }

  func file(_ name: String) -> String { "\(folder)/\(name)" }
  func has(_ name: String) -> Bool { Folder.exists(file(name)) }
  func label(_ channel: String) -> String? { FileBuffer().text(at: file("\(channel)_label")) }

  /// Numbers of the channels of one sort, from the names of their files: `energy3_input` is 3.
  func channels(_ sort: String, _ ending: String) -> [Int] {
    (Folder.names(at: folder) ?? []).compactMap { name in
      guard name.hasPrefix(sort), name.hasSuffix(ending) else { return nil }
      return Int(name.dropFirst(sort.count).dropLast(ending.count))
    }.sorted()
  }

  /// A look at a number file. A channel that is switched off reads as ENODATA, one of a device in reset as EPERM.
  static func read(_ file: String, _ buffer: FileBuffer) -> Result<UInt64, SensorFailure> {
    if let number = buffer.number(at: file) { return .success(number) }
    return .failure(SensorFailure(KernelText.failure(errno, of: file)))
  }

  /// A counter file as a channel's value.
  static func counter(_ file: String) -> () -> PowerChannel.Value {
    let buffer = FileBuffer()
    return {
      switch read(file, buffer) {
      case .success(let count): .count(count)
      case .failure(let failure): .missing(failure.text)
      }
    }
  }

  /// A power file, or the first readable one of several, as a channel's value.
  ///
  /// - Parameter zeroIsNothing: whether 0 W means that the sensor says nothing, because what it stands for is never off.
  static func power(_ files: [String], zeroIsNothing: Bool) -> () -> PowerChannel.Value {
    let buffer = FileBuffer()
    return {
      var why = "no power file"
      for file in files {
        switch read(file, buffer) {
        case .success(0) where zeroIsNothing: why = "\(file) shows 0 W"
        case .success(let microwatts): return .power(.watts(Double(microwatts) / 1e6))
        case .failure(let failure): why = failure.text
        }
      }
      return .missing(why)
    }
  }

  /// Volts times amperes of one pair of channels.
  static func product(millivolts: String, milliamperes: String) -> () -> PowerChannel.Value {
    let buffer = FileBuffer()
    return {
      switch (read(millivolts, buffer), read(milliamperes, buffer)) {
      case (.success(let volts), .success(let amperes)): .power(power(millivolts: volts, milliamperes: amperes))
      case (.failure(let failure), _), (_, .failure(let failure)): .missing(failure.text)
      }
    }
  }

  /// W = mV x mA / 10^6.
  static func power(millivolts: UInt64, milliamperes: UInt64) -> Power {
    .watts(Double(millivolts) * Double(milliamperes) / 1e6)
  }
}

/// Why a sensor gave nothing.
struct SensorFailure: Error, Hashable {
  let text: String
  init(_ text: String) { self.text = text }
}
