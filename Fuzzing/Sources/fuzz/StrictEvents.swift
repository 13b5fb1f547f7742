/// A stream cut into events by the rules of the HTML standard (9.2.6), whole and slowly: the reader that the tap is held
/// against.
enum StrictEvents {
  struct Event {
    /// All its bytes, with the blank line that ends it.
    var bytes: [UInt8] = []
    /// Its comments alone, each with its line end, and whatever stood before its first field.
    var comments: [UInt8] = []
    var data: [UInt8] = []
    var hasData = false
    /// Whether a field has come, comments aside.
    var hasFields = false

    /// Whether the data are an object with a usage that is an object and choices that are an empty list.
    var isUsageOnly: Bool {
      guard hasData, let members = StrictJSON(data)?.members else { return false }
      var usage: StrictJSON?
      for member in members where member.key == "usage" { if case .object = member.value { usage = member.value } }
      let choices = members.last { $0.key == "choices" && ($0.value.isArray) }?.value
      return usage != nil && choices == .array([])
    }
  }

  static func events(of bytes: [UInt8]) -> [Event] {
    var events: [Event] = []
    var event = Event()
    var isFirst = true
    for line in lines(of: bytes) {
      var content = line.content
      if isFirst {
        // A byte order mark, or the beginning of one, belongs to no event and always goes on.
        let mark = zip(content, [0xEF, 0xBB, 0xBF] as [UInt8]).prefix { $0 == $1 }.count
        event.comments += content.prefix(mark)
        content = content.dropFirst(mark)
        isFirst = false
      }
      event.bytes += line.whole
      let isBlank = content.isEmpty && line.isEnded
      if content.first == UInt8(ascii: ":") || (isBlank && !event.hasFields) {
        event.comments += line.whole
      } else if !isBlank {
        event.hasFields = true
        let name = content.prefix { $0 != UInt8(ascii: ":") }
        if Array(name) == Array("data".utf8) {
          var value = content.dropFirst(name.count + 1)
          if value.first == 0x20 { value = value.dropFirst() }
          // `data` without a colon adds an empty line, which no JSON needs.
          if name.count < content.count {
            if event.hasData { event.data.append(0x0A) }
            event.data += value
            event.hasData = true
          }
        }
      }
      if isBlank {
        events.append(event)
        event = Event()
      }
    }
    if !event.bytes.isEmpty { events.append(event) }
    return events
  }

  private struct Line {
    let content: ArraySlice<UInt8>
    let whole: ArraySlice<UInt8>
    let isEnded: Bool
  }

  private static func lines(of bytes: [UInt8]) -> [Line] {
    var lines: [Line] = []
    var start = 0
    var index = 0
    while index < bytes.count {
      guard bytes[index] == 0x0A || bytes[index] == 0x0D else {
        index += 1
        continue
      }
      let end = index
      index += bytes[index] == 0x0D && index + 1 < bytes.count && bytes[index + 1] == 0x0A ? 2 : 1
      lines.append(Line(content: bytes[start..<end], whole: bytes[start..<index], isEnded: true))
      start = index
    }
    if start < bytes.count { lines.append(Line(content: bytes[start...], whole: bytes[start...], isEnded: false)) }
    return lines
  }
}

extension StrictJSON {
  fileprivate var isArray: Bool { if case .array = self { true } else { false } }
}
