/// What an ensemble knows of one series: the last days, what it has learned and its issues of the last 48 hours.
///
/// It goes forward hour by hour and never back. Hours are whole hours of UTC, values are kept as logarithms where
/// errors are relative.
struct EnsembleState: Hashable, Sendable, Codable {
  let identity: SeriesIdentity
  let besides: [SeriesIdentity]
  private let members: [EnsembleMember]
  /// The newest hour taken in.
  private(set) var newest: Int64
  private(set) var hoursKnown = 0
  private(set) var hoursFilled = 0
  private(set) var lastKnown: Int64
  private(set) var issues: [PendingIssue] = []
  private(set) var skill = SkillMemory()
  private var recent = RecentHours()
  private var day = SeasonalMean(period: 24, memory: 20)
  private var week = SeasonalMean(period: 168, memory: 4)
  private var regression: LeadRegression
  private var weights = MemberWeights(members: EnsembleMember.allCases.count)
  private var intervals: IntervalTracker

  /// Nothing yet; the first hour to come is `first`.
  init(
    _ identity: SeriesIdentity, besides: [SeriesIdentity], members: [EnsembleMember], level: Double, first: Int64
  ) {
    self.identity = identity
    self.besides = besides
    self.members = members
    newest = first - 1
    lastKnown = first - 1
    regression = LeadRegression(width: PendingIssue.width(extras: besides.count))
    intervals = IntervalTracker(level: level)
  }

  /// The forecast as of the newest hour.
  var issue: PendingIssue? { issues.last }
  /// The value of a kept form.
  func value(_ kept: Double) -> Double { identity.value(kept) }
  /// What lies beyond the last hour of an issue.
  func climatology(_ hour: Int64) -> Double {
    let weekly = week.value(at: hour)
    return weekly.isFinite ? weekly : day.value(at: hour)
  }
  /// The range's reach for an hour that far ahead.
  func reach(lead: Int, at hour: Int64) -> (below: Double, above: Double) { intervals.reach(lead: lead, at: hour) }

  /// Takes in the next hour and issues a forecast from it.
  ///
  /// - Parameters:
  ///   - value: its value; nothing when it is not known, which is then filled in and not learned from.
  ///   - extras: for each signal beside, how much an hour ahead (from 1) is off its usual value; nothing if unknown.
  mutating func take(_ value: Double?, extras: (_ signal: Int, _ lead: Int) -> Double?) {
    newest += 1
    let truth = value.map { recent.tamed(identity.kept($0)) }
    if let truth {
      learn(truth)
      day.learn(truth, at: newest)
      week.learn(truth, at: newest)
      hoursKnown += 1
      lastKnown = newest
    } else {
      hoursFilled += 1
    }
    recent.append(truth ?? filling)
    if newest.wrapped(24) == 0, members.contains(.regression) { regression.solve() }
    issues.append(made(isSound: truth != nil, extras: extras))
    if issues.count > LeadBand.farthest { issues.removeFirst(issues.count - LeadBand.farthest) }
  }

  /// What stands in for an hour that is not known: what was last forecast for it.
  private var filling: Double {
    if let forecast = issues.last?[1, .center], forecast.isFinite { return forecast }
    return recent[24] ?? recent[0] ?? 0
  }

  private mutating func learn(_ truth: Double) {
    weights.age()
    skill.age()
    var past: [(lead: Int, center: Double, low: Double, high: Double)] = []
    past.reserveCapacity(issues.count)
    withUnsafeTemporaryAllocation(of: Double.self, capacity: regression.width) { row in
      for issue in issues where issue.isSound {
        let lead = Int(newest - issue.hour)
        guard (1...LeadBand.farthest).contains(lead) else { continue }
        let band = LeadBand(lead: lead).index
        for member in members {
          let value = issue[lead, member.index]
          if value.isFinite { weights.learn(truth - value, member: member.index, band: band) }
        }
        past.append((lead, issue[lead, .center], issue[lead, .low], issue[lead, .high]))
        skill.learn(
          value(truth), value: value(issue[lead, .center]), low: value(issue[lead, .low]),
          high: value(issue[lead, .high]), persistence: value(issue[lead, .persistence]),
          weekMean: value(issue[lead, .weekMean]), band: band)
        // Eight days in, every explaining variable has its whole reach.
        guard members.contains(.regression), issue[lead, .weekBefore].isFinite else { continue }
        issue.fill(row, lead: lead)
        regression.learn(UnsafeBufferPointer(row), truth: truth - issue[lead, .weekMean], lead: lead)
      }
    }
    intervals.learn(truth, at: newest, past)
  }

  private func made(isSound: Bool, extras: (Int, Int) -> Double?) -> PendingIssue {
    var issue = PendingIssue(hour: newest, isSound: isSound, extras: besides.count)
    recent.describe(&issue)
    let shares = (0..<4).map(weights.shares)
    let believable = recent.believable
    withUnsafeTemporaryAllocation(of: Double.self, capacity: regression.width) { row in
      for lead in 1...LeadBand.farthest {
        let hour = newest + Int64(lead)
        recent.describe(&issue, lead: lead)
        issue[lead, .dayClimatology] = day.value(at: hour)
        issue[lead, .weekClimatology] = climatology(hour)
        for signal in besides.indices { issue[lead, extra: signal] = extras(signal, lead) ?? .nan }
        if issue[lead, .weekBefore].isFinite {
          issue.fill(row, lead: lead)
          issue[lead, .regression] =
            regression.value(UnsafeBufferPointer(row), lead: lead) + issue[lead, .weekMean]
        }
        let center = combined(issue, lead: lead, shares: shares[LeadBand(lead: lead).index])
        issue[lead, .center] = min(max(center, believable.lowerBound), believable.upperBound)
        let reach = intervals.reach(lead: lead, at: hour)
        issue[lead, .low] = issue[lead, .center] - reach.below
        issue[lead, .high] = issue[lead, .center] + reach.above
      }
    }
    return issue
  }

  /// The weighted mean of the members that have a value; the fading newest value when none has.
  private func combined(_ issue: PendingIssue, lead: Int, shares: [Double]) -> Double {
    var sum = 0.0
    var total = 0.0
    var plain = 0.0
    var number = 0.0
    for member in members {
      let value = issue[lead, member.index]
      guard value.isFinite else { continue }
      sum += shares[member.index] * value
      total += shares[member.index]
      plain += value
      number += 1
    }
    if total > 0 { return sum / total }
    return number > 0 ? plain / number : recent.fading(lead: lead)
  }

  /// Whether an hour that far ahead rests on no member, but on the few hours there are.
  func restsOnFewHours(lead: Int) -> Bool {
    guard let issue else { return true }
    return !members.contains { issue[lead, $0.index].isFinite }
  }
  /// The members that have a say at a distance.
  func active(lead: Int) -> [EnsembleMember] {
    guard let issue else { return [] }
    let shares = weights.shares(LeadBand(lead: lead).index)
    return members.filter { issue[lead, $0.index].isFinite && shares[$0.index] > 0 }
  }
}
