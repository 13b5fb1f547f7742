import ArgumentParser
import Comparing
import Estimation
import Factors
import Foundation
import Ledger
import Methods
import Quantities

/// Finds what a word on the command line names: a published figure, one of the record, a formula, a kept estimate, or
/// an amount in words.
struct ClaimReader {
  let tables: FactorTables
  private let quantity: ClaimQuantity?

  init(quantity: ClaimQuantity?) throws {
    tables = try FactorTables.embedded()
    self.quantity = quantity
  }

  /// The claim that `text` names.
  func claim(_ text: String) async throws -> Claim {
    let text = text.trimmedOfSpace
    if text.hasPrefix("calc:") { return try formula(text) }
    if text.hasPrefix("estimate:") { return try estimate(text) }
    if text.hasPrefix("kind:") { return try kind(text) }
    if text.hasSuffix(".json") { return try KeptEstimate(text).claim() }
    if let first = text.first, first.isNumber || "+-.".contains(first) {
      return try Claim(parsing: text, regions: tables.regions)
    }
    if Self.isOfTheRecord(text) { return try await recorded(text) }
    return try tables.published.claim(text)
  }

  /// Whether a text has the form of an id of the ledger: `run_01k….carbon`.
  private static func isOfTheRecord(_ text: String) -> Bool {
    text.wholeMatch(of: /[a-z]{3}_[0-9a-z]+(\.[a-z-]+)?/) != nil
  }

  /// A figure of the record, or a run's figure of the quantity asked for.
  private func recorded(_ id: String) async throws -> Claim {
    let store = try await Record.openTakingInJournals()
    let explanation = try await store.explain(id)
    let wanted = quantity ?? .energy
    let claims = explanation.receipts.compactMap { receipt in
      Claim(receipt.id ?? explanation.id, receipt: receipt)
    }
    guard
      var claim = claims.first(where: { $0.amounts[wanted] != nil && $0.id.hasSuffix(".\(wanted)") })
        ?? claims.first(where: { $0.amounts[wanted] != nil }) ?? claims.first
    else {
      throw Failure(
        .data, "\(id) has no figure of energy, carbon or water that is known; 'dimmer explain \(id)' tells what it has")
    }
    if id.hasPrefix("run_") {
      let run = try await store.activity(matching: id.prefix { $0 != "." }.description)
      let account = try await store.account(of: run.id)
      for part in account?.components ?? [] { claim.components[part.name] = Self.receipt(of: part) }
      // What another tool wrote down has its carbon and its energy side by side, and with them the intensity that it took.
      if claim.amounts[.energy] == nil, let energy = account?.figure(.energy)?.receipt, energy.value != nil {
        claim.amounts[.energy] = energy
        claim.energyBoundary = claim.energyBoundary ?? claim.carbonBoundary
      }
    }
    return claim
  }

  /// A part's energy as a claim keeps it; nothing for a part that could not be read, since that is not zero.
  private static func receipt(of part: Component) -> Receipt? {
    guard let value = part.microjoules?.energy, let origin = part.origin else { return nil }
    let method = part.method ?? "declared-value@1"
    let estimate = Estimate(
      value, low: part.lowMicrojoules?.energy ?? value, high: part.highMicrojoules?.energy ?? value, origin: origin,
      method: method, source: "component:\(part.name):\(method)")
    return Figure("energy of \(part.name)", estimate, note: part.detail).receipt
  }

  /// `estimate:text key=value …`, with the options of `dimmer estimate text` as keys.
  private func estimate(_ text: String) throws -> Claim {
    let words = text.dropFirst("estimate:".count).split(separator: " ", maxSplits: 1).map(String.init)
    guard words.first == "text" else {
      throw Failure(
        .usage,
        "'\(text)': only estimate:text can be run again with other inputs; keep another estimate with "
          + "dimmer estimate ... --json > FILE.json and name the file")
    }
    var arguments: [String] = []
    for pair in try ClaimReader.words(words.count > 1 ? words[1] : "") {
      guard let split = pair.firstIndex(of: "=") else { throw Failure(.usage, "'\(pair)' is not key=value") }
      arguments += ["--" + pair[..<split], pair[pair.index(after: split)...].filter { $0 != "\"" }]
    }
    let command: EstimateText
    do { command = try EstimateText.parse(arguments) } catch {
      throw Failure(.usage, "'\(text)': \(EstimateText.message(for: error))")
    }
    return try Claim(
      estimating: try command.described(from: tables), at: try command.serving.site.site(), from: tables, id: text)
  }

  /// `calc:KIND key=value …`.
  private func formula(_ text: String) throws -> Claim {
    let words = text.dropFirst("calc:".count).split(separator: " ", maxSplits: 1).map(String.init)
    guard let name = words.first, !name.isEmpty else {
      throw Failure(
        .usage, "'\(text)': name a formula, for example calc:ecologits.formula; 'dimmer methods' lists them")
    }
    var inputs: [String: MethodValue] = [:]
    for pair in try ClaimReader.words(words.count > 1 ? words[1] : "") {
      guard let split = pair.firstIndex(of: "=") else { throw Failure(.usage, "'\(pair)' is not key=value") }
      let value = String(pair[pair.index(after: split)...])
      inputs[String(pair[..<split])] = try Self.value(value, of: pair)
    }
    return try Claim(method: try method(name), inputs: inputs, id: text)
  }

  /// The words of inputs; quotes and braces hold words together.
  private static func words(_ text: String) throws -> [String] {
    var (words, word, depth, quoted) = ([String](), "", 0, false)
    for character in text {
      if character == "\"" { quoted.toggle() }
      if !quoted, "{[".contains(character) { depth += 1 }
      if !quoted, "}]".contains(character) { depth -= 1 }
      if character.isWhitespace, !quoted, depth == 0 {
        if !word.isEmpty { words.append(word) }
        word = ""
      } else {
        word.append(character)
      }
    }
    guard !quoted, depth == 0 else { throw Failure(.usage, "'\(text)': a quote or a bracket is not closed") }
    return word.isEmpty ? words : words + [word]
  }

  /// A number, JSON, or a text.
  private static func value(_ text: String, of pair: String) throws -> MethodValue {
    if let number = Double(text) { return .number(number) }
    guard let first = text.first, "[{\"".contains(first) else { return .text(text) }
    guard let parsed = try? JSONSerialization.jsonObject(with: Data(text.utf8), options: [.fragmentsAllowed]),
      let value = MethodValue(json: parsed)
    else {
      throw Failure(.usage, "'\(pair)': not JSON; write a list like [44,132] or an object like {\"total_b\":440}")
    }
    return value
  }

  /// `kind:KIND@FILE`.
  private func kind(_ text: String) throws -> Claim {
    let parts = text.dropFirst("kind:".count).split(separator: "@", maxSplits: 1).map(String.init)
    guard parts.count == 2 else {
      throw Failure(.usage, "'\(text)' is not kind:NAME@FILE, for example kind:ecologits.llm@request.json")
    }
    var inputs = try CalcCommand.object(in: try Files.read(parts[1]), named: parts[1])
    // A comparison vector holds its inputs beside what is expected of them.
    if case .table(let rows)? = inputs["inputs"], rows.count == 1 { inputs = rows[0] }
    return try Claim(method: try method(parts[0]), inputs: inputs, id: text)
  }

  private func method(_ name: String) throws -> Method {
    try name.contains(".") ? Registry.methods.method(ofKind: name) : Registry.methods.method(named: name)
  }
}
