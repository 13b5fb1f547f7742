/// Loads and unloads models at servers that can be asked to.
public protocol ResidencyActor: Sendable {
  /// The variants of these whose models are loaded now, by name; `nil` when a server would not say.
  func loaded(of members: [VariantSettings]) async -> Set<String>?

  /// Has the models of some variants loaded and those of the others unloaded.
  ///
  /// - Returns: one sentence for each wish that was not granted.
  func keep(_ names: Set<String>, of members: [VariantSettings]) async -> [String]
}

extension VariantSettings {
  /// Whether its server can be asked to load and unload it.
  var canBeUnloaded: Bool { server == .ollama }
}
