public import Quantities

/// Why there is no best window.
public enum WindowError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The job has no length of at least a millisecond.
  case badDuration(Span)
  /// The job is longer than its window.
  case jobLongerThanWindow(Span, window: Span)
  /// The cost of a pause is negative or no number, a piece count is below one, or a coverage is not above 0 and up to 1.
  case badRule(String)
  /// The series says nothing about any part of the window.
  case nothingKnown(Range<Timestamp>)
  /// The window has values but no room for the job between gaps and forbidden hours.
  case noRoom(duration: Span, longest: Span, isForbiddenPart: Bool)
  /// The search for the best pauses would take too long.
  case tooFine(states: Int)

  /// One line with the fix.
  public var description: String {
    switch self {
    case .badDuration(let span):
      "a job of \(Decimals.significant(span.seconds, digits: 4)) s has no length; give a positive duration"
    case .jobLongerThanWindow(let job, let window):
      "a job of \(job.formatted()) does not fit into a window of \(window.formatted()); widen the window"
    case .badRule(let what): what
    case .nothingKnown(let window):
      "nothing is known from \(window.lowerBound) to \(window.upperBound); start now or ask another source"
    case .noRoom(let duration, let longest, let forbidden):
      "no room for \(duration.formatted()) without touching a gap\(forbidden ? " or a forbidden hour" : ""); "
        + "the most there is are \(longest.formatted()); widen the window, allow pauses or allow gaps"
    case .tooFine(let states):
      "the best pauses would need \(states) steps to find; narrow the window or round its start, the duration and "
        + "the shortest piece to whole minutes"
    }
  }
}
