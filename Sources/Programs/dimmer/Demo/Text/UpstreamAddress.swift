import ArgumentParser
import Foundation

/// The address of a model server on this machine, without the path that clients of OpenAI's interface give.
struct UpstreamAddress: Sendable {
  let url: String
  /// Where it listens; 80 where nothing is said.
  let port: Int

  /// Reads `http://127.0.0.1:11434`, with or without `/v1` at its end.
  init(_ text: String) throws {
    guard let parts = URLComponents(string: text), parts.scheme == "http", let host = parts.host, !host.isEmpty else {
      throw ValidationError("--upstream '\(text)' is not an address such as http://127.0.0.1:11434")
    }
    let path = parts.path.split(separator: "/").joined(separator: "/")
    guard path.isEmpty || path == "v1", parts.query == nil, parts.user == nil else {
      throw ValidationError("--upstream '\(text)': give the server's address alone, for example http://127.0.0.1:11434")
    }
    let bare = host.trimmingCharacters(in: ["[", "]"])
    guard bare == "localhost" || bare == "::1" || bare.hasPrefix("127.") else {
      throw ValidationError(
        "--upstream '\(text)': the server must be on this machine, by localhost or 127.0.0.1, because its energy is metered here"
      )
    }
    let shown = bare.contains(":") ? "[\(bare)]" : bare
    port = parts.port ?? 80
    url = "http://\(shown)" + (parts.port.map { ":\($0)" } ?? "")
  }
}
