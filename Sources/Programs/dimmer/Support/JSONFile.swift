import Foundation

/// JSON that a user gives in a file or on standard input.
enum JSONFile {
  /// The document as Foundation's parser has it.
  ///
  /// - Parameter name: the file's name, for errors; `-` is standard input.
  /// - Throws: ``Failure`` with status 65 for what is not JSON, and for a key that stands twice in an object: the parser
  ///   keeps one of the two values and says nothing, and which one is meant nobody knows.
  static func parse(_ bytes: [UInt8], named name: String) throws(Failure) -> Any {
    let name = name == "-" ? "standard input" : name
    let parsed: Any
    do { parsed = try JSONSerialization.jsonObject(with: Data(bytes), options: [.fragmentsAllowed]) } catch {
      throw Failure(.data, "\(name): not JSON: \((error as NSError).userInfo["NSDebugDescription"] ?? error)")
    }
    if let (key, line) = repeatedKey(in: bytes) {
      throw Failure(.data, "\(name):\(line): \(key) stands twice; keep one")
    }
    return parsed
  }

  /// The first key that stands twice in one object of a JSON text, with its line.
  ///
  /// Only for text that a parser has accepted: brackets and strings are taken to be whole.
  static func repeatedKey(in bytes: [UInt8]) -> (key: String, line: Int)? {
    // Of each bracket that is open: the keys so far, or nil for a list.
    var open: [Set<String>?] = []
    var line = 1
    var index = 0
    while index < bytes.count {
      switch bytes[index] {
      case UInt8(ascii: "\n"): line += 1
      case UInt8(ascii: "{"): open.append([])
      case UInt8(ascii: "["): open.append(nil)
      case UInt8(ascii: "}"), UInt8(ascii: "]"): _ = open.popLast()
      case UInt8(ascii: "\""):
        let start = index
        index += 1
        while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
          index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        var next = min(index + 1, bytes.count)
        while next < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[next]) { next += 1 }
        // A text before a colon is a key.
        guard next < bytes.count, bytes[next] == UInt8(ascii: ":"), case .some(.some) = open.last else { break }
        let text = bytes[start...min(index, bytes.count - 1)]
        let key =
          (try? JSONSerialization.jsonObject(with: Data(text), options: [.fragmentsAllowed])) as? String
          ?? String(decoding: text.dropFirst().dropLast(), as: UTF8.self)
        guard open[open.count - 1]?.insert(key).inserted ?? true else { return (key, line) }
      default: break
      }
      index += 1
    }
    return nil
  }
}
