import Reporting

/// Why a request has no answer, in the form that clients of the Carbon Aware SDK read (RFC 7807 with `errors`).
public enum CarbonAwareProblem: Error, Hashable, Sendable {
  /// Fields that are missing or wrong, each with what to do.
  case invalid([Field])
  /// A place that nobody knows.
  case unknownLocation(String, String)
  /// What is asked for lies outside what is known.
  case outOfRange(String)
  /// A body that is no JSON.
  case unsupportedMedia(String)
  /// No such path.
  case notFound(String)
  /// The path is there, the method is not.
  case methodNotAllowed(allowed: [String])
  /// Nothing here can answer that for the place.
  case unsupported(String)
  /// The grid could not be asked.
  case failed(String)

  /// One field and what is wrong with it.
  public struct Field: Hashable, Sendable {
    let name: String
    let message: String

    /// A field.
    public init(_ name: String, _ message: String) {
      self.name = name
      self.message = message
    }
  }

  /// The HTTP status.
  public var status: Int {
    switch self {
    case .invalid, .unknownLocation, .outOfRange: 400
    case .notFound: 404
    case .methodNotAllowed: 405
    case .unsupportedMedia: 415
    case .failed: 500
    case .unsupported: 501
    }
  }

  /// One line for people.
  public var detail: String {
    switch self {
    case .invalid(let fields): fields.map(\.message).joined(separator: "; ")
    case .unknownLocation(_, let reason), .outOfRange(let reason), .unsupportedMedia(let reason),
      .notFound(let reason), .unsupported(let reason), .failed(let reason):
      reason
    case .methodNotAllowed(let allowed): "this path answers \(allowed.joined(separator: ", "))"
    }
  }

  private var title: String {
    switch self {
    case .invalid, .unknownLocation, .outOfRange: "ArgumentException"
    case .notFound: "Not Found"
    case .methodNotAllowed: "Method Not Allowed"
    case .unsupportedMedia: "Unsupported Media Type"
    case .failed: "InternalServerError"
    case .unsupported: "NotImplementedException"
    }
  }

  private var fields: [Field] {
    switch self {
    case .invalid(let fields): fields
    case .unknownLocation(let field, let reason): [Field(field, reason)]
    default: []
    }
  }

  /// The document.
  var json: JSONValue {
    var names: [String] = []
    for field in fields where !names.contains(field.name) { names.append(field.name) }
    return [
      "title": .string(title), "status": .integer(Int64(status)), "detail": .string(detail),
      "errors": .object(
        names.map { name in
          (key: name, value: .array(fields.filter { $0.name == name }.map { .string($0.message) }))
        }),
    ]
  }
}
