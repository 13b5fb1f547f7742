import Quantities

/// A class of tasks whose footprints can be compared, each with the unit that it is counted by.
///
/// Units follow the consumer units of SCI for AI (Green Software Foundation, draft of 2025): tokens, images, seconds of
/// video and sound, single inferences. Work of two classes is never put on one scale.
public enum LabelTask: String, Hashable, Sendable, CaseIterable {
  /// Text that a model writes, counted by the tokens it puts out; reasoning counts as what it puts out.
  case text
  /// Images made.
  case image
  /// Video made, counted by its length.
  case video
  /// Sound made or understood, counted by its length.
  case speech
  /// Texts turned into vectors, counted by the tokens read.
  case embedding
  /// Answers of classic models: classes, boxes, scores.
  case classification

  /// The functional unit of the label, as in "per 1000 output tokens".
  public var unit: String {
    switch self {
    case .text: "1000 output tokens"
    case .image: "image"
    case .video: "second of video"
    case .speech: "minute of audio"
    case .embedding: "1000 input tokens"
    case .classification: "1000 answers"
    }
  }

  /// What a caller counts, in the plural.
  public var counted: String {
    switch self {
    case .text: "output tokens"
    case .image: "images"
    case .video: "seconds of video"
    case .speech: "seconds of audio"
    case .embedding: "input tokens"
    case .classification: "answers"
    }
  }

  /// What is counted, for so many of them.
  func counted(_ count: Double) -> String {
    guard count == 1 else { return counted }
    return switch self {
    case .text: "output token"
    case .image: "image"
    case .video: "second of video"
    case .speech: "second of audio"
    case .embedding: "input token"
    case .classification: "answer"
    }
  }

  /// How many of ``counted`` a functional unit has.
  public var unitSize: Double {
    switch self {
    case .text, .embedding, .classification: 1000
    case .image, .video: 1
    case .speech: 60
    }
  }
}

/// How much work of a class a footprint is of.
public struct LabelWork: Hashable, Sendable {
  /// The class.
  public let task: LabelTask
  /// How many tokens, images, seconds or answers.
  public let count: Double

  /// Work of a class; `nil` for a count that is not above 0.
  public init?(_ task: LabelTask, count: Double) {
    guard count > 0, count.isFinite else { return nil }
    self.task = task
    self.count = count
  }

  /// How many functional units it is.
  public var units: Double { count / task.unitSize }
}
