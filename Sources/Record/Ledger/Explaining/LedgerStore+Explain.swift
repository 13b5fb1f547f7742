import Methods
import Quantities

extension LedgerStore {
  /// Explains the thing that an id or a unique beginning of one names.
  ///
  /// - Throws: as ``resolve(_:)``.
  public func explain(_ text: String) async throws(LedgerError) -> Explanation {
    try await explain(try await resolve(text))
  }

  /// Explains a thing: a figure by its receipt; an activity by all its figures and what it is part of; a decision by
  /// what it saw; a request by receipts built from its row, calibration, decision and grid value.
  ///
  /// - Throws: ``LedgerError/notFound(_:near:)`` when it is not in the ledger, or a storage error.
  public func explain(_ reference: LedgerReference) async throws(LedgerError) -> Explanation {
    switch reference {
    case .activity(let id): return try await explain(activity: try await account(of: id).orNotFound(id))
    case .figure(let id) where id.activity.kind == .request: return try await explain(requestFigure: id)
    case .figure(let id): return try await explain(figure: try await figure(id).orNotFound(id))
    case .request(let id):
      let request = try await request(id).orNotFound(id)
      return Explanation(try await explained(request), context: try await context(of: request))
    case .decision(let id): return try await explain(decision: try await decision(id).orNotFound(id))
    case .signal(let id): return Explanation(try await signal(id).orNotFound(id))
    case .variant(let id): return Explanation(try await variant(id).orNotFound(id))
    }
  }

  /// Everything that the receipts of a request are built from.
  public func explained(_ request: RequestRecord) async throws(LedgerError) -> RequestExplanation {
    let calibrations = try await calibrations(for: request)
    var signalID: SignalID?
    if let id = request.decisionID, let decision = try await decision(id) {
      if let grid = decision.grids?[request.variant] { return try await explained(request, calibrations, on: grid) }
      signalID = decision.signalID
    }
    if signalID == nil { signalID = try await activity(request.activity)?.signalID }
    var signal: SignalRecord?
    if let signalID { signal = try await self.signal(signalID) }
    return RequestExplanation(
      request, variant: calibrations.inForce(request.variant, at: request.received),
      pue: try await figure(FigureID(request.activity, .pue)), signal: signal,
      embodiedPerSecond: try await figure(FigureID(request.activity, .embodiedPerSecond)))
  }

  /// The calibrations that a request may rest on: its alias's; where a variant was asked for by its own name, those of
  /// the one alias that offers it.
  private func calibrations(for request: RequestRecord) async throws(LedgerError) -> [VariantRecord] {
    let own = try await variants(alias: request.alias)
    guard own.isEmpty else { return own }
    let named = try await variants(alias: nil).filter { $0.name == request.variant }
    return Set(named.map(\.alias)).count == 1 ? named : []
  }

  /// A request that was served in another place, with that place's grid and PUE. What the machine there owes of
  /// embodied carbon nobody knows here.
  private func explained(
    _ request: RequestRecord, _ calibrations: [VariantRecord], on grid: VariantGrid
  ) async throws(LedgerError) -> RequestExplanation {
    var signal: SignalRecord?
    if let id = grid.signalID { signal = try await self.signal(id) }
    var pue = grid.statedPUE(of: request.activity)
    if pue == nil { pue = try await figure(FigureID(request.activity, .pue)) }
    return RequestExplanation(
      request, variant: calibrations.inForce(request.variant, at: request.received),
      pue: pue, signal: signal)
  }

  private func explain(activity account: ActivityAccount) async throws(LedgerError) -> Explanation {
    let activity = account.activity
    var facts = Explanation.facts(of: account.conservation)
    for component in account.components {
      let energy = component.microjoules?.energy.formatted() ?? "unknown: \(component.detail ?? "no reason kept")"
      let origin = component.origin.map { ", \($0.rawValue)" } ?? ""
      let method = component.method.map { " by \($0)" } ?? ""
      facts.append(Explanation.Fact("component \(component.name)", "\(energy)\(origin)\(method)"))
    }
    let parts = try await children(of: activity.id, limit: 20)
    if !parts.isEmpty {
      facts.append(Explanation.Fact("parts", parts.map(\.id.description).joined(separator: ", ")))
    }
    var receipts: [Receipt] = []
    for figure in account.figures { receipts.append(try await completed(figure.receipt)) }
    return Explanation(
      activity, facts: facts, receipts: receipts, context: try await surroundings(of: activity, seen: [activity.id]))
  }

  private func explain(figure: FigureRecord) async throws(LedgerError) -> Explanation {
    var context: [Explanation] = []
    if let activity = try await activity(figure.id.activity) {
      context = [Explanation(activity, context: try await surroundings(of: activity, seen: [activity.id]))]
    }
    let receipt = try await completed(figure.receipt)
    return Explanation(
      id: figure.id.description, kind: "figure", title: receipt.label, receipts: [receipt], context: context)
  }

  private func explain(requestFigure id: FigureID) async throws(LedgerError) -> Explanation {
    let request = try await request(id.activity).orNotFound(id.activity)
    let explained = try await explained(request)
    let receipt = try explained.receipt(id.name).orNotFound(id)
    let whole = Explanation(explained, context: try await context(of: request))
    var owner = whole
    owner.receipts = []
    return Explanation(
      id: id.description, kind: "figure", title: receipt.label, receipts: [try await completed(receipt)],
      context: [owner])
  }

  private func explain(decision: DecisionRecord) async throws(LedgerError) -> Explanation {
    var signal: SignalRecord?
    if let id = decision.signalID { signal = try await self.signal(id) }
    var elsewhere: [SignalID: SignalRecord] = [:]
    for id in Set((decision.grids ?? [:]).values.compactMap(\.signalID)) {
      elsewhere[id] = try await self.signal(id)
    }
    return Explanation(decision, signal: signal, elsewhere: elsewhere)
  }

  private func context(of request: RequestRecord) async throws(LedgerError) -> [Explanation] {
    var context: [Explanation] = []
    if let id = request.decisionID { context.append(try await explanation(ofDecision: id)) }
    if let activity = try await activity(request.activity) {
      context.append(Explanation(activity, context: try await surroundings(of: activity, seen: [activity.id])))
    }
    return context
  }

  private func explanation(ofDecision id: DecisionID) async throws(LedgerError) -> Explanation {
    guard let decision = try await decision(id) else { return .missing(id) }
    return try await explain(decision: decision)
  }

  /// What an activity rests on and is part of: its decision, its grid value, and the same of every activity above it.
  private func surroundings(
    of activity: Activity, seen: Set<ActivityID>
  ) async throws(LedgerError) -> [Explanation] {
    var context: [Explanation] = []
    if let id = activity.decisionID { context.append(try await explanation(ofDecision: id)) }
    if let id = activity.signalID {
      context.append(try await signal(id).map { Explanation($0) } ?? .missing(id))
    }
    // A ledger that names an activity as its own ancestor is damaged; the walk still ends.
    guard let parentID = activity.parent, !seen.contains(parentID) else { return context }
    guard let parent = try await account(of: parentID) else { return context + [.missing(parentID)] }
    var receipts: [Receipt] = []
    for name in [FigureName.intensity, .pue] {
      if let figure = parent.figure(name) { receipts.append(try await completed(figure.receipt)) }
    }
    let above = try await surroundings(of: parent.activity, seen: seen.union([parentID]))
    return context + [Explanation(parent.activity, receipts: receipts, context: above)]
  }

  /// The receipt with what the ledger knows about inputs that are only named.
  func completed(_ receipt: Receipt) async throws(LedgerError) -> Receipt {
    var receipt = receipt
    var asked: Set<String> = []
    // A figure may rest on figures that rest on others; each id is asked for once, so this ends.
    while true {
      let open = receipt.openReferences.subtracting(asked)
      if open.isEmpty { return receipt }
      asked.formUnion(open)
      var known: [String: Receipt] = [:]
      for id in open.sorted() { known[id] = try await ownReceipt(of: id) }
      receipt = receipt.completed(with: known)
    }
  }

  private func ownReceipt(of text: String) async throws(LedgerError) -> Receipt? {
    switch LedgerReference(parsing: text) {
    case .signal(let id): return try await signal(id)?.receipt
    case .variant(let id): return try await variant(id)?.receipt
    case .figure(let id) where id.activity.kind == .request:
      guard let request = try await request(id.activity) else { return nil }
      return try await explained(request).receipt(id.name)
    case .figure(let id): return try await figure(id)?.receipt
    case .activity, .request, .decision, nil: return nil
    }
  }
}

extension Optional {
  fileprivate func orNotFound(_ id: some CustomStringConvertible) throws(LedgerError) -> Wrapped {
    guard let value = self else { throw .notFound(id.description, near: []) }
    return value
  }
}
