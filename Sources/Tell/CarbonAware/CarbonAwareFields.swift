import Quantities
import Reporting

/// Reads fields of one request and collects what is wrong with them, so that a caller learns of all slips at once.
struct CarbonAwareFields {
  private let values: [(name: String, value: String)]
  private let prefix: String
  private(set) var problems: [CarbonAwareProblem.Field] = []

  /// Fields of a query or of one object of a body; names count without regard to case.
  init(_ values: [(name: String, value: String)], prefix: String = "") {
    self.values = values
    self.prefix = prefix
  }

  /// All values of a field that may stand several times, under any of its names.
  func all(_ names: String...) -> [String] {
    let wanted = names.map { $0.lowercased() }
    return values.filter { wanted.contains($0.name.lowercased()) }.map(\.value)
  }

  /// One or more places; the SDK's server calls the field `location`, its papers `locations`.
  mutating func locations() -> [String] {
    let found = all("location", "locations")
    guard !found.isEmpty, found.allSatisfy({ !$0.allSatisfy(\.isWhitespace) }) else {
      fail("location", "The location field is required.")
      return []
    }
    guard found.count <= CarbonAwareAPI.mostLocations else {
      fail("location", "At most \(CarbonAwareAPI.mostLocations) locations can be asked for at once.")
      return []
    }
    return found
  }

  /// Exactly one place.
  mutating func location() -> String {
    let found = locations()
    if found.count > 1 { fail("location", "Give one location here.") }
    return found.first ?? ""
  }

  /// A time that may be missing.
  mutating func time(_ name: String) -> Timestamp? {
    guard let text = one(name) else { return nil }
    guard let moment = DotNetText.time(parsing: text), abs(moment.milliseconds) < 253_402_300_800_000 else {
      fail(name, "The value '\(text.prefix(40))' is not valid for \(name): write 2022-05-17T20:45:00Z.")
      return nil
    }
    return moment
  }

  /// A time that must be there.
  mutating func requiredTime(_ name: String) -> Timestamp? {
    guard one(name) != nil else {
      fail(name, "The \(name) field is required.")
      return nil
    }
    return time(name)
  }

  /// A whole number of minutes from 1 to a month.
  mutating func minutes(_ name: String) -> Span? {
    guard let text = one(name) else { return nil }
    guard let count = Int(text), (1...44_640).contains(count) else {
      fail(name, "The value '\(text.prefix(40))' is not valid for \(name): give minutes, from 1 to 44640.")
      return nil
    }
    return .seconds(Double(count) * 60)
  }

  /// Notes what is wrong with a field.
  mutating func fail(_ name: String, _ message: String) {
    problems.append(.init(prefix + name, message))
  }

  /// - Throws: ``CarbonAwareProblem/invalid(_:)`` when anything was wrong.
  func check() throws(CarbonAwareProblem) {
    if !problems.isEmpty { throw .invalid(problems) }
  }

  private mutating func one(_ name: String) -> String? {
    let found = all(name)
    if found.count > 1 { fail(name, "Give \(name) once.") }
    return found.first
  }
}
