import Logging
import Switching

/// Which models are in memory, as decisions see it and want it.
extension ControlLoop {
  /// The variants that are loaded; nothing where nobody can say, and then residency is not planned for. A server that
  /// cannot be asked to unload a model has it loaded.
  func loaded() async -> [String]? {
    guard model.ladder.drawsResidentPower, let residency = extras.residency else { return nil }
    guard let found = await residency.loaded(of: model.members) else { return nil }
    return model.members.filter { !$0.canBeUnloaded || found.contains($0.name) }.map(\.name)
  }

  /// Has the models loaded that a decision wants loaded, and the others unloaded.
  func keep(_ decision: Decision) async {
    guard let residency = extras.residency, let wanted = decision.loaded else { return }
    for problem in await residency.keep(Set(wanted), of: model.members) {
      logger.warning("residency", metadata: ["alias": "\(model.alias)", "problem": "\(problem)"])
    }
  }
}
