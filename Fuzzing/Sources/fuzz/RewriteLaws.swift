import FuzzLoop
import NIOCore

@testable import Gateway

/// What must hold of the other edits of bodies: a directive put in, a model's name in a form, an alias put back.
enum RewriteLaws {
  private static let directive = "Say \"less\".\n"
  private static let alias = "an \"alias\""

  /// JSON bodies, there and back.
  static func check(json bytes: [UInt8]) {
    let cuts = Cuts.all(bytes)
    let value = StrictJSON(bytes)
    for spoken in RequestProtocol.allCases {
      let edits = cuts.map { directiveEdit($0, spoken) }
      law(edits.allSatisfy { $0 == edits[0] }, "\(spoken): the directive's place depends on the cut")
      guard let value, let edit = edits[0] else { continue }
      var splice = BodySplice.none
      splice.add(edit)
      let result = splice.pieces(of: ByteBuffer(bytes: bytes)).flatMap { Array($0.readableBytesView) }
      guard let changed = StrictJSON(result) else { return law(false, "\(spoken): no JSON with a directive in it") }
      law(differences(value, changed, gained(_:_:)) == 1, "\(spoken): more or less than a directive was put in")
    }
    let restored = cuts.map { restore($0, .json) }
    law(restored.allSatisfy { $0 == restored[0] }, "the alias that is put back depends on the cut")
    let lines = cuts.map { restore($0, .lines) }
    law(lines.allSatisfy { $0 == lines[0] }, "the alias in lines depends on the cut")
    if let value {
      guard let changed = StrictJSON(restored[0]) else { return law(false, "no JSON with the alias in it") }
      law(differences(value, changed, named(_:_:)) >= 0, "more than names was changed")
    }
    let taps = cuts.map(lineTap)
    law(taps.allSatisfy { $0 == taps[0] }, "Ollama's lines are read otherwise")
    for isStream in [false, true] {
      let ids = cuts.map { storedIDs($0, isStream: isStream) }
      law(ids.allSatisfy { $0 == ids[0] }, "stored ids are read otherwise")
    }
  }

  /// Event streams on their way back.
  static func check(events bytes: [UInt8]) {
    let restored = Cuts.all(bytes).map { restore($0, .events) }
    law(restored.allSatisfy { $0 == restored[0] }, "the alias in events depends on the cut")
    let (before, after) = (StrictEvents.events(of: bytes), StrictEvents.events(of: restored[0]))
    law(before.count == after.count, "events came or went with the alias")
    for (old, new) in zip(before, after) where old.bytes != new.bytes {
      law(old.hasData && new.hasData, "the alias stands where no data are")
      guard let value = StrictJSON(old.data) else { continue }
      guard let changed = StrictJSON(new.data) else { return law(false, "the event with the alias is no JSON") }
      law(differences(value, changed, named(_:_:)) >= 0, "more than names was changed")
    }
  }

  /// Forms whose boundary is `x`.
  static func check(form bytes: [UInt8]) {
    let boundary = Array("x".utf8)
    let form = bytes.withUnsafeBytes { FormScan($0, boundary: boundary) }
    guard let model = form.model else { return }
    law(model.range.lowerBound >= 0 && model.range.upperBound <= bytes.count, "a place outside the form")
    law(Array(bytes[model.range]) == Array(model.name.utf8), "another name stands there")
    let splice = BodySplice(form, model: "variant")
    let result = splice.pieces(of: ByteBuffer(bytes: bytes)).flatMap { Array($0.readableBytesView) }
    let again = result.withUnsafeBytes { FormScan($0, boundary: boundary) }
    law(again.model?.name == "variant", "the new name is not read back")
    law(again.isWhole == form.isWhole && again.isStreamed == form.isStreamed, "the form is read otherwise")
  }

  // MARK: Runs

  private static func directiveEdit(_ pieces: [ArraySlice<UInt8>], _ spoken: RequestProtocol) -> BodySplice.Edit? {
    var scan = DirectiveScan(spoken)
    for piece in pieces { piece.withUnsafeBytes { scan.feed($0) } }
    return scan.edit(directive)
  }

  private static func restore(_ pieces: [ArraySlice<UInt8>], _ shape: AliasRestore.Shape) -> [UInt8] {
    var restore = AliasRestore(alias: alias, shape: shape)
    var output = ByteBuffer()
    for piece in pieces { piece.withUnsafeBytes { restore.filter($0, into: &output) } }
    restore.finish(into: &output)
    return Array(output.readableBytesView)
  }

  private struct LineSummary: Equatable {
    let pieces: Int
    let flags: [Bool]
    let load: Int?
    let tokens: TokenUsage?
  }

  private static func lineTap(_ pieces: [ArraySlice<UInt8>]) -> LineSummary {
    var tap = ObjectLineTap()
    for piece in pieces { piece.withUnsafeBytes { tap.watch($0) } }
    return LineSummary(
      pieces: tap.contentPieces, flags: [tap.isDone, tap.hasError], load: tap.loadNanoseconds, tokens: tap.tokens)
  }

  private static func storedIDs(_ pieces: [ArraySlice<UInt8>], isStream: Bool) -> [String] {
    var scan = StoredIDScan(isStream: isStream)
    for piece in pieces { piece.withUnsafeBytes { scan.feed($0) } }
    return scan.ids
  }

  // MARK: What may differ

  /// How many differences there are, all of them allowed; below 0 when one is not.
  private static func differences(
    _ old: StrictJSON, _ new: StrictJSON, _ allows: (StrictJSON, StrictJSON) -> Bool
  ) -> Int {
    if JSONLaws.plain(old) == JSONLaws.plain(new) { return 0 }
    let counts: [Int]
    switch (old, new) {
    case (.object(let old), .object(let new)) where old.map(\.key) == new.map(\.key):
      counts = zip(old, new).map { pair in
        let own = StrictJSON.object([pair.0])
        let other = StrictJSON.object([pair.1])
        if JSONLaws.plain(own) == JSONLaws.plain(other) { return 0 }
        return allows(own, other) ? 1 : differences(pair.0.value, pair.1.value, allows)
      }
    case (.array(let old), .array(let new)) where old.count == new.count:
      counts = zip(old, new).map { differences($0, $1, allows) }
    default: return allows(old, new) ? 1 : -1_000_000
    }
    return counts.contains { $0 < 0 } ? -1_000_000 : counts.reduce(0, +)
  }

  /// A directive: in a text, in place of null, as a member, or as a message before the others.
  private static func gained(_ old: StrictJSON, _ new: StrictJSON) -> Bool {
    switch (old, new) {
    case (.object(let old), .object(let new)):
      if new.count == old.count + 1, let first = new.first, first.value == .string(directive) {
        return JSONLaws.plain(.object(old)) == JSONLaws.plain(.object(Array(new.dropFirst())))
      }
      guard old.count == 1, new.count == 1 else { return false }
      switch (old[0].value, new[0].value) {
      case (.string(let before), .string(let after)):
        return (after.hasPrefix(before) || after.hasSuffix(before)) && after.contains(directive)
      case (.literal("null"), .string(directive)): return true
      default: return false
      }
    case (.array(let old), .array(let new)):
      guard new.count == old.count + 1, let added = new.first?.members else { return false }
      return added.contains { $0.value == .string(directive) }
        && JSONLaws.plain(.array(old)) == JSONLaws.plain(.array(Array(new.dropFirst())))
    default: return false
    }
  }

  /// A model's name that became the alias.
  private static func named(_ old: StrictJSON, _ new: StrictJSON) -> Bool {
    guard let old = old.members, let new = new.members, old.count == 1, new.count == 1 else { return false }
    return old[0].key == "model" && new[0].value == .string(alias)
  }
}
