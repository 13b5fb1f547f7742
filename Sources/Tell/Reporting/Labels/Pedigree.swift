/// How good the data behind a label are: five marks from 1 (best) to 5, as pedigree matrices of life-cycle work have
/// them. The worst is shown; each has its reason.
public struct Pedigree: Hashable, Sendable {
  /// What is marked.
  public enum Aspect: String, Hashable, Sendable, CaseIterable {
    /// How the energy was found.
    case reliability
    /// Which of the figures are known.
    case completeness
    /// How far the grid's year is from the work's.
    case time
    /// How closely the grid is the work's own.
    case geography
    /// How well the hardware and its load are known.
    case technology
  }

  /// One mark.
  public struct Mark: Hashable, Sendable {
    /// What it is of.
    public let aspect: Aspect
    /// 1 (best) to 5.
    public let score: Int
    /// Why, in a few words.
    public let reason: String

    /// A mark; the score is kept within 1 to 5.
    public init(_ aspect: Aspect, _ score: Int, _ reason: String) {
      self.aspect = aspect
      self.score = min(max(score, 1), 5)
      self.reason = reason
    }
  }

  /// The marks, in the order of the aspects.
  public let marks: [Mark]

  /// A pedigree of one mark an aspect; an aspect without one is not known and has the worst.
  public init(_ marks: [Mark]) {
    self.marks = Aspect.allCases.map { aspect in
      marks.first { $0.aspect == aspect } ?? Mark(aspect, 5, "not known")
    }
  }

  /// The worst mark, which is the one that a label shows; of equals the first.
  public var worst: Mark {
    marks.dropFirst().reduce(marks[0]) { $1.score > $0.score ? $1 : $0 }
  }
}
