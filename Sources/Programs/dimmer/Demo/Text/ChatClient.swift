import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// A client of OpenAI's chat completions that asks for summaries.
struct ChatClient: Sendable {
  let client: HTTPClient
  /// The server's address, without a path.
  let url: String
  /// How long an answer may take.
  var patience = TimeAmount.seconds(600)

  /// A summary as it came.
  struct Answer: Sendable {
    let requestID: String?
    let summary: String
  }

  private struct Request: Encodable {
    struct Message: Encodable {
      let role: String
      let content: String
    }
    let model: String
    let messages: [Message]
    let temperature = 0
    let maxTokens: Int
  }

  private struct Response: Decodable {
    struct Choice: Decodable { let message: Message }
    struct Message: Decodable { let content: String? }
    let choices: [Choice]
  }

  private struct List: Decodable {
    struct Model: Decodable { let id: String }
    let data: [Model]
  }

  /// The models that the server offers.
  func models() async throws -> [String] {
    let response = try await client.execute(HTTPClientRequest(url: "\(url)/v1/models"), timeout: .seconds(10))
    let body = try await response.body.collect(upTo: 1 << 22)
    guard response.status == .ok, let list = try? JSONDecoder().decode(List.self, from: Data(body.readableBytesView))
    else {
      throw Failure(.unavailable, "\(url)/v1/models answered \(response.status.code) and no list of models")
    }
    return list.data.map(\.id)
  }

  /// Asks `model` for a summary.
  ///
  /// - Throws: a failure naming the status for any answer but 200, and for one without text.
  func summarise(_ bulletin: Bulletin, model: String) async throws -> Answer {
    let instruction =
      "Summarise the text in at most \(bulletin.mostWords) words, in the order of the text. "
      + "Answer with nothing but the summary."
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    let body = try encoder.encode(
      Request(
        model: model,
        messages: [.init(role: "system", content: instruction), .init(role: "user", content: bulletin.text)],
        // Models that do not end are stopped well beyond the words asked for.
        maxTokens: 4 * bulletin.mostWords))
    var request = HTTPClientRequest(url: "\(url)/v1/chat/completions")
    request.method = .POST
    request.headers.add(name: "content-type", value: "application/json")
    request.body = .bytes(ByteBuffer(bytes: body))
    let response = try await client.execute(request, timeout: patience)
    let answer = try await response.body.collect(upTo: 1 << 22)
    guard response.status == .ok else {
      throw Failure(.unavailable, "\(model) answered \(response.status.code): \(String(buffer: answer).prefix(200))")
    }
    let decoded = try? JSONDecoder().decode(Response.self, from: Data(answer.readableBytesView))
    guard let summary = decoded?.choices.first?.message.content, !summary.isEmpty else {
      throw Failure(.unavailable, "\(model) answered without a text: \(String(buffer: answer).prefix(200))")
    }
    return Answer(requestID: response.headers.first(name: "dimmer-request-id"), summary: summary)
  }
}
