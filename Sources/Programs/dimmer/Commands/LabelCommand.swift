import ArgumentParser
import Foundation
import Ledger
import Methods
import Quantities
import Reporting

/// `dimmer label`: one card that says what a run, a request or a model costs.
struct LabelCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "label", abstract: "One card that says what a run, a request or a model costs.",
    discussion: """
      A label has energy, carbon, water and the share of making the hardware, each
      with its interval; grid, hardware and method; a quality mark; and a grade
      from A to G by energy of the whole machine per functional unit, on the
      fixed scale of edition \(LabelScale.edition) (docs/labels.md has the cuts with reasons).
      Offsets are never inside, and what is not known is said to be unknown.

      Market-based carbon is shown, beside the location-based, where contracts
      are stated: what they do not cover takes the residual mix, in g/kWh.

      Without --task and --units a run has no grade: nobody said what it did.
      A request is counted by its output tokens where they are known.

      Examples:
        dimmer label run_01k3xj... --task image --units 500
        dimmer label req_01k3xj... --format svg --output label.svg
        dimmer label var_01k3xj... --task classification
        dimmer estimate text --model llama-3.1-8b --output-tokens 400 \\
          --region DE --json > e.json
        dimmer label --estimate-file e.json --format html > label.html
        dimmer label run_01k3xj... --contract 60%@0 --residual-mix 720
        dimmer label run_01k3xj... --evidence | sha256sum

      --evidence prints the record that the label's hash is of, in its canonical
      form (RFC 8785), so that anybody can tell whether it is still the same.
      """)

  /// What a label can be printed as.
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, svg, html, json
  }

  @Argument(help: "The id of a run, request or calibrated variant, or a unique beginning of it.")
  var id: String?

  @Option(
    help: ArgumentHelp("A file that 'dimmer estimate … --json' wrote, '-' for standard input.", valueName: "FILE"))
  var estimateFile: String?

  @Option(
    help: ArgumentHelp(
      "What kind of work it is: \(LabelTask.allCases.map(\.rawValue).joined(separator: ", ")).", valueName: "TASK"))
  var task: String?

  @Option(
    help: ArgumentHelp(
      "How much of it: output tokens, images, seconds of video or audio, input tokens, answers.", valueName: "COUNT"))
  var units: Double?

  @Option(
    help: ArgumentHelp(
      "A contract for a run's electricity: its share and its own g/kWh, as 60%@0. May be repeated.",
      valueName: "SHARE%@GRAMS"))
  var contract: [String] = []

  @Option(
    help: ArgumentHelp("g/kWh of what is under no contract: the market's residual mix.", valueName: "GRAMS"))
  var residualMix: Double?

  @Option(help: "How the label is printed: text, svg, html (a piece to put into a page) or json.")
  var format = Format.text

  @Option(help: ArgumentHelp("Write it to FILE instead of standard output.", valueName: "FILE"))
  var output: String?

  @Flag(help: "The same as --format json.")
  var json = false

  @Flag(help: "Print the record that the label was made from, in canonical form, instead of the label.")
  var evidence = false

  func validate() throws {
    guard (id == nil) != (estimateFile == nil) else {
      throw ValidationError("give either the id of a run, request or variant, or --estimate-file FILE")
    }
    _ = try named()
    if let units, !(units > 0 && units <= 1e15) {
      throw ValidationError("--units \(units) is out of range: a count above 0, at most 1e15")
    }
    if try supply() != nil, estimateFile != nil {
      throw ValidationError("--contract and --residual-mix are of a run's electricity, not of an estimate's")
    }
    if units != nil, task == nil { throw ValidationError("--units needs --task, which says what is counted") }
    if json, format != .text, format != .json { throw ValidationError("--json and --format \(format) contradict") }
  }

  func run() async throws {
    let label = try await label()
    if evidence { return try put(label.evidence.record.canonicalText, ending: "") }
    switch json ? .json : format {
    case .text: try put(label.text(style: output == nil ? Output.style : .plain), ending: "\n")
    case .svg: try put(label.svg, ending: "")
    case .html: try put(label.html, ending: "")
    case .json: try put(label.json.text(indent: true), ending: "\n")
    }
  }

  private func put(_ text: String, ending: String) throws {
    if let output { return try Files.write(text + ending, to: output) }
    Output.result(text, ending: ending)
  }

  private func label() async throws -> FootprintLabel {
    if let estimateFile {
      let name = estimateFile == "-" ? "standard input" : estimateFile
      let document = try JSONValue(parsing: try Files.read(estimateFile), named: name)
      do {
        return try FootprintLabel(
          estimate: document, work: try work(), date: Wall.clock(),
          name: estimateFile == "-" ? "standard input" : URL(fileURLWithPath: estimateFile).lastPathComponent)
      } catch let error as LabelError {
        throw Failure(.data, "\(name): \(error)")
      }
    }
    let store = try await Record.openTakingInJournals()
    let text = id ?? ""
    switch try await store.resolve(text) {
    case .activity(let id):
      guard let account = try await store.account(of: id) else { throw LedgerError.notFound(text, near: []) }
      return FootprintLabel(run: account, work: try work(), supply: try supply())
    case .request(let id):
      try requireNoSupply()
      guard let request = try await store.request(id) else { throw LedgerError.notFound(text, near: []) }
      return FootprintLabel(request: try await store.explained(request), work: try work())
    case .variant(let id):
      try requireNoSupply()
      guard units == nil else {
        throw Failure(.usage, "a model's label is of one functional unit; leave --units out")
      }
      guard let variant = try await store.variant(id) else { throw LedgerError.notFound(text, near: []) }
      return FootprintLabel(model: variant, task: try named())
    case .figure(let figure):
      throw Failure(.usage, "'\(text)' is one figure; a label is of the whole: dimmer label \(figure.activity)")
    case .decision, .signal:
      throw Failure(
        .usage, "'\(text)' costs nothing by itself; label a run (run_…), a request (req_…) or a variant (var_…)")
    }
  }

  /// The task that was named.
  private func named() throws -> LabelTask? {
    guard let task else { return nil }
    if let known = LabelTask(rawValue: task) { return known }
    throw ValidationError(
      "--task '\(task)' is no kind of work; it is one of \(LabelTask.allCases.map(\.rawValue).joined(separator: ", "))")
  }

  /// What was stated of the electricity.
  private func supply() throws -> StatedSupply? {
    guard !contract.isEmpty || residualMix != nil else { return nil }
    var contracts: [StatedSupply.Contract] = []
    for text in contract { contracts.append(try Self.contract(text)) }
    do throws(Unknown) {
      return try StatedSupply(contracts: contracts, residual: residualMix.map { .gramsPerKilowattHour($0) })
    } catch {
      throw ValidationError("\(error.reason) (--contract, --residual-mix)")
    }
  }

  /// A contract from `60%@0`.
  private static func contract(_ text: String) throws -> StatedSupply.Contract {
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0].hasSuffix("%"), let percent = Double(parts[0].dropLast()),
      let grams = Double(parts[1])
    else {
      throw ValidationError("--contract '\(text)' is not a share and g/kWh; write it like 60%@0")
    }
    return StatedSupply.Contract(share: Ratio(percent / 100), factor: .gramsPerKilowattHour(grams))
  }

  private func requireNoSupply() throws {
    guard try supply() == nil else {
      throw Failure(.usage, "--contract and --residual-mix are of a run's electricity; label a run (run_…)")
    }
  }

  private func work() throws -> LabelWork? {
    guard let task = try named() else { return nil }
    guard let units else {
      throw Failure(.usage, "--task \(task.rawValue) needs --units, how many \(task.counted) the figures are of")
    }
    return LabelWork(task, count: units)
  }
}

extension JSONValue {
  /// A document from JSON text.
  ///
  /// - Throws: ``Failure`` with the file's name and the place.
  init(parsing bytes: [UInt8], named name: String) throws(Failure) {
    self.init(try JSONFile.parse(bytes, named: name))
  }

  /// What the parser of Foundation made of a text.
  private init(_ parsed: Any) {
    switch parsed {
    case let number as NSNumber:
      if String(cString: number.objCType) == "c" {
        self = .bool(number.boolValue)
      } else {
        self = .number(number.doubleValue)
      }
    case let text as String: self = .string(text)
    case let list as [Any]: self = .array(list.map(JSONValue.init))
    case let object as [String: Any]:
      self = .object(object.sorted { $0.key < $1.key }.map { (key: $0.key, value: JSONValue($0.value)) })
    default: self = .null
    }
  }
}
