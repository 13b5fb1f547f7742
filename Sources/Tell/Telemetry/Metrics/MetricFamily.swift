public import Quantities

/// Samples of one quantity under one name, before any format.
public struct MetricFamily: Hashable, Sendable {
  /// How a value moves.
  public enum Kind: String, Hashable, Sendable {
    /// It only grows.
    case counter
    /// It goes up and down.
    case gauge
  }

  /// A value with all its digits.
  public enum Value: Hashable, Sendable {
    /// Energy, written in joules with every microjoule.
    case joules(Microjoules)
    /// Energy, written as a whole number of microjoules.
    case microjoules(Microjoules)
    /// Any other number.
    case number(Double)
  }

  /// A value with what tells it from the others of its family.
  public struct Sample: Hashable, Sendable {
    /// Names and values, in the order in which they are written.
    public var labels: [Label]
    /// The value.
    public var value: Value
    /// When its counter began; `nil`: with the snapshot's.
    public var started: Timestamp?
    /// The moment it speaks of; `nil`: the snapshot's.
    public var taken: Timestamp?
    /// What a reader should also know; formats that have no room for it leave it out.
    public var note: String?

    init(
      _ labels: KeyValuePairs<String, String>, _ value: Value, started: Timestamp? = nil, taken: Timestamp? = nil,
      note: String? = nil
    ) {
      self.labels = labels.map { Label(name: $0.key, value: $0.value) }
      self.value = value
      self.started = started
      self.taken = taken
      self.note = note
    }
  }

  /// A name and a value.
  public struct Label: Hashable, Sendable {
    /// The name: letters, digits and underscores.
    public var name: String
    /// The value: any text.
    public var value: String
  }

  /// The Prometheus name, with unit and `_total`.
  public let name: String
  /// The OpenTelemetry name; the unit is apart.
  public let openTelemetryName: String
  /// The unit after UCUM; `1` for none.
  public let unit: String
  /// What it is, in one sentence.
  public let help: String
  /// How it moves.
  public let kind: Kind
  /// The samples, sorted by their labels; no two have the same.
  public let samples: [Sample]

  /// A family. Values under the same labels are parts of one amount and are added.
  init(
    _ name: String, _ openTelemetryName: String = "", unit: String, _ kind: Kind, help: String, samples: [Sample]
  ) {
    self.name = name
    self.openTelemetryName = openTelemetryName
    self.unit = unit
    self.help = help
    self.kind = kind
    let merged = Dictionary(samples.map { ($0.labels, $0) }) { first, second in
      var sum = first
      sum.value = first.value.adding(second.value)
      return sum
    }
    self.samples = merged.values.sorted { left, right in
      left.labels.lexicographicallyPrecedes(right.labels) { ($0.name, $0.value) < ($1.name, $1.value) }
    }
  }
}

extension MetricFamily.Value {
  func adding(_ other: Self) -> Self {
    switch (self, other) {
    case (.joules(let left), .joules(let right)): .joules(left + right)
    case (.microjoules(let left), .microjoules(let right)): .microjoules(left + right)
    default: .number(number + other.number)
    }
  }

  /// The nearest floating-point number.
  var number: Double {
    switch self {
    case .joules(let energy): energy.energy.joules
    case .microjoules(let energy): Double(energy.count)
    case .number(let value): value
    }
  }
}
