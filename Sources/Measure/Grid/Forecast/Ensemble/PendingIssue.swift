/// One forecast as it was issued, kept until the last hour it speaks of is known: what the ensemble learns from.
struct PendingIssue: Hashable, Sendable, Codable {
  /// What is kept of each hour ahead. The members come first, in their own order.
  enum Column: Int, CaseIterable {
    case persistence, weekMean, dayClimatology, weekClimatology, regression
    case dayBefore, dayBeforeThat, weekBefore
    case center, low, high
  }
  /// What is kept once: how the newest hours differ from what is usual.
  enum State: Int, CaseIterable {
    case anomaly, anomaly1, anomaly2, anomaly3, anomaly6, anomaly12, dayLevel, dayChange
  }

  /// The newest hour it rests on.
  let hour: Int64
  /// Whether that hour was known; if it was filled in, the issue is no measure of skill.
  let isSound: Bool
  private let columns: Int
  private var states: Reals
  private var table: Reals

  init(hour: Int64, isSound: Bool, extras: Int) {
    self.hour = hour
    self.isSound = isSound
    columns = Column.allCases.count + extras
    states = Reals(repeating: 0, count: State.allCases.count)
    table = Reals(repeating: .nan, count: columns * LeadBand.farthest)
  }

  subscript(state: State) -> Double {
    get { states[state.rawValue] }
    set { states[state.rawValue] = newValue }
  }
  subscript(lead: Int, column: Column) -> Double {
    get { table[(lead - 1) * columns + column.rawValue] }
    set { table[(lead - 1) * columns + column.rawValue] = newValue }
  }
  subscript(lead: Int, extra extra: Int) -> Double {
    get { table[(lead - 1) * columns + Column.allCases.count + extra] }
    set { table[(lead - 1) * columns + Column.allCases.count + extra] = newValue }
  }
  /// A member's value.
  subscript(lead: Int, member: Int) -> Double { table[(lead - 1) * columns + member] }

  /// How many explaining variables a row has.
  static func width(extras: Int) -> Int { 18 + extras }

  /// The explaining variables of the regression for one distance. What is missing counts as usual (0).
  func fill(_ row: UnsafeMutableBufferPointer<Double>, lead: Int) {
    let usual = self[lead, .weekMean]
    let wave = DayWave.values[(hour + Int64(lead)).wrapped(24)]
    row[0] = self[lead, .dayBefore] - usual
    row[1] = self[lead, .dayBeforeThat] - usual
    row[2] = self[lead, .weekBefore] - usual
    for state in 0..<State.allCases.count { row[3 + state] = states[state] }
    row[11] = wave.cosine * self[.dayLevel]
    row[12] = wave.sine * self[.dayLevel]
    row[13] = wave.cosine * self[.anomaly]
    row[14] = wave.sine * self[.anomaly]
    row[15] = self[lead, .dayClimatology] - usual
    row[16] = self[lead, .weekClimatology] - usual
    row[17] = 1
    for extra in 0..<(columns - Column.allCases.count) { row[18 + extra] = self[lead, extra: extra] }
    for place in row.indices where !row[place].isFinite { row[place] = 0 }
  }
}
