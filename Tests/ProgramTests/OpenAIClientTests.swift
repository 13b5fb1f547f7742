import Foundation
import Testing

/// The `openai` Python client before `dimmer serve`, beside the same client before the server itself.
@Suite("The openai client")
struct OpenAIClientTests {
  /// `scripts/setup.sh test` brings the client.
  private static let python = Programs.testPython(with: "openai")

  @Test(
    "has through the gateway, synchronous and asynchronous, what it has without: objects, events, bytes and errors",
    .enabled(if: python != nil, "no openai client: 'scripts/setup.sh test' brings it"),
    arguments: [["chat"], ["streams"], ["embeddings", "errors"], ["responses"], ["others"]])
  func unchanged(groups: [String]) async throws {
    let python = try #require(Self.python)
    try await Workspace.use { space in
      let port = try await space.startPeer([python, "\(Programs.root)/Tests/OpenAIClient/upstream.py"])
      let serving = try await Serving.start(space, configuration: Serving.configuration(upstream: port))
      let check = "\(Programs.root)/Tests/OpenAIClient/check.py"
      let ending = try await space.start(program: [python, check, "\(port)", "\(serving.gateway)"] + groups).end()
      #expect(ending.status == 0, "\(ending.error.suffix(6000))")
      #expect(ending.error.contains("\nOK"), "\(ending.error.suffix(600))")
    }
  }
}
