import AsyncHTTPClient
import Foundation

/// The summarisers behind their OpenAI-shaped server, on a port that the system chose, in a process of its own.
struct TextServer {
  let process: ChildProcess
  /// The server's address.
  let url: String
  /// The models that it offers.
  let models: [String]

  private struct Ready: Decodable {
    let port: Int
    let models: [String]
  }

  /// Starts the server and waits until it says that it listens.
  static func start(_ stage: DemoStage, log: String) async throws -> TextServer {
    let process = try ChildProcess(
      [stage.python.python, "\(stage.home)/python/text_server.py", "--port", "0"],
      environment: ["OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "PYTHONUNBUFFERED": "1"], log: log)
    do {
      for _ in 0..<600 {
        try Task.checkCancellation()
        if let status = process.exitStatus() {
          throw Failure(.unavailable, "the summarisers' server ended with status \(status); its log is \(log)")
        }
        let said = FileManager.default.contents(atPath: log) ?? Data()
        if let ready = try? JSONDecoder().decode(Ready.self, from: said) {
          return TextServer(process: process, url: "http://127.0.0.1:\(ready.port)", models: ready.models)
        }
        try await Task.sleep(for: .milliseconds(100))
      }
      throw Failure(.unavailable, "the summarisers' server did not become ready in a minute; its log is \(log)")
    } catch {
      await process.stop()
      throw error
    }
  }
}
