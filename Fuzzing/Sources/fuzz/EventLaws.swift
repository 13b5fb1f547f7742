import NIOCore

@testable import Gateway

/// What must hold of the tap on an event stream for any bytes.
enum EventLaws {
  private struct Result: Equatable {
    var forwarded: [UInt8] = []
    var deltas = 0
    var usage: TokenUsage?
    var flags: [Bool] = []
  }

  static func check(_ bytes: [UInt8]) {
    let cuts = Cuts.all(bytes)
    let watched = cuts.map { run($0, SSETap(withholdsUsage: false), filters: false) }
    let filtered = cuts.map { run($0, SSETap(withholdsUsage: true), filters: true) }
    for index in 1..<cuts.count {
      law(watched[index] == watched[0], "cut \(index): watching sees something else")
      law(filtered[index] == filtered[0], "cut \(index): withholding does something else")
    }
    law(watched[0].usage == filtered[0].usage, "withholding sees another usage")
    law(watched[0].deltas == filtered[0].deltas, "withholding counts other pieces")
    law(watched[0].flags == filtered[0].flags, "withholding sees another end")
    checkWithheld(bytes, filtered[0].forwarded)
  }

  private static func run(_ pieces: [ArraySlice<UInt8>], _ tap: SSETap, filters: Bool) -> Result {
    var tap = tap
    var output = ByteBuffer()
    for piece in pieces {
      piece.withUnsafeBytes { bytes in
        if filters { tap.filter(bytes, into: &output) } else { tap.watch(bytes) }
      }
    }
    tap.finish(into: &output)
    return Result(
      forwarded: Array(output.readableBytesView), deltas: tap.contentDeltas, usage: tap.usage,
      flags: [tap.hasError, tap.isDone])
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
}
