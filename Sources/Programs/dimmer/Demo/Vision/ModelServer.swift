import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// MLServer with the family behind it, on loopback, in a process of its own.
struct ModelServer {
  let process: ChildProcess
  let port: Int

  /// The server's address.
  var url: String { "http://127.0.0.1:\(port)" }

  /// Starts the server and waits until all models answer.
  static func start(
    _ environment: PythonEnvironment, family directory: String, models: [String], log: String, client: HTTPClient
  ) async throws -> ModelServer {
    let port = try LoopbackPort.free()
    let process = try ChildProcess(
      [environment.program("mlserver"), "start", directory],
      environment: [
        "MLSERVER_HTTP_PORT": "\(port)", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "PYTHONUNBUFFERED": "1",
      ], log: log)
    let server = ModelServer(process: process, port: port)
    do {
      try await server.untilReady(models, client: client, log: log)
      return server
    } catch {
      await process.stop()
      throw error
    }
  }

  private func untilReady(_ models: [String], client: HTTPClient, log: String) async throws {
    for _ in 0..<600 {
      try Task.checkCancellation()
      if let status = process.exitStatus() {
        throw Failure(.unavailable, "MLServer ended with status \(status); its log is \(log)")
      }
      var ready = 0
      for model in models {
        let request = HTTPClientRequest(url: "\(url)/v2/models/\(model)/ready")
        if let answer = try? await client.execute(request, timeout: .seconds(2)), answer.status == .ok {
          ready += 1
        } else {
          break
        }
      }
      if ready == models.count { return }
      try await Task.sleep(for: .milliseconds(100))
    }
    throw Failure(.unavailable, "MLServer did not become ready in a minute; its log is \(log)")
  }
}

/// A client of KServe v2 that knows what a digit classifier answers.
struct DigitClient: Sendable {
  let client: HTTPClient
  let url: String

  struct Answer: Sendable {
    let requestID: String?
    let variant: String
    let labels: [Int]
  }

  private struct Response: Decodable {
    struct Output: Decodable { let data: [Int] }
    let modelName: String
    let outputs: [Output]
    private enum CodingKeys: String, CodingKey {
      case modelName = "model_name"
      case outputs
    }
  }

  /// Asks `model` about the images in `body`.
  ///
  /// - Throws: a failure naming the status for any answer but 200.
  func classify(_ body: String, model: String) async throws -> Answer {
    var request = HTTPClientRequest(url: "\(url)/v2/models/\(model)/infer")
    request.method = .POST
    request.headers.add(name: "content-type", value: "application/json")
    request.body = .bytes(ByteBuffer(string: body))
    let response = try await client.execute(request, timeout: .seconds(30))
    let answer = try await response.body.collect(upTo: 1 << 22)
    guard response.status == .ok else {
      throw Failure(.unavailable, "\(model) answered \(response.status.code): \(String(buffer: answer).prefix(200))")
    }
    let decoded = try JSONDecoder().decode(Response.self, from: Data(answer.readableBytesView))
    return Answer(
      requestID: response.headers.first(name: "dimmer-request-id"), variant: decoded.modelName,
      labels: decoded.outputs.first?.data ?? [])
  }
}
