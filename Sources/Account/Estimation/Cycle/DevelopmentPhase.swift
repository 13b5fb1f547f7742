public import Methods
public import Quantities

/// The phases of a model's life, after "Sustainable AI" (Wu and others 2022), in their order.
public enum DevelopmentPhase: String, Hashable, Sendable, CaseIterable, Codable {
  /// Collecting, preparing, keeping and making data.
  case data
  /// Trying out ideas, searching, and the runs that failed.
  case experimentation
  /// Training on data at rest.
  case offlineTraining = "training-offline"
  /// Training on data as it comes in.
  case onlineTraining = "training-online"
  /// Finding out how good it is.
  case evaluation
  /// Building, shipping and loading it.
  case deployment
  /// Answering requests.
  case inference
  /// Taking it out of service.
  case retirement

  /// What it is, for people.
  public var name: String {
    switch self {
    case .data: "data"
    case .experimentation: "experimentation"
    case .offlineTraining: "training (offline)"
    case .onlineTraining: "training (online)"
    case .evaluation: "evaluation"
    case .deployment: "deployment"
    case .inference: "inference"
    case .retirement: "retirement"
    }
  }

  /// Whether it comes before the model serves anybody: what is paid once, not a request at a time.
  public var isDevelopment: Bool {
    switch self {
    case .data, .experimentation, .offlineTraining, .evaluation, .deployment: true
    case .onlineTraining, .inference, .retirement: false
    }
  }

  /// The phase of that name; `training` is offline training.
  ///
  /// - Throws: ``Methods/Unknown`` with the phases there are, near ones first.
  public init(named text: String) throws(Unknown) {
    let wanted = text.lowercased()
    if let phase = DevelopmentPhase(rawValue: wanted) ?? (wanted == "training" ? .offlineTraining : nil) {
      self = phase
      return
    }
    let all = DevelopmentPhase.allCases.map(\.rawValue)
    let near = Spelling.nearest(to: wanted, in: all + ["training"])
    throw Unknown(
      "no phase '\(text)'" + (near.isEmpty ? "." : "; did you mean \(near.joined(separator: " or "))?")
        + " There are \(all.joined(separator: ", "))")
  }
}

/// What is known of one phase.
public struct PhaseWork: Hashable, Sendable {
  /// Which phase.
  public let phase: DevelopmentPhase
  /// Its IT energy.
  public var energy: Figure<Energy>
  /// The embodied (manufacturing) carbon that it owes, or why that is not known.
  public var embodied: Finding<Carbon>

  /// A phase.
  public init(_ phase: DevelopmentPhase, energy: Figure<Energy>, embodied: Finding<Carbon>? = nil) {
    self.phase = phase
    self.energy = energy
    self.embodied =
      embodied
      ?? .unknown("no embodied carbon of the phase \(phase.rawValue) was stated (--embodied \(phase.rawValue)=...)")
  }
}
