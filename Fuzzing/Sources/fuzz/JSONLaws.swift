import FuzzLoop
import NIOCore

@testable import Gateway

/// What must hold of the JSON readers for any bytes.
enum JSONLaws {
  /// One token with its place, so that two walks can be compared.
  private struct Step: Equatable {
    let token: JSONTokenizer.Token
    let start: Int
    let end: Int
    let depth: Int
    let text: [UInt8]
  }

  static func check(_ bytes: [UInt8]) {
    let cuts = Cuts.all(bytes)
    let walks = cuts.map(walk)
    let scans = cuts.map(scan)
    let answers = cuts.map(answer)
    let units = cuts.map(units)
    for index in 1..<cuts.count {
      law(walks[index] == walks[0], "cut \(index): the tokens differ")
      law(Summary(scans[index]) == Summary(scans[0]), "cut \(index): the request is read otherwise")
      law(AnswerSummary(answers[index]) == AnswerSummary(answers[0]), "cut \(index): the answer is read otherwise")
      law(units[index] == units[0], "cut \(index): the units differ")
    }
    law(units[0] >= 1, "units below 1")
    guard let value = StrictJSON(bytes) else { return }
    checkAgainst(value, scans[0])
    checkSplices(bytes, value, scans[0])
  }

  // MARK: Walks

  private static func walk(_ pieces: [ArraySlice<UInt8>]) -> [Step] {
    var tokenizer = JSONTokenizer()
    var steps: [Step] = []
    for piece in pieces {
      piece.withUnsafeBytes { bytes in
        var index = 0
        while let token = tokenizer.next(in: bytes, from: &index) {
          let hasText = token == .key || token == .string || token == .literal
          steps.append(
            Step(
              token: token, start: hasText ? tokenizer.tokenStart : 0, end: tokenizer.tokenEnd, depth: tokenizer.depth,
              text: hasText ? tokenizer.text : []))
        }
      }
    }
    law(tokenizer.depth >= 0, "a depth below 0")
    return steps
  }

  static func scan(_ pieces: [ArraySlice<UInt8>]) -> CompletionScan {
    var scan = CompletionScan()
    for piece in pieces { piece.withUnsafeBytes { scan.feed($0) } }
    return scan
  }

  private static func answer(_ pieces: [ArraySlice<UInt8>]) -> AnswerScan {
    var scan = AnswerScan()
    for piece in pieces { piece.withUnsafeBytes { scan.feed($0) } }
    return scan
  }

  private static func units(_ pieces: [ArraySlice<UInt8>]) -> Int {
    var scan = UnitScan()
    for piece in pieces { piece.withUnsafeBytes { scan.feed($0) } }
    return scan.units
  }

  /// What a scan of a request says.
  struct Summary: Equatable {
    let isWhole: Bool
    let model: CompletionScan.Model
    let isStreamed: Bool
    let options: CompletionScan.StreamOptions
    let membersAt: Int?
    let buildsOn: String?
    let answerCount: Int?

    init(_ scan: CompletionScan) {
      (isWhole, model, isStreamed) = (scan.isWhole, scan.model, scan.isStreamed)
      (options, membersAt) = (scan.streamOptions, scan.membersAt)
      (buildsOn, answerCount) = (scan.buildsOn, scan.answerCount)
    }
  }

  private struct AnswerSummary: Equatable {
    let usage: TokenUsage?
    let report: EnergyReport?
    let deltas: Int
    let flags: [Bool]

    init(_ scan: AnswerScan) {
      (usage, report, deltas) = (scan.usage, scan.report, scan.contentDeltas)
      flags = [scan.choicesAreEmpty, scan.hasError, scan.isWhole, scan.isUsageOnly, scan.isFinalUsage]
    }
  }

  // MARK: Against the strict reader

  private static func last(_ key: String, of members: [StrictJSON.Member]) -> StrictJSON.Member? {
    members.last { $0.key == key && $0.rawKeyLength <= JSONTokenizer.maximumTextLength }
  }

  private static func checkAgainst(_ value: StrictJSON, _ scan: CompletionScan) {
    guard let members = value.members else { return law(!scan.isWhole, "what is no object is taken for one") }
    law(scan.isWhole, "a whole object is refused")
    switch (last("model", of: members), scan.model) {
    case (nil, .missing): break
    case (let member?, .name(let name, _)): law(member.value == .string(name), "another model is read: \(name)")
    case (let member?, .notText):
      if case .string = member.value {
        law(member.rawValueLength > JSONTokenizer.maximumTextLength, "a model's name is not read")
      }
    default: law(false, "the model is \(scan.model)")
    }
    law(scan.isStreamed == (last("stream", of: members)?.value == .literal("true")), "stream is read otherwise")
  }

  private static let name = "variant \"é\n"

  /// Model and options change as listed, and nothing else: read strictly, the result is the original with these edits.
  private static func checkSplices(_ bytes: [UInt8], _ value: StrictJSON, _ scan: CompletionScan) {
    guard var members = value.members, case .name = scan.model else { return }
    for wantsUsage in [false, true] {
      let splice = BodySplice(scan, model: name, wantsUsage: wantsUsage)
      let result = splice.pieces(of: ByteBuffer(bytes: bytes)).flatMap { Array($0.readableBytesView) }
      guard let changed = StrictJSON(result) else { return law(false, "the spliced body is no JSON") }
      if !wantsUsage {
        guard let place = members.lastIndex(where: { isModel($0) }) else { return law(false, "there is no model") }
        members[place] = StrictJSON.Member(
          key: "model", value: .string(name), rawKeyLength: members[place].rawKeyLength, rawValueLength: 0)
      }
      let expected = splice.injectsUsage ? asking(members) : members
      law(plain(.object(expected)) == plain(changed), "the splice changed something else")
      law(splice.injectsUsage == (wantsUsage && mayAsk(members)), "usage is asked for at the wrong time")
    }
  }

  private static func isModel(_ member: StrictJSON.Member) -> Bool {
    member.key == "model" && member.rawKeyLength <= JSONTokenizer.maximumTextLength
  }

  /// Whether the body is streamed and its options leave room for the wish.
  private static func mayAsk(_ members: [StrictJSON.Member]) -> Bool {
    guard last("stream", of: members)?.value == .literal("true") else { return false }
    switch last("stream_options", of: members)?.value {
    case nil, .literal("null"): return true
    case .object(let options):
      switch last("include_usage", of: options)?.value {
      case .literal("true"), .object, .array: return false
      default: return true
      }
    default: return false
    }
  }

  /// The members with the wish for usage, where ``BodySplice`` puts it.
  private static func asking(_ members: [StrictJSON.Member]) -> [StrictJSON.Member] {
    let wish = StrictJSON.Member(key: "include_usage", value: .literal("true"), rawKeyLength: 13, rawValueLength: 0)
    var members = members
    guard
      let place = members.lastIndex(where: {
        $0.key == "stream_options" && $0.rawKeyLength <= JSONTokenizer.maximumTextLength
      })
    else {
      let options = StrictJSON.Member(
        key: "stream_options", value: .object([wish]), rawKeyLength: 14, rawValueLength: 0)
      return [options] + members
    }
    guard case .object(var options) = members[place].value else {
      members[place].value = .object([wish])
      return members
    }
    if let old = options.lastIndex(where: {
      $0.key == "include_usage" && $0.rawKeyLength <= JSONTokenizer.maximumTextLength
    }) {
      options[old].value = .literal("true")
    } else {
      options.insert(wish, at: 0)
    }
    members[place].value = .object(options)
    return members
  }

  /// The value without the lengths, which the edits change.
  static func plain(_ value: StrictJSON) -> StrictJSON {
    switch value {
    case .object(let members):
      .object(
        members.map { StrictJSON.Member(key: $0.key, value: plain($0.value), rawKeyLength: 0, rawValueLength: 0) })
    case .array(let items): .array(items.map(plain))
    default: value
    }
  }
}
