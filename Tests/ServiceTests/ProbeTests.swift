import Switching
import Testing

@testable import Service

@Suite("Probes: questions with known answers")
struct ProbeTests {
  @Test("an exact answer is the same words, whatever their case and the white space between them")
  func exact() {
    #expect(ProbeJudge.exact.score(" Paris\n", expected: ["paris"]) == 1)
    #expect(ProbeJudge.exact.score("Paris, France", expected: ["paris"]) == 0)
    #expect(ProbeJudge.exact.score("", expected: [""]) == 1)
    #expect(ProbeJudge.contains.score("It is  Paris.", expected: ["is paris"]) == 1)
    #expect(ProbeJudge.contains.score("It is Lyon.", expected: ["paris", "lyon"]) == 1)
  }

  @Test("a summary's overlap is the longest common subsequence of words, by precision and recall")
  func overlap() {
    // Lin's example: police killed the gunman / police kill the gunman: 3 of 4 words in order, 0.75 both ways.
    #expect(ProbeJudge.rougeL.score("police kill the gunman", expected: ["police killed the gunman"]) == 0.75)
    #expect(ProbeJudge.rougeL.score("the gunman kill police", expected: ["police killed the gunman"]) == 0.5)
    #expect(ProbeJudge.rougeL.score("", expected: ["something"]) == 0)
  }

  @Test("a line is a request's body without its model, and what is expected")
  func line() throws {
    let probe = try Probe(line: #"{"messages":[{"role":"user","content":"2+2?"}],"model":"x","expected":["4","four"]}"#)
    #expect(probe.kind == .chat)
    #expect(probe.path(for: "small") == "/v1/chat/completions")
    let body = String(decoding: probe.body(for: "small"), as: UTF8.self)
    #expect(body == #"{"messages":[{"content":"2+2?","role":"user"}],"model":"small"}"#)
    let answer = Array(#"{"choices":[{"message":{"content":"Four"}}]}"#.utf8)
    #expect(probe.scores(of: answer, judge: .exact) == [1])
    #expect(probe.scores(of: Array(#"{"error":{}}"#.utf8), judge: .exact) == nil)
  }

  @Test("of tensors each item is judged; another number of items is no answer")
  func tensors() throws {
    let probe = try Probe(line: #"{"inputs":[{"name":"images"}],"expected":[3,5,8]}"#)
    #expect(probe.path(for: "a b") == "/v2/models/a%20b/infer")
    #expect(probe.scores(of: Array(#"{"outputs":[{"data":[3,4,8]}]}"#.utf8), judge: .exact) == [1, 0, 1])
    #expect(probe.scores(of: Array(#"{"outputs":[{"data":[3]}]}"#.utf8), judge: .exact) == nil)
  }

  @Test(
    "what is no probe is refused with its line",
    arguments: [
      ("[]", "one JSON object"), (#"{"messages":[]}"#, "'expected' is missing"), (#"{"expected":"x"}"#, "'messages'"),
      (#"{"prompt":"x","expected":{}}"#, "must be a text"),
      (#"{"prompt":"x","expected":"y","stream":true}"#, "'stream'"),
    ])
  func refused(line: String, words: String) throws {
    let error = #expect(throws: ConfigurationError.self) {
      try ProbeSet(lines: "\n" + #"{"prompt":"x","expected":"y"}"# + "\n" + line, file: "p.jsonl")
    }
    #expect(error?.description.contains("p.jsonl:3") == true)
    #expect(error?.description.contains(words) == true)
  }

  @Test("rounds go on where the last one ended, so that all probes are asked in turn")
  func rounds() throws {
    let set = try ProbeSet(
      lines: (0..<5).map { #"{"prompt":"\#($0)","expected":"y"}"# }.joined(separator: "\n"), file: "p")
    let asked = (0..<5).flatMap { set.sample(2, round: $0) }
    #expect(asked.count == 10)
    #expect(set.probes.allSatisfy { probe in asked.count { $0 == probe } == 2 })
    #expect(set.sample(9, round: 3).count == 5)
  }

  @Test("scores become a quality with its bound: shares by Wilson, others by their spread, too few not at all")
  func bounds() throws {
    #expect(QualityBound.mean(of: [1, 1, 0, 1]) == QualityBound.wilson(correct: 3, of: 4))
    #expect(QualityBound.mean(of: [0.5, 0.7]) == nil)
    #expect(QualityBound.mean(of: []) == nil)
    let bound = try #require(QualityBound.mean(of: (0..<100).map { $0 % 2 == 0 ? 0.4 : 0.6 }))
    #expect(abs(bound.quality - 50) < 1e-9)
    #expect(abs(bound.low - (50 - 1.959963984540054 * 1.0050378152592121)) < 1e-6)
  }
}
