import Foundation

/// A JSON document as tests read it: by keys, with nothing where nothing is.
struct JSON: CustomStringConvertible {
  /// What is not the JSON that was expected.
  struct Unexpected: Error, CustomStringConvertible {
    let description: String
  }

  private let value: Any?

  private init(value: Any?) { self.value = value }

  /// Exactly one document.
  init(_ text: String) throws {
    do { value = try JSONSerialization.jsonObject(with: Data(text.utf8), options: [.fragmentsAllowed]) } catch {
      throw Unexpected(description: "not one JSON document: '\(text.prefix(400))'")
    }
  }

  /// A file's document.
  init(file: String) throws {
    guard let data = FileManager.default.contents(atPath: file) else {
      throw Unexpected(description: "\(file) is not there")
    }
    try self.init(String(decoding: data, as: UTF8.self))
  }

  var description: String { value.map { "\($0)" } ?? "nothing" }

  subscript(key: String) -> JSON { JSON(value: (value as? [String: Any])?[key]) }
  subscript(index: Int) -> JSON {
    guard let list = value as? [Any], list.indices.contains(index) else { return JSON(value: nil) }
    return JSON(value: list[index])
  }

  /// Whether the key was there at all.
  var isPresent: Bool { value != nil }
  /// Whether it stands there as null.
  var isNull: Bool { value is NSNull }
  var keys: Set<String> { Set((value as? [String: Any])?.keys.map { $0 } ?? []) }
  var array: [JSON] { (value as? [Any])?.map { JSON(value: $0) } ?? [] }
  var string: String? { value as? String }
  var bool: Bool? { value as? Bool }
  var double: Double? { (value as? NSNumber)?.doubleValue }
  var int: Int? {
    guard let number = value as? NSNumber, number.doubleValue == number.doubleValue.rounded() else { return nil }
    return number.intValue
  }

  /// A number that must be there.
  func number() throws -> Double {
    guard let double else { throw Unexpected(description: "a number was expected, not \(value ?? "nothing")") }
    return double
  }

  /// A text that must be there.
  func text() throws -> String {
    guard let string else { throw Unexpected(description: "a text was expected, not \(value ?? "nothing")") }
    return string
  }

  /// All objects in the document that are figures, with their paths.
  func figures(at path: String = "") -> [(path: String, figure: JSON)] {
    if let object = value as? [String: Any] {
      if object.keys.contains("value"), object.keys.contains("low") { return [(path, self)] }
      return object.flatMap { JSON(value: $0.value).figures(at: "\(path).\($0.key)") }
    }
    return array.enumerated().flatMap { $0.element.figures(at: "\(path)[\($0.offset)]") }
  }
}
