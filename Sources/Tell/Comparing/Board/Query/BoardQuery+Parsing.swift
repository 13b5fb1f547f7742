import Estimation
import Quantities

extension BoardQuery {
  /// The query that items say. Axes may be named several times, or once with commas between the values.
  ///
  /// Empty values, which forms send, say nothing.
  ///
  /// - Throws: ``BoardError`` for an unknown name or a value that cannot be, with the fix.
  public init(items: [QueryText.Item]) throws(BoardError) {
    self.init()
    for item in items {
      let value = item.value.trimmedOfSpace
      if !value.isEmpty { try take(item.key, value) }
    }
    try check()
  }

  /// The query behind the question mark of an address.
  public init(_ text: some StringProtocol) throws(BoardError) { try self.init(items: QueryText.items(of: text)) }

  private static let keys = [
    "task", "model", "gpu", "precision", "batch", "cached", "region", "time", "alias", "row", "input_tokens",
    "output_tokens", "reasoning_tokens", "width", "height", "steps", "frames", "year", "pue", "wue", "price",
    "currency", "quality", "sort", "filter", "max_latency", "limit",
  ]

  private mutating func take(_ key: String, _ value: String) throws(BoardError) {
    switch key {
    case "task": task = try BoardTask(named: value)
    case "model": for part in BoardQuery.list(value) { models.append(try ModelChoice(parsing: part)) }
    case "gpu": accelerators += BoardQuery.list(value)
    case "precision":
      for part in BoardQuery.list(value) {
        guard let format = try? WeightPrecision(named: part) else {
          throw .unknownWord(what: "number format", part, known: WeightPrecision.allCases.map(\.rawValue))
        }
        precisions.append(format)
      }
    case "batch":
      for part in BoardQuery.list(value) { batches.append(try BoardQuery.number(key, part, in: TextWork.batches)) }
    case "cached":
      for part in BoardQuery.list(value) { cached.append(try BoardQuery.number(key, part, in: 0...1)) }
    case "region": regions += BoardQuery.list(value)
    case "time": for part in BoardQuery.list(value) { times.append(try BoardTime(part)) }
    case "alias": aliases += BoardQuery.list(value)
    case "row": rows.append(try DeclaredRow(parsing: value))
    case "quality": try takeQuality(value)
    case "filter": filters.append(try BoardFilter(value))
    case "max_latency":
      filters.append(BoardFilter(.latency, .atMost, try BoardQuery.number(key, value, in: 0...1e9)))
    case "sort":
      guard let measure = Measure(rawValue: value.lowercased()) else {
        throw .unknownWord(what: "measure", value, known: Measure.allCases.map(\.rawValue))
      }
      sort = measure
    case "limit": limit = Int(try BoardQuery.number(key, value, in: 1...1000))
    default: try takeSize(key, value)
    }
  }

  private mutating func takeSize(_ key: String, _ value: String) throws(BoardError) {
    switch key {
    case "input_tokens": inputTokens = try BoardQuery.number(key, value, in: TextWork.tokens)
    case "output_tokens": outputTokens = try BoardQuery.number(key, value, in: TextWork.tokens)
    case "reasoning_tokens": reasoningTokens = try BoardQuery.number(key, value, in: TextWork.tokens)
    case "width": width = try BoardQuery.number(key, value, in: 16...16_384)
    case "height": height = try BoardQuery.number(key, value, in: 16...16_384)
    case "steps": steps = try BoardQuery.number(key, value, in: 1...1000)
    case "frames": frames = try BoardQuery.number(key, value, in: 1...100_000)
    case "year": year = Int(try BoardQuery.number(key, value, in: 1990...2100))
    case "wue": wue = try BoardQuery.number(key, value, in: 0...100)
    case "price": price = try BoardQuery.number(key, value, in: 0...1000)
    case "pue":
      if Double(value) != nil { _ = try BoardQuery.number(key, value, in: 1...10) }
      pue = value
    case "currency":
      guard value.count == 3, value.allSatisfy({ $0.isASCII && $0.isUppercase }) else {
        throw .badValue(key: key, value, expected: "an ISO 4217 code of three capitals, as EUR")
      }
      currency = value
    default: throw .unknownWord(what: "part of a board's address", key, known: BoardQuery.keys)
    }
  }

  private mutating func takeQuality(_ text: String) throws(BoardError) {
    guard let sign = text.lastIndex(of: "="), sign > text.startIndex,
      let value = try? Ratio(parsing: text[text.index(after: sign)...].trimmedOfSpace), (0...1).contains(value.value)
    else {
      throw .badValue(
        key: "quality", text, expected: "a model's name and a share of right answers from 0 to 1: 'Llama 3.1 8B=0.73'")
    }
    quality[text[..<sign].trimmedOfSpace] = value.value
  }

  private static func list(_ text: String) -> [String] {
    text.split(separator: ",").map { $0.trimmedOfSpace }.filter { !$0.isEmpty }
  }

  private static func number(
    _ key: String, _ text: String, in range: ClosedRange<Double>
  ) throws(BoardError) -> Double {
    let number = { (value: Double) in Decimals.significant(value, digits: 9) }
    guard let value = Double(text), range.contains(value) else {
      throw .badValue(
        key: key, text, expected: "a number from \(number(range.lowerBound)) to \(number(range.upperBound))")
    }
    return value
  }
}

extension BoardQuery {
  /// Refuses what excludes each other, before anything is computed.
  func check() throws(BoardError) {
    guard !models.isEmpty || !aliases.isEmpty || !rows.isEmpty else { throw .noOptions }
    if !models.isEmpty, task == nil { throw .noTask }
    if let name = rows.map(\.name).first(where: { name in rows.count { $0.name == name } > 1 }) {
      throw .contradiction("two rows are called '\(name)'; give each its own name")
    }
    guard let task else { return try checkWithoutTask() }
    let isText = task.medium == nil
    let tokenKeys: [(String, Bool)] = [
      ("cached", cached.contains { $0 > 0 }), ("batch", !batches.isEmpty), ("precision", !precisions.isEmpty),
      ("input_tokens", inputTokens != nil), ("output_tokens", outputTokens != nil),
      ("reasoning_tokens", reasoningTokens != nil), ("alias", !aliases.isEmpty),
    ]
    let pixelKeys: [(String, Bool)] = [
      ("width", width != nil), ("height", height != nil), ("steps", steps != nil), ("frames", frames != nil),
    ]
    if let key = (isText ? pixelKeys : tokenKeys).first(where: \.1)?.0 {
      throw .contradiction("\(key.dashed) and --task \(task.rawValue) contradict each other: \(reason(key, task))")
    }
    if frames != nil, task != .video {
      throw .contradiction("--frames and --task \(task.rawValue) contradict each other: only a video has frames")
    }
    for choice in models where choice.activeBillions != nil && !isText {
      throw .contradiction("'\(choice.text)': only text models are given with active parameters")
    }
  }

  private func checkWithoutTask() throws(BoardError) {
    guard !aliases.isEmpty || cached.isEmpty && batches.isEmpty && precisions.isEmpty && accelerators.isEmpty else {
      throw .contradiction("rows that are stated altogether have no axes; name a --task and a --model")
    }
  }

  private func reason(_ key: String, _ task: BoardTask) -> String {
    switch key {
    case "cached": "a \(task.unit.one) has no prompt that a cache could hold"
    case "batch": "what is known of \(task.unit.many) does not tell batches apart"
    case "precision": "what is known of \(task.unit.many) does not tell number formats apart"
    case "alias": "measured variants are compared by their own requests or tasks of text"
    case "input_tokens", "output_tokens", "reasoning_tokens": "a \(task.unit.one) is not counted in tokens"
    default: "a text has no pixels"
    }
  }
}

extension String {
  /// The key of an address as an option of the command line.
  fileprivate var dashed: String { "--" + replacing("_", with: "-") }
}
