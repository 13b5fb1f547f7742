import TestSupport

/// Makes request bodies and streams that are valid and odd: white space, escapes, big numbers, keys written twice,
/// nested `model`, all line ends. The outermost model that counts is marked, so that a test knows what must become of
/// it without any parser.
struct BodyGenerator {
  /// Stands for the model's string, quotes included, until it is filled in.
  static let mark = "\u{1}"
  var random: Seeded

  init(seed: UInt64) { random = Seeded(seed) }

  private mutating func pick<T>(_ list: [T]) -> T { list[Int.random(in: 0..<list.count, using: &random)] }
  private mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

  private mutating func space() -> String { pick(["", "", "", " ", "\n", "\t ", "\r\n  "]) }

  private mutating func string() -> String {
    let pieces = [
      "a", "model", "\\\"model\\\":\\\"x\\\"", "\\u0041", "\\ud83d\\ude00", "é", "🌍", "\\n", "\\\\", "/", "{", "}", "[",
      "]", ",", ":", "stream", "\u{7F}", "\u{2028}",
    ]
    return "\"" + (0..<Int.random(in: 0...6, using: &random)).map { _ in pick(pieces) }.joined() + "\""
  }

  private mutating func value(_ depth: Int) -> String {
    switch Int.random(in: 0..<(depth > 4 ? 3 : 5), using: &random) {
    case 0: return string()
    case 1: return pick(["12345678901234567890", "1.0", "-0", "1e400", "0.10", "3.141592653589793238462643383279"])
    case 2: return pick(["true", "false", "null"])
    case 3:
      let items = (0..<Int.random(in: 0...3, using: &random)).map { _ in space() + value(depth + 1) + space() }
      return "[" + items.joined(separator: ",") + (items.isEmpty ? space() : "") + "]"
    default: return object(depth + 1, [])
    }
  }

  private mutating func object(_ depth: Int, _ members: [String]) -> String {
    var all = members
    for _ in 0..<Int.random(in: 0...4, using: &random) {
      let key = pick(["\"model\"", "\"x\"", "\"temperature\"", "\"mod\\u0065l\"", "\"\"", string()])
      // At the top only what is marked may be called so.
      let isModel = depth == 0 && (key.contains("model") || key.contains("stream") || key.contains("mod\\u"))
      all.insert(
        space() + (isModel ? "\"y\"" : key) + space() + ":" + space() + value(depth) + space(),
        at: Int.random(in: 0...all.count, using: &random))
    }
    return "{" + all.joined(separator: ",") + (all.isEmpty ? space() : "") + "}"
  }

  /// A request body with the mark where the model's string goes.
  mutating func body() -> String {
    let key = pick(["\"model\"", "\"mod\\u0065l\"", "\"\\u006dodel\""])
    var text = object(0, [space() + key + space() + ":" + space() + Self.mark + space()])
    if chance(20) {
      // An earlier model gives way to the last, and keeps its bytes.
      text = "{ \"model\" :\"earlier\\u0021\"," + text.dropFirst()
    }
    return space() + text + space()
  }

  /// An event stream of a backend.
  mutating func stream() -> [UInt8] {
    let end = pick(["\n", "\r\n", "\r"])
    var text = chance(30) ? "\u{FEFF}" : ""
    for number in 0..<Int.random(in: 1...8, using: &random) {
      if chance(25) { text += ": energy {\"joules\":\(number)}" + end + (chance(50) ? end : "") }
      if chance(20) { text += "event: x" + end }
      if chance(10) { text += "id" + end }
      let usage = pick(["", ",\"usage\":null", ",\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":\(number)}"])
      let choice = pick(["", "{\"index\":0,\"delta\":{\"content\":\(string())}}"])
      text += pick(["data: ", "data:"]) + "{\"id\":\"c\",\"choices\":[\(choice)]\(usage),\"model\":\"m\"}" + end
      if chance(15) { text += "data: " + end }
      text += end
    }
    if chance(80) { text += "data: [DONE]" + (chance(70) ? end + end : "") }
    return Array(text.utf8)
  }

  /// The bytes as chunks of a chunked body, cut at random places.
  mutating func chunks(_ bytes: [UInt8]) -> [[UInt8]] {
    cut(bytes, longest: max(1, bytes.count / Int.random(in: 1...9, using: &random)), &random)
      .map { Array("\(String($0.count, radix: 16))\r\n".utf8) + $0 + [13, 10] }
  }
}
