import Foundation

/// One question with a known answer: what an operator keeps to see how good each variant still is.
///
/// It is a request's body without its model, as it would be sent, and the answer that is expected.
public struct Probe: Hashable, Sendable {
  /// Which endpoint it goes to.
  public enum Kind: Hashable, Sendable {
    /// `messages`: a chat.
    case chat
    /// `prompt`: a completion.
    case completion
    /// `inputs`: a KServe v2 request, whose first output is compared item by item.
    case tensors
  }

  /// Which endpoint it goes to.
  public let kind: Kind
  /// The body's members as JSON, without `model` and `expected`.
  private let members: Data
  /// What the answer should be: one of these texts, or for tensors each of these items.
  public let expected: [String]

  /// Reads one line of a file of probes.
  ///
  /// - Throws: ``ProbeError`` in words, without the line's number.
  init(line: some StringProtocol) throws(ProbeError) {
    guard var object = (try? JSONSerialization.jsonObject(with: Data(line.utf8))) as? [String: Any] else {
      throw ProbeError("a probe is one JSON object a line")
    }
    guard let answer = object.removeValue(forKey: "expected") else {
      throw ProbeError("'expected' is missing: the answer, or a list of answers that are right")
    }
    object.removeValue(forKey: "model")
    if object["messages"] is [Any] {
      kind = .chat
    } else if object["prompt"] is String {
      kind = .completion
    } else if object["inputs"] is [Any] {
      kind = .tensors
    } else {
      throw ProbeError("a probe has 'messages' (chat), 'prompt' (completion) or 'inputs' (KServe)")
    }
    if object["stream"] as? Bool == true { throw ProbeError("'stream' is not for probes; leave it out") }
    let items = answer as? [Any] ?? [answer]
    let texts = items.compactMap(Self.text)
    guard !texts.isEmpty, texts.count == items.count else {
      throw ProbeError("'expected' must be a text, a number, or a list of them")
    }
    expected = texts
    guard let data = try? JSONSerialization.data(withJSONObject: object, options: [.sortedKeys]) else {
      throw ProbeError("the probe cannot be written as JSON again")
    }
    members = data
  }

  /// The path of the request for a model.
  func path(for model: String) -> String {
    switch kind {
    case .chat: return "/v1/chat/completions"
    case .completion: return "/v1/completions"
    case .tensors:
      let name = model.addingPercentEncoding(withAllowedCharacters: .alphanumerics.union(.init(charactersIn: "-._~")))
      return "/v2/models/\(name ?? model)/infer"
    }
  }

  /// The body of the request for a model.
  func body(for model: String) -> [UInt8] {
    guard kind != .tensors, var object = (try? JSONSerialization.jsonObject(with: members)) as? [String: Any] else {
      return Array(members)
    }
    object["model"] = model
    return Array((try? JSONSerialization.data(withJSONObject: object, options: [.sortedKeys])) ?? members)
  }

  /// How right an answer's body is: a score from 0 to 1 for each thing that was asked; `nil` when it is no answer.
  func scores(of answer: [UInt8], judge: ProbeJudge) -> [Double]? {
    guard let object = (try? JSONSerialization.jsonObject(with: Data(answer))) as? [String: Any] else { return nil }
    if kind == .tensors {
      guard let items = (object["outputs"] as? [[String: Any]])?.first?["data"] as? [Any] else { return nil }
      let found = items.compactMap(Self.text)
      guard found.count == expected.count else { return nil }
      return zip(found, expected).map { judge.score($0, expected: [$1]) }
    }
    guard let choice = (object["choices"] as? [[String: Any]])?.first else { return nil }
    let text = choice["text"] as? String ?? (choice["message"] as? [String: Any])?["content"] as? String
    return text.map { [judge.score($0, expected: expected)] }
  }

  private static func text(_ value: Any) -> String? {
    if let text = value as? String { return text }
    // A Boolean is a number to Foundation; as an answer both are what JSON writes.
    guard let number = value as? NSNumber else { return nil }
    return number.stringValue
  }
}

/// A line that is no probe.
public struct ProbeError: Error, Hashable, CustomStringConvertible {
  /// What is wrong.
  public let description: String
  init(_ description: String) { self.description = description }
}
