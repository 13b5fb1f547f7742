public import Gateway
import Ledger
import Methods
import Quantities
import Switching

extension ServingModel {
  /// The alias with its variants, servers and settings, as the gateway takes it.
  ///
  /// - Throws: ``ConfigurationError`` for a server's address that is none, or a key that is not there.
  public func route(secrets: SecretReader) throws -> AliasRoute {
    AliasRoute(
      alias: alias,
      variants: try members.map { variant in
        let key = try variant.key.map { try secrets.secret(at: $0, of: "variant '\(variant.name)'") }
        return VariantTarget(
          name: variant.name, modelName: variant.model, directive: variant.directive, family: variant.base,
          backends: try variant.urls.map { try Self.backend($0, key: key, of: variant.name) })
      }, stickiness: settings.stickiness.map { Stickiness(time: .seconds($0.seconds)) },
      difficulty: settings.difficulty.map { source -> any DifficultyScorer in
        switch source {
        case .promptLength: PromptLengthScorer()
        case .header: StatedDifficultyScorer()
        }
      }, hedging: settings.hedge.map { Hedging(after: .seconds($0.after.seconds), below: $0.below) },
      telling: Telling(comments: settings.comments, usage: settings.usage))
  }

  private static func backend(_ url: String, key: String?, of variant: String) throws(ConfigurationError) -> Backend {
    let authorization = key.map { BackendAuthorization.key(BackendKey(bearer: $0)) } ?? .none
    do throws(BackendURLError) { return try Backend(parsing: url, authorization: authorization) } catch {
      throw ConfigurationError(file: "models", line: 0, "variant '\(variant)': \(error)")
    }
  }

  /// What requests are charged by, for each variant.
  var tariffs: [String: Tariff] {
    Dictionary(uniqueKeysWithValues: charging.map { ($0.name, Tariff($0)) })
  }

  /// Mean quality in points, for each variant.
  var qualities: [String: Double] {
    Dictionary(uniqueKeysWithValues: ladder.variants.map { ($0.name, $0.quality) })
  }
}
