/// An element of an XML document: its name without the namespace's prefix, its children, its own text.
///
/// Attributes are read over: none of the documents read here says anything in one.
struct XMLElement: Hashable, Sendable {
  let name: String
  var children: [XMLElement] = []
  var text = ""

  /// The first child of that name.
  func child(_ name: String) -> XMLElement? { children.first { $0.name == name } }
  /// All children of that name, in order.
  func all(_ name: String) -> [XMLElement] { children.filter { $0.name == name } }

  /// The document in `bytes`.
  ///
  /// A small strict reader: UTF-8, no document type (which is where entity bombs live), at most 64 levels deep.
  init(parsing bytes: [UInt8]) throws(XMLSyntaxError) {
    var reader = XMLReader(bytes)
    self = try reader.document()
  }

  init(name: String) { self.name = name }
}

/// Why bytes are no XML that is read here, and where.
struct XMLSyntaxError: Error, Hashable {
  let position: Int
  let problem: String
}

/// Reads XML byte by byte.
private struct XMLReader {
  private let bytes: [UInt8]
  private var index = 0
  private static let depthLimit = 64

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { index = 3 }
  }

  mutating func document() throws(XMLSyntaxError) -> XMLElement {
    var open: [XMLElement] = []
    while index < bytes.count {
      guard bytes[index] == UInt8(ascii: "<") else {
        let text = try characters()
        if open.isEmpty {
          guard text.allSatisfy(\.isWhitespace) else { throw error("text outside of the document") }
        } else {
          open[open.count - 1].text += text
        }
        continue
      }
      if try skipAside(into: &open) { continue }
      index += 1
      let isClosing = take("/")
      let name = try name()
      if isClosing {
        skipSpace()
        guard take(">") else { throw error("'>' was expected") }
        guard let element = open.popLast(), element.name == name else {
          throw error("</\(name.prefix(40))> closes nothing")
        }
        if open.isEmpty { return try end(element) }
        open[open.count - 1].children.append(element)
        continue
      }
      let isEmpty = try skipAttributes()
      let element = XMLElement(name: name)
      if !isEmpty {
        guard open.count < Self.depthLimit else { throw error("it is nested deeper than \(Self.depthLimit) levels") }
        open.append(element)
      } else if open.isEmpty {
        return try end(element)
      } else {
        open[open.count - 1].children.append(element)
      }
    }
    throw error("the document ends too early")
  }

  private func error(_ problem: String) -> XMLSyntaxError { XMLSyntaxError(position: index, problem: problem) }

  /// Nothing but space and comments may follow the root.
  private mutating func end(_ root: XMLElement) throws(XMLSyntaxError) -> XMLElement {
    var none: [XMLElement] = []
    while true {
      skipSpace()
      guard index < bytes.count else { return root }
      guard bytes[index] == UInt8(ascii: "<"), try skipAside(into: &none) else {
        throw error("there is more text after the document")
      }
    }
  }

  /// Reads over a declaration, a comment or an instruction, and takes in raw text.
  private mutating func skipAside(into open: inout [XMLElement]) throws(XMLSyntaxError) -> Bool {
    if take("<?") {
      try skip(past: "?>")
      return true
    }
    if take("<!--") {
      try skip(past: "-->")
      return true
    }
    if take("<![CDATA[") {
      let start = index
      try skip(past: "]]>")
      guard !open.isEmpty, let text = String(validating: bytes[start..<(index - 3)], as: UTF8.self) else {
        throw error("raw text that is not UTF-8 or outside of the document")
      }
      open[open.count - 1].text += text
      return true
    }
    if take("<!") { throw error("a document type is not accepted") }
    return false
  }

  private mutating func take(_ text: StaticString) -> Bool {
    let wanted = Array("\(text)".utf8)
    guard bytes[index...].starts(with: wanted) else { return false }
    index += wanted.count
    return true
  }

  private mutating func skip(past text: StaticString) throws(XMLSyntaxError) {
    while index < bytes.count {
      if take(text) { return }
      index += 1
    }
    throw error("the document ends too early")
  }

  private mutating func skipSpace() {
    while index < bytes.count {
      let byte = bytes[index]
      guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return }
      index += 1
    }
  }

  /// A name, without the prefix in front of a colon.
  private mutating func name() throws(XMLSyntaxError) -> String {
    let start = index
    while index < bytes.count, bytes[index] > 0x20, !"<>/=\"'&".utf8.contains(bytes[index]) { index += 1 }
    guard index > start, let name = String(validating: bytes[start..<index], as: UTF8.self) else {
      throw error("a name was expected")
    }
    return name.split(separator: ":").last.map(String.init) ?? name
  }

  /// Reads over the attributes to the end of the tag; true for an element without content.
  private mutating func skipAttributes() throws(XMLSyntaxError) -> Bool {
    while true {
      skipSpace()
      if take("/>") { return true }
      if take(">") { return false }
      _ = try name()
      skipSpace()
      guard take("=") else { throw error("'=' was expected") }
      skipSpace()
      if take("\"") {
        try skip(past: "\"")
      } else if take("'") {
        try skip(past: "'")
      } else {
        throw error("a quote was expected")
      }
    }
  }

  private mutating func characters() throws(XMLSyntaxError) -> String {
    var text: [UInt8] = []
    while index < bytes.count, bytes[index] != UInt8(ascii: "<") {
      guard bytes[index] == UInt8(ascii: "&") else {
        text.append(bytes[index])
        index += 1
        continue
      }
      text += Array(String(try reference()).utf8)
    }
    guard let string = String(validating: text, as: UTF8.self) else { throw error("a text is not UTF-8") }
    return string
  }

  private mutating func reference() throws(XMLSyntaxError) -> Unicode.Scalar {
    let start = index + 1
    while index < bytes.count, bytes[index] != UInt8(ascii: ";"), index - start < 10 { index += 1 }
    guard index < bytes.count, bytes[index] == UInt8(ascii: ";") else { throw error("an open character reference") }
    let name = String(decoding: bytes[start..<index], as: UTF8.self)
    index += 1
    switch name {
    case "amp": return "&"
    case "lt": return "<"
    case "gt": return ">"
    case "quot": return "\""
    case "apos": return "'"
    default: break
    }
    let code =
      name.hasPrefix("#x") ? UInt32(name.dropFirst(2), radix: 16) : name.hasPrefix("#") ? UInt32(name.dropFirst()) : nil
    guard let scalar = code.flatMap(Unicode.Scalar.init) else { throw error("an unknown character reference") }
    return scalar
  }
}
