public import Factors
import Methods
import Quantities

extension Claim {
  /// A published row as a claim: its figures, and nothing beyond what the row states.
  public init(_ query: PublishedQuery) {
    var amounts: [ClaimQuantity: Receipt] = [:]
    amounts[.energy] = query.energyFigure.figure?.receipt
    amounts[.carbon] = query.carbonFigure.figure?.receipt
    amounts[.water] = query.water.map { water in
      PublishedFactor.figure(
        "water of one \(query.task), \(query.model)", water, uncertainty: "published-query:\(query.id):water",
        source: query.source, note: query.note
      ).receipt
    }
    self.init(query.id, label: "\(query.model), \(query.task)", amounts: amounts)
    unit = Claim.unit(of: query.task)
    model = query.model
    workload = query.task
    hardware = query.hardware
    (energyBoundary, carbonScope) = query.boundary.reading
    if query.carbon == nil { carbonScope = nil }
    carbonBoundary = query.carbon == nil ? nil : query.boundary == .lifeCycle ? .facility : energyBoundary
    countsIdle = Claim.countsIdle(note: query.note)
    basis = query.carbonBasis.map { $0 == .market ? .market : .location }
    waterScope = query.waterScope.map { $0 == .onSite ? .onSite : .lifeCycle }
    edition = Edition(citation: query.source.citation)
    if let tokens = query.outputTokens {
      factors[.outputTokens] = .stated("output tokens", tokens, source: query.source)
    }
    if let whole = query.energy?.joules, let cards = query.gpuEnergy?.joules, cards > 0, query.boundary != .board {
      factors[.node] = .stated("machine over accelerators", whole / cards, source: query.source, note: query.note)
    }
    note = query.note
  }

  /// A published training run as a claim.
  public init(_ run: PublishedTraining) {
    var amounts: [ClaimQuantity: Receipt] = [:]
    amounts[.energy] = run.energyFigure.figure?.receipt
    amounts[.carbon] = run.carbonFigure.figure?.receipt
    amounts[.water] = run.water.map { run.published("water of training \(run.model)", $0).receipt }
    self.init(run.id, label: "training of \(run.model)", amounts: amounts)
    unit = .training
    model = run.model
    hardware = run.hardware
    (energyBoundary, _) = run.boundary.reading
    carbonBoundary = run.carbon == nil ? nil : Claim.carbonBoundary(of: run)
    carbonScope = run.carbonScope.map(Claim.scope)
    basis = run.carbonBasis.map { $0 == .market ? .market : .location }
    countsIdle = Claim.countsIdle(note: run.note)
    edition = Edition(citation: run.source.citation)
    if let carbon = run.carbon, let made = Claim.embodied(note: run.note) {
      embodiedShare = .stated("part of making", made.grams / carbon.grams, source: run.source, note: run.note)
    }
    func state(_ factor: ClaimFactor, _ value: Double?) {
      guard let value else { return }
      factors[factor] = .stated(factor.name, value, unit: factor.unit, source: run.source)
    }
    state(.parameters, run.parametersBillions)
    state(.deviceHours, run.deviceHours.map { $0.seconds / 3600 })
    state(.devicePower, run.devicePower?.watts)
    state(.pue, run.pue)
    state(.intensity, run.intensity?.gramsPerKilowattHour)
    note = run.note
  }

  /// What is counted in: a text reply, an image, a video.
  private static func unit(of task: String) -> FunctionalUnit {
    if task.contains("image") { return .image }
    return task.contains("video") ? .video : .reply
  }

  /// Whether a row's note says that machines that wait are counted, or that they are not.
  private static func countsIdle(note: String?) -> Bool? {
    guard let note, note.contains("idle machines") else { return nil }
    return !note.contains("no idle machines")
  }

  /// The carbon of making that a row's note tells apart: `11.2 t embodied`.
  private static func embodied(note: String?) -> Carbon? {
    guard let words = note?.split(separator: " "), let end = words.firstIndex(where: { $0.hasPrefix("embodied") }),
      end > 1
    else { return nil }
    return try? Carbon(parsing: "\(words[end - 2]) \(words[end - 1])")
  }

  private static func scope(_ text: String) -> CarbonScope {
    if text.contains("life cycle") { return .lifeCycle }
    return text.contains("embodied") ? .withEmbodied : .operational
  }

  /// What the carbon of a run counts. Its own energy, intensity and PUE tell, where all are printed: some rows have an
  /// energy that holds the overhead beside a carbon that does not.
  private static func carbonBoundary(of run: PublishedTraining) -> ClaimBoundary? {
    let printed = run.boundary.reading.boundary
    if run.boundary == .lifeCycle { return .facility }
    guard let energy = run.energy, let intensity = run.intensity, let pue = run.pue, pue > 1, let carbon = run.carbon
    else { return printed }
    let plain = carbon.grams / (energy * intensity).grams
    // What the energy counts, times or over the overhead, to the rounding of the row.
    switch (printed, plain) {
    case (.facility?, _) where abs(plain * pue - 1) < 0.02: return .node
    case (.node?, _) where abs(plain / pue - 1) < 0.02: return .facility
    default: return printed
    }
  }
}

extension PublishedBoundary {
  /// The boundary of energy, and what carbon at it counts.
  fileprivate var reading: (boundary: ClaimBoundary?, scope: CarbonScope?) {
    switch self {
    case .board: (.board, .operational)
    case .node, .informationTechnology: (.node, .operational)
    case .facility: (.facility, .operational)
    case .lifeCycle: (nil, .lifeCycle)
    case .unstated: (nil, nil)
    }
  }
}

extension Claim.Edition {
  /// The study with an arXiv number in a citation; what follows it there is the edition. A row without one is of no
  /// study with editions.
  init?(citation: String) {
    guard let mark = citation.firstRange(of: "arXiv "), let end = citation[mark.upperBound...].firstIndex(of: ")")
    else {
      return nil
    }
    let rest = citation[citation.index(after: end)...].drop { " ,:".contains($0) }
    guard !rest.isEmpty else { return nil }
    self.init(String(citation[mark.lowerBound..<end]), String(rest))
  }
}

extension PublishedTable {
  /// The published query or training run of that id as a claim.
  ///
  /// - Throws: ``Factors/FactorError/unknown(kind:name:near:)`` with near ids of both tables.
  public func claim(_ id: String) throws(FactorError) -> Claim {
    do throws(FactorError) { return Claim(try query(id)) } catch { guard case .unknown = error else { throw error } }
    do throws(FactorError) { return Claim(try training(id)) } catch { guard case .unknown = error else { throw error } }
    let near = Spelling.nearest(to: id, in: queries.map(\.id) + trainings.map(\.id))
    throw .unknown(kind: "published figure", name: id, near: near)
  }
}
