import Methods
import Quantities

extension FootprintLabel {
  /// A grade with the grades that its interval reaches.
  public struct Graded: Hashable, Sendable {
    /// Of the value.
    public let grade: LabelGrade
    /// Of the low end of the interval.
    public let best: LabelGrade
    /// Of the high end.
    public let worst: LabelGrade

    /// The letter, with the range where the interval reaches others: `D (C to E)`.
    public var text: String {
      best == worst ? grade.letter : "\(grade.letter) (\(best.letter) to \(worst.letter))"
    }
  }

  /// A grade, or the reason why there is none.
  public enum Grading: Hashable, Sendable {
    case graded(Graded)
    case withheld(String)

    /// The grade, where there is one.
    public var graded: Graded? {
      if case .graded(let graded) = self { graded } else { nil }
    }
    /// Why there is none, where there is none.
    public var reason: String? {
      if case .withheld(let reason) = self { reason } else { nil }
    }
  }

  /// The grade by energy of the whole machine per functional unit.
  public var energyGrade: Grading {
    grading(of: figures.energy) { LabelScale.energyCuts(of: $0) }
  }

  /// The grade by operational carbon, location-based, per functional unit.
  public var carbonGrade: Grading {
    grading(of: figures.carbon) { LabelScale.carbonCuts(of: $0) }
  }

  private func grading<Q: Quantity>(of receipt: Receipt, cuts: (LabelTask) -> [Q]) -> Grading {
    if let ungraded { return .withheld(ungraded) }
    guard let task = work?.task else {
      return .withheld("nobody said what kind of work this is and how much of it; state both to compare it with others")
    }
    if let missingFromEnergy { return .withheld("a grade is of whole machines only: \(missingFromEnergy)") }
    let share = perUnit(receipt)
    guard let value = share.value else { return .withheld(receipt.note ?? "its \(receipt.label) is not known") }
    guard value > 0 else { return .withheld("work without energy cannot be: the figure is 0") }
    let cuts = cuts(task)
    let grade = { (amount: Double?) in LabelScale.grade(Q(baseValue: amount ?? value), cuts: cuts) }
    return .graded(Graded(grade: grade(value), best: grade(share.low), worst: grade(share.high)))
  }
}
