public import Estimation
import Quantities

/// All that a board is asked for: the task, what may be chosen on each axis, the site, and how it is shown.
///
/// The command line, the form of the page and the page's address are all read into it and written from it, so that an
/// address holds the whole board.
public struct BoardQuery: Hashable, Sendable {
  /// What is done; nothing when only measured variants of an alias are compared.
  public var task: BoardTask?
  /// Tokens of the prompt; without them the task's.
  public var inputTokens: Double?
  /// Tokens of the answer; without them the task's.
  public var outputTokens: Double?
  /// Tokens of reasoning; without them the task's.
  public var reasoningTokens: Double?
  /// Pixels of a picture's width; without them the model's.
  public var width: Double?
  /// Pixels of its height.
  public var height: Double?
  /// Denoising steps.
  public var steps: Double?
  /// Frames of a clip.
  public var frames: Double?

  /// Models.
  public var models: [ModelChoice] = []
  /// Kinds of accelerators; none: the usual one with an interval over others.
  public var accelerators: [String] = []
  /// Number formats of the weights; none: as published.
  public var precisions: [WeightPrecision] = []
  /// Requests served together; none: a prior with an interval.
  public var batches: [Double] = []
  /// Shares of the prompt that a cache holds, 0 to 1.
  public var cached: [Double] = []
  /// Places; none: carbon is not known.
  public var regions: [String] = []
  /// When.
  public var times: [BoardTime] = []
  /// Aliases whose measured variants are options, too.
  public var aliases: [String] = []
  /// Options that the user states altogether.
  public var rows: [DeclaredRow] = []

  /// Year of the grids' averages; the newest without it.
  public var year: Int?
  /// Total over IT energy, or an operator whose PUE is published.
  public var pue: String?
  /// Litres on the site per kWh of IT energy.
  public var wue: Double?
  /// Price of a kilowatt-hour.
  public var price: Double?
  /// ISO 4217 code of the price.
  public var currency = "USD"
  /// Quality of models as the user states it, 0 to 1, by name.
  public var quality: [String: Double] = [:]

  /// What the list is sorted by; best first, unknown last.
  public var sort = Measure.carbon
  /// Bounds; options outside them are not shown, but count for what is typical.
  public var filters: [BoardFilter] = []
  /// How many are shown at most.
  public var limit: Int?

  /// A query for a task.
  public init(task: BoardTask? = nil) { self.task = task }
}

extension BoardQuery {
  /// The query as items, from which it is read again.
  public var items: [QueryText.Item] {
    var items: [QueryText.Item] = []
    func add(_ key: String, _ value: String?) { if let value { items.append((key, value)) } }
    func number(_ key: String, _ value: Double?) { add(key, value.map { Decimals.significant($0, digits: 15) }) }
    add("task", task?.rawValue)
    number("input_tokens", inputTokens)
    number("output_tokens", outputTokens)
    number("reasoning_tokens", reasoningTokens)
    number("width", width)
    number("height", height)
    number("steps", steps)
    number("frames", frames)
    for model in models { add("model", model.text) }
    for accelerator in accelerators { add("gpu", accelerator) }
    for precision in precisions { add("precision", precision.rawValue) }
    for batch in batches { number("batch", batch) }
    for share in cached { number("cached", share) }
    for region in regions { add("region", region) }
    for time in times { add("time", time.text) }
    for alias in aliases { add("alias", alias) }
    for row in rows { add("row", row.text) }
    add("year", year.map(String.init))
    add("pue", pue)
    number("wue", wue)
    number("price", price)
    if currency != "USD" { add("currency", currency) }
    for (name, value) in quality.sorted(by: { $0.key < $1.key }) {
      add("quality", "\(name)=\(Decimals.significant(value, digits: 15))")
    }
    if sort != .carbon { add("sort", sort.rawValue) }
    for filter in filters { add("filter", filter.text) }
    add("limit", limit.map(String.init))
    return items
  }

  /// The query behind the question mark of the board's address.
  public var text: String { QueryText.query(of: items) }
}
