import Foundation

/// The body of a batch: a JSON array of flat objects.
enum CarbonAwareBody {
  /// The objects, each as fields.
  ///
  /// - Throws: ``CarbonAwareProblem`` for what is no such array, with the place of the fault.
  static func objects(_ body: [UInt8], contentType: String?) throws(CarbonAwareProblem) -> [CarbonAwareFields] {
    let type = contentType?.split(separator: ";").first.map { $0.lowercased() } ?? "application/json"
    guard type.contains("json") else { throw .unsupportedMedia("send application/json, not \(type.prefix(60))") }
    guard let document = try? JSONSerialization.jsonObject(with: Data(body), options: .fragmentsAllowed) else {
      throw .invalid([.init("$", "The body is not JSON.")])
    }
    guard let items = document as? [Any] else { throw .invalid([.init("$", "The body is a JSON array of objects.")]) }
    guard (1...CarbonAwareAPI.largestBatch).contains(items.count) else {
      throw .invalid([.init("$", "Give 1 to \(CarbonAwareAPI.largestBatch) items.")])
    }
    var result: [CarbonAwareFields] = []
    for (index, item) in items.enumerated() {
      guard let object = item as? [String: Any] else {
        throw .invalid([.init("$[\(index)]", "Each item is an object.")])
      }
      var values: [(name: String, value: String)] = []
      for (name, value) in object.sorted(by: { $0.key < $1.key }) where !(value is NSNull) {
        values.append((name, try text(of: value, name: name, at: index)))
      }
      result.append(CarbonAwareFields(values, prefix: "$[\(index)]."))
    }
    return result
  }

  /// Texts are texts and windowSize is a number: a number where a time should be is a slip, not a time.
  private static func text(of value: Any, name: String, at index: Int) throws(CarbonAwareProblem) -> String {
    let isCount = name.lowercased() == "windowsize"
    if let text = value as? String, !isCount { return text }
    if let number = value as? NSNumber, isCount, !isTruthValue(number) { return number.stringValue }
    throw .invalid([.init("$[\(index)].\(name)", "\(name) must be \(isCount ? "a whole number" : "a text").")])
  }

  private static func isTruthValue(_ number: NSNumber) -> Bool { number.objCType.pointee == CChar(bitPattern: 0x63) }
}
