import FuzzLoop
import NIOCore

@testable import Gateway

/// What must hold of the tap on an event stream for any bytes.
enum EventLaws {
  private struct Result: Equatable {
    var forwarded: [UInt8] = []
    var totals = SSETap.Totals()
    var isDone = false
  }

  /// What is told to callers, in place of figures.
  private static let told = "{\"told\":1}"

  static func check(_ bytes: [UInt8]) {
    let watched = run(bytes, nil)
    let withheld = run(bytes, SSETap.Edits(withholdsUsage: true))
    let commented = run(bytes, SSETap.Edits(comments: true))
    let extended = run(bytes, SSETap.Edits(extendsUsage: true))
    let all = run(bytes, SSETap.Edits(withholdsUsage: true, comments: true, extendsUsage: true))
    for result in [withheld, commented, extended, all] {
      law(result.totals == watched.totals, "what is changed changes what is seen")
      law(result.isDone == watched.isDone, "what is changed changes the end that is seen")
    }
    checkWithheld(bytes, withheld.forwarded)
    checkCommented(bytes, commented.forwarded)
    checkExtended(bytes, extended.forwarded)
  }

  /// The result, the same for every way to cut the bytes; without edits the tap only looks.
  private static func run(_ bytes: [UInt8], _ edits: SSETap.Edits?) -> Result {
    let results = Cuts.all(bytes).map { run($0, edits) }
    for index in 1..<results.count {
      law(results[index] == results[0], "cut \(index) of \(edits as Any): another result")
    }
    return results[0]
  }

  private static func run(_ pieces: [ArraySlice<UInt8>], _ edits: SSETap.Edits?) -> Result {
    var tap = SSETap(edits ?? SSETap.Edits())
    var output = ByteBuffer()
    for piece in pieces {
      piece.withUnsafeBytes { bytes in
        if edits == nil { tap.watch(bytes) } else { tap.filter(bytes, into: &output) { _ in told } }
      }
    }
    tap.finish(into: &output) { _ in told }
    return Result(forwarded: Array(output.readableBytesView), totals: tap.totals, isDone: tap.isDone)
  }

  /// Event by event, what was forwarded is the stream without those that carry the usage and no choices; their
  /// comments stay.
  private static func checkWithheld(_ bytes: [UInt8], _ forwarded: [UInt8]) {
    var rest = forwarded[...]
    for event in StrictEvents.events(of: bytes) {
      // The scan may take what strict JSON would refuse; what strict JSON knows for the usage must never go on.
      let mayGo = event.hasData && isUsageOnly(event.data)
      let isLong = event.bytes.count > SSETap.maximumHeldBytes
      law(isLong || mayGo || !event.isUsageOnly, "the scan does not know a usage event")
      let expected = mayGo && !isLong ? event.comments : event.bytes
      law(rest.starts(with: expected), "an event was changed, or withheld without being the usage")
      rest = rest.dropFirst(expected.count)
    }
    law(rest.isEmpty, "something was added")
  }

  private static func isUsageOnly(_ data: [UInt8]) -> Bool {
    var scan = AnswerScan()
    data.withUnsafeBytes { scan.feed($0) }
    return scan.isUsageOnly
  }

  /// One comment is put in, at most, and a reader of events sees no difference.
  private static func checkCommented(_ bytes: [UInt8], _ forwarded: [UInt8]) {
    let added = forwarded.count - bytes.count
    guard added != 0 else { return law(forwarded == bytes, "a stream without a comment was changed") }
    let comment = Array(": dimmer \(told)".utf8)
    law(added > comment.count && added <= comment.count + 4, "\(added) bytes were added")
    let prefix = zip(bytes, forwarded).prefix { $0 == $1 }.count
    let suffix = zip(bytes.reversed(), forwarded.reversed()).prefix { $0 == $1 }.count
    law(prefix + suffix >= bytes.count, "something else was changed")
    let isComment = (max(0, bytes.count - suffix)...prefix).contains { forwarded[$0...].starts(with: comment) }
    law(isComment, "what was added is no comment of ours")
    law(dataOfEvents(bytes) == dataOfEvents(forwarded), "the comment changes the events")
  }

  /// Only usage objects gain a member, and only one.
  private static func checkExtended(_ bytes: [UInt8], _ forwarded: [UInt8]) {
    let before = dataOfEvents(bytes)
    let after = dataOfEvents(forwarded)
    law(before.count == after.count, "events came or went")
    for (old, new) in zip(before, after) where old != new {
      let member = Array("\"dimmer\":\(told)".utf8)
      law(new.count == old.count + member.count || new.count == old.count + member.count + 1, "another length")
      guard let value = StrictJSON(old) else { continue }
      guard let changed = StrictJSON(new) else { return law(false, "the extended event is no JSON") }
      law(JSONLaws.plain(without(changed)) == JSONLaws.plain(value), "the extension changed something else")
    }
  }

  /// The value without the member that was put into `usage` or `response.usage`: the last of the last.
  private static func without(_ value: StrictJSON) -> StrictJSON {
    guard var members = value.members else { return value }
    for place in members.indices where ["usage", "response"].contains(members[place].key) {
      guard var inner = members[place].value.members else { continue }
      if members[place].key == "response" {
        members[place].value = without(members[place].value)
      } else if inner.last?.key == "dimmer" {
        inner.removeLast()
        members[place].value = .object(inner)
      }
    }
    return .object(members)
  }

  private static func dataOfEvents(_ bytes: [UInt8]) -> [[UInt8]] {
    StrictEvents.events(of: bytes).filter(\.hasData).map(\.data)
  }
}
