import Foundation

/// Residency at Ollama servers: a generate request without a prompt loads a model (`keep_alive` -1: for good) or
/// unloads it (0), and `/api/ps` lists what is loaded.
/// Source: Ollama, docs/api.md, "Load a model", "Unload a model", "List Running Models".
public struct OllamaResidency: ResidencyActor {
  /// One exchange with a server: a JSON body is posted, without one the URL is got. It gives up by itself.
  public typealias Exchange = @Sendable (_ url: String, _ body: String?) async throws -> (status: Int, body: [UInt8])

  private let exchange: Exchange

  /// An actor that speaks by `exchange`.
  public init(exchange: @escaping Exchange) { self.exchange = exchange }

  private struct Running: Decodable {
    struct Model: Decodable {
      var name: String?
      var model: String?
    }
    var models: [Model]
  }

  private struct Wish: Encodable {
    var model: String
    var keepAlive: Int
    enum CodingKeys: String, CodingKey {
      case model
      case keepAlive = "keep_alive"
    }
  }

  public func loaded(of members: [VariantSettings]) async -> Set<String>? {
    var found: Set<String> = []
    for member in members where member.canBeUnloaded {
      for url in member.urls {
        guard let answer = try? await exchange("\(Self.base(url))/api/ps", nil), answer.status == 200,
          let running = try? JSONDecoder().decode(Running.self, from: Data(answer.body))
        else { return nil }
        let names = running.models.flatMap { [$0.name, $0.model].compactMap(\.self) }
        if names.contains(where: { Self.isSame($0, Self.model(of: member)) }) { found.insert(member.name) }
      }
    }
    return found
  }

  public func keep(_ names: Set<String>, of members: [VariantSettings]) async -> [String] {
    // A directive is served by its base's model, which stays loaded as long as either is wanted.
    let wanted = Set(members.filter { names.contains($0.name) }.map(Self.model))
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    var asked: Set<String> = []
    var problems: [String] = []
    for member in members where member.canBeUnloaded {
      let model = Self.model(of: member)
      let isWanted = wanted.contains(model)
      for url in member.urls where asked.insert("\(url) \(model)").inserted {
        let verb = isWanted ? "load" : "unload"
        do {
          let body = String(
            decoding: try encoder.encode(Wish(model: model, keepAlive: isWanted ? -1 : 0)), as: UTF8.self)
          let answer = try await exchange("\(Self.base(url))/api/generate", body)
          if answer.status != 200 { problems.append("\(url) would not \(verb) \(model): status \(answer.status)") }
        } catch { problems.append("\(url) could not be asked to \(verb) \(model): \(error)") }
      }
    }
    return problems
  }

  private static func model(of member: VariantSettings) -> String { member.model ?? member.name }

  /// `llama3` and `llama3:latest` are one model.
  private static func isSame(_ left: String, _ right: String) -> Bool {
    let full = { (name: String) in name.contains(":") ? name : name + ":latest" }
    return full(left) == full(right)
  }

  private static func base(_ url: String) -> Substring {
    let trimmed = url.hasSuffix("/v1") ? url.dropLast(3) : url[...]
    return trimmed.hasSuffix("/") ? trimmed.dropLast() : trimmed
  }
}
