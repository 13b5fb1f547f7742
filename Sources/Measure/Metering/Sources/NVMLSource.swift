public import Quantities

/// NVIDIA GPUs: the board's energy counter, or its power where it has no counter.
public struct NVMLSource: PowerSource {
  private struct Reader {
    let device: NVMLDevice
    let name: String
    let uuid: String
    var hasCounter = true
    var hasActivity = true
    var isLost = false
    var isFailing = false
    var baseline: UInt64?
    var power = PowerIntegral()
    var activitySeen: UInt64 = 0
    /// The least power seen with no process on it; until it was seen, idle is not known and nothing is called idle.
    var idleWatts: Double?
  }

  private var readers: [Reader] = []
  private var faults: [String] = []
  public let descriptions: [SourceDescription]

  /// The GPUs behind a driver library.
  ///
  /// - Parameter library: its soname, or a path.
  /// - Throws: why there are none.
  public init(library: String? = nil) throws(MeteringError) {
    let open = try NVMLLibrary(named: library ?? NVMLLibrary.soname)
    var descriptions: [SourceDescription] = []
    for device in open.devices() {
      var reader = Reader(device: device, name: device.name, uuid: device.uuid)
      let reason: String
      do throws(NVMLError) {
        _ = try device.energy()
        reason = "the board counts its energy"
      } catch {
        reader.hasCounter = false
        reason = "power is sampled, because the energy counter is \(error.text)"
      }
      readers.append(reader)
      descriptions.append(
        SourceDescription(
          component: .gpu, name: "\(reader.name) \(reader.uuid)", origin: .measured,
          method: reader.hasCounter ? MeteringMethods.nvmlCounter : MeteringMethods.nvmlPower, reason: reason,
          relative: MeteringMethods.nvmlRelative))
    }
    guard !readers.isEmpty else { throw MeteringError("the NVIDIA driver shows no GPU") }
    self.descriptions = descriptions
  }

  public var counters: [String: UInt64] {
    var result: [String: UInt64] = [:]
    for reader in readers where reader.baseline != nil { result[reader.uuid] = reader.baseline }
    return result
  }

  public mutating func resume(counters: [String: UInt64]) {
    for index in readers.indices { readers[index].baseline = counters[readers[index].uuid] ?? readers[index].baseline }
  }

  public mutating func reset(at moment: MonotonicInstant) {
    for index in readers.indices {
      readers[index].baseline = try? readers[index].device.energy()
      readers[index].power = PowerIntegral()
      if let watts = try? readers[index].device.power() {
        _ = readers[index].power.add(.watts(watts), at: moment)
      }
      // Rows from before the run are kept by the driver: they are passed over now.
      let past = (try? readers[index].device.activity(since: 0)) ?? []
      readers[index].activitySeen = past.map(\.microseconds).max() ?? 0
    }
  }

  public mutating func poll(_ interval: PollInterval) -> [EnergyReading] {
    var readings: [EnergyReading] = []
    for index in readers.indices where !readers[index].isLost {
      guard let energy = energy(index, interval) else { continue }
      let weights = weights(index)
      let seconds = interval.length.seconds
      if weights.isEmpty, seconds > 0 {
        let watts = energy.joules / seconds
        readers[index].idleWatts = min(readers[index].idleWatts ?? watts, watts)
      }
      let idle: Energy = .joules((readers[index].idleWatts ?? 0) * seconds)
      readings.append(
        EnergyReading(
          component: .gpu, energy: Microjoules(energy), idle: .known(Microjoules(min(idle, energy))),
          sharing: .processes(weights)))
    }
    return readings
  }

  public mutating func takeFaults() -> [String] {
    defer { faults.removeAll() }
    return faults
  }

  /// Energy of one GPU since the last reading. A counter that went backwards (a driver was reloaded) is replaced by
  /// power times time for that interval.
  private mutating func energy(_ index: Int, _ interval: PollInterval) -> Energy? {
    let device = readers[index].device
    do throws(NVMLError) {
      guard readers[index].hasCounter else {
        let watts = try device.power()
        readers[index].isFailing = false
        return readers[index].power.add(.watts(watts), at: interval.to)
      }
      let now = try device.energy()
      readers[index].isFailing = false
      let before = readers[index].baseline
      readers[index].baseline = now
      guard let before else { return nil }
      if now >= before { return .joules(Double(now - before) / 1000) }
      faults.append("\(readers[index].name): the energy counter went back; power x time stands in for one period")
      return .watts(try device.power()) * interval.length
    } catch {
      if !readers[index].isFailing { faults.append("\(readers[index].name): \(error.text)") }
      readers[index].isFailing = true
      if error.isForGood, readers[index].hasCounter { readers[index].hasCounter = false }
      return nil
    }
  }

  private mutating func weights(_ index: Int) -> [Int32: Double] {
    let device = readers[index].device
    let holders = (try? device.computeProcesses()) ?? []
    var samples: [GPUProcessSample] = []
    if readers[index].hasActivity {
      do throws(NVMLError) {
        samples = try device.activity(since: readers[index].activitySeen)
      } catch {
        if error.isForGood { readers[index].hasActivity = false }
      }
      readers[index].activitySeen = max(readers[index].activitySeen, samples.map(\.microseconds).max() ?? 0)
    }
    return GPUSharing.weights(samples: samples, holders: holders)
  }
}
