import Quantities

/// A machine that learns its own power by load: what is collected, of which source, and where it is kept.
struct LoadCalibration {
  /// Which of the machine's sources reads its processors.
  let sourceIndex: Int
  /// Takes the looks.
  var collector: LoadCollector
  private let model: MachineModel
  private let store: LoadProfileStore
  private var isFailing = false

  /// Learns from a machine's sources; `nil` where no counter reads its processors, or nothing is kept.
  init?(_ sources: MachineSources, keptIn store: LoadProfileStore) {
    let reads = { (source: any PowerSource) in source.descriptions.contains { $0.component == .cpu } }
    let indices = sources.sources.indices.filter { reads(sources.sources[$0]) }
    guard store.folder != nil, let model = sources.model, indices.count == 1, let index = indices.first,
      sources.sources[index].descriptions.contains(where: \.calibratesProcessor)
    else { return nil }
    self.model = model
    self.store = store
    sourceIndex = index
    collector = LoadCollector(threads: model.threads)
  }

  /// Keeps what was collected since the last time.
  ///
  /// - Parameter source: what the source in use says of itself now.
  /// - Returns: why it could not be kept, once; it is tried again with all that is collected by then.
  mutating func keep(_ source: SourceDescription, at moment: Timestamp) -> String? {
    do throws(MeteringError) {
      let isDone = try store.save(collector.readings, of: model, source: source, at: moment)
      if isDone { _ = collector.takeReadings() }
      isFailing = false
      return nil
    } catch {
      defer { isFailing = true }
      return isFailing ? nil : error.description
    }
  }
}
