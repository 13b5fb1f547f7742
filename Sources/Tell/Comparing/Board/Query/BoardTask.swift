import Accounting
import Factors
import Methods
import Quantities

/// What every option on a board does once, so that they can be compared: the functional unit.
public enum BoardTask: String, Hashable, Sendable, CaseIterable {
  /// A question answered with a page of text.
  case chat
  /// A long text made short.
  case summarize
  /// A question answered after thinking at length.
  case reasoning
  /// One picture.
  case image
  /// One clip.
  case video

  /// The task of that name.
  ///
  /// - Throws: ``BoardError/unknownWord(what:_:known:)``.
  public init(named name: String) throws(BoardError) {
    guard let task = BoardTask(rawValue: name.lowercased()) else {
      throw .unknownWord(what: "task", name, known: BoardTask.allCases.map(\.rawValue))
    }
    self = task
  }

  /// For people.
  public var title: String {
    switch self {
    case .chat: "Answering a question"
    case .summarize: "Summarizing a long text"
    case .reasoning: "Answering after thinking at length"
    case .image: "Making one picture"
    case .video: "Making one video clip"
    }
  }

  /// What one of it is called, and several.
  var unit: (one: String, many: String) {
    switch self {
    case .chat, .reasoning: ("answer", "answers")
    case .summarize: ("summary", "summaries")
    case .image: ("picture", "pictures")
    case .video: ("clip", "clips")
    }
  }

  /// What a diffusion model makes for it; nothing for tasks of text.
  var medium: DiffusionModelTable.Medium? {
    switch self {
    case .chat, .summarize, .reasoning: nil
    case .image: .image
    case .video: .video
    }
  }

  /// Its usual size in tokens; nothing where it is not counted in tokens.
  var tokens: TokenSize? {
    switch self {
    case .chat: TokenSize(prompt: BoardTask.question, answer: BoardTask.page, reasoning: nil)
    case .summarize: TokenSize(prompt: BoardTask.report, answer: BoardTask.summary, reasoning: nil)
    case .reasoning: TokenSize(prompt: BoardTask.question, answer: BoardTask.page, reasoning: BoardTask.thinking)
    case .image, .video: nil
    }
  }

  private static let question = assumed("tokens of the prompt", 250, "a question of some sentences with instructions")
  private static let report = assumed("tokens of the prompt", 4000, "a report of about six pages")
  private static let summary = assumed("tokens of the answer", 250, "a summary of about half a page")
  private static let page = PublishedFactor.figure(
    "tokens of the answer", Ratio(400), uncertainty: "task:page",
    source: Source(
      "Mistral AI, Carbone 4 and ADEME, life cycle of Mistral Large 2 (2025): one page of text is 400 tokens",
      year: 2025, licence: "facts, cited"))
  private static let thinking = Figure(
    "tokens of reasoning", .exact(Ratio(3600), origin: .published, method: PublishedFactor.method),
    source: Source(
      "ML.ENERGY blog, The ML.ENERGY Benchmark v3 (2025): reasoning tasks use about ten times the tokens of chat",
      year: 2025, licence: "facts, cited"),
    note: "Nine times those of the answer, so that both together are ten times those of a chat answer.")

  private static func assumed(_ label: String, _ count: Double, _ note: String) -> Figure<Ratio> {
    Figure(
      label, .exact(Ratio(count), origin: .assumed, method: "declared-value@1"),
      note: "chosen by Dimmer for this task: \(note); state your own")
  }
}

/// How many tokens a task of text takes.
struct TokenSize: Hashable, Sendable {
  /// Of the prompt, cached ones included.
  var prompt: Figure<Ratio>
  /// Of the answer that is seen.
  var answer: Figure<Ratio>
  /// Of reasoning before it.
  var reasoning: Figure<Ratio>?

  /// Answer and reasoning together, as servers write them.
  var written: Figure<Ratio> {
    guard let reasoning else { return answer }
    return BoardFormulas.written.figure("tokens of the answer and its reasoning", [Term(answer), Term(reasoning)])
  }

  /// In words: `a prompt of 250 tokens, an answer of 400`.
  var words: String {
    let number = { (figure: Figure<Ratio>) in Decimals.significant(figure.value.value, digits: 6) }
    return "a prompt of \(number(prompt)) tokens"
      + (reasoning.map { ", \(number($0)) tokens of reasoning" } ?? "") + " and an answer of \(number(answer)) tokens"
  }
}
