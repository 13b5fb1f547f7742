/// Whose models stand in for what is not measured.
///
/// The others are for people who must compare new figures with old ones; the record names the methods, so that nobody
/// takes one for the other. A processor that is measured stays measured under each of them.
public enum PowerModel: String, Hashable, Sendable, CaseIterable {
  /// Ours: the measured load curve or published watts for a virtual processor, and watts for a gigabyte.
  case dimmer
  /// CodeCarbon's (version 3.3.2), tracking mode `machine`: its figure is the whole machine's, the host's here.
  case codeCarbon = "codecarbon"
  /// CodeCarbon's (version 3.3.2), tracking mode `process`: its figure is the run's here. Memory goes by all of the
  /// machine's, as in mode `machine`; CodeCarbon goes by what its process holds.
  case codeCarbonProcess = "codecarbon-process"

  /// How CodeCarbon counts the processor; `nil` for our own model.
  var codeCarbonTracking: CodeCarbonLoad.Tracking? {
    switch self {
    case .dimmer: nil
    case .codeCarbon: .machine
    case .codeCarbonProcess: .process
    }
  }
}
