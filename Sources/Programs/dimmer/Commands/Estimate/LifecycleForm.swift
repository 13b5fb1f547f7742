import Estimation
import Foundation
import Methods
import Quantities

/// A development cycle as a user states it, by options or in a JSON file.
struct LifecycleForm {
  let name: String
  let phases: [PhaseWork]
  let requests: Figure<Ratio>?
  let levers: [CycleLever]

  /// A cycle of options: `training=433MWh`, `training=11t`.
  init(phases: [String], embodied: [String], requests: Magnitude?) throws {
    var made: [DevelopmentPhase: Figure<Carbon>] = [:]
    for text in embodied {
      let (phase, amount) = try Self.pair(text, option: "--embodied", example: "training=11t")
      guard made[phase] == nil else { throw Failure(.usage, "--embodied \(phase.rawValue) is there twice") }
      made[phase] = try Self.carbon(amount, of: phase, note: "stated by the user with --embodied").get()
    }
    var works: [PhaseWork] = []
    for text in phases {
      let (phase, amount) = try Self.pair(text, option: "--phase", example: "training=433MWh")
      works.append(
        PhaseWork(
          phase, energy: try Self.energy(amount, of: phase, note: "stated by the user with --phase").get(),
          embodied: made.removeValue(forKey: phase).map { .figure($0) }))
    }
    if let left = made.keys.map(\.rawValue).sorted().first {
      throw Failure(.usage, "--embodied \(left) belongs to no phase; state its energy, too: --phase \(left)=ENERGY")
    }
    name = "a model's development cycle"
    self.phases = works
    self.requests = requests.map { $0.figure("requests in the model's life", option: "--requests") }
    levers = []
  }

  /// A cycle in a JSON file.
  ///
  /// - Throws: ``Failure`` with file and field, status 65.
  init(_ bytes: [UInt8], named file: String) throws {
    func bad(_ field: String, _ problem: String) -> Failure { Failure(.data, "\(file): \(field): \(problem)") }
    guard let object = try JSONFile.parse(bytes, named: file) as? [String: Any] else {
      throw bad("the document", "must be one JSON object")
    }
    let known = ["name", "requests", "phases", "levers"]
    if let unknown = object.keys.sorted().first(where: { !known.contains($0) }) {
      throw bad(unknown, "no such field; there are \(known.joined(separator: ", "))")
    }
    name = object["name"] as? String ?? "a model's development cycle"
    if let value = object["requests"] {
      let text = (value as? String) ?? (value as? NSNumber)?.stringValue ?? ""
      guard let count = Magnitude(argument: text), (1...1e18).contains(count.value) else {
        throw bad("requests", "must be a number from 1 to 10^18, or a text such as \"5B\"")
      }
      requests = count.figure("requests in the model's life", option: "\(file): requests")
    } else {
      requests = nil
    }
    guard let rows = object["phases"] as? [[String: Any]], !rows.isEmpty else {
      throw bad("phases", "must be a list of objects, each with \"phase\" and \"energy\"")
    }
    phases = try rows.enumerated().map { index, row in
      let field = "phases[\(index)]"
      let members = ["phase", "energy", "embodied"]
      if let unknown = row.keys.sorted().first(where: { !members.contains($0) }) {
        throw bad("\(field).\(unknown)", "no such field; there are \(members.joined(separator: ", "))")
      }
      guard let word = row["phase"] as? String else { throw bad("\(field).phase", "must be the name of a phase") }
      guard let energy = row["energy"] as? String else {
        throw bad("\(field).energy", "must be a text with its unit, such as \"120MWh\"")
      }
      do throws(Unknown) {
        let phase = try DevelopmentPhase(named: word)
        var made: Finding<Carbon>?
        if let carbon = row["embodied"] {
          guard let text = carbon as? String else {
            throw Unknown("embodied must be a text with its unit, such as \"3t\"")
          }
          made = .figure(try Self.carbon(text, of: phase, note: "in \(file)").get())
        }
        return PhaseWork(
          phase, energy: try Self.energy(energy, of: phase, note: "in \(file)").get(), embodied: made)
      } catch {
        throw bad(field, error.reason)
      }
    }
    let texts = object["levers"] ?? [String]()
    guard let list = texts as? [String] else { throw bad("levers", "must be a list of texts such as \"caching=3\"") }
    levers = try list.enumerated().map { index, text in
      do throws(Unknown) { return try CycleLever(parsing: text) } catch { throw bad("levers[\(index)]", error.reason) }
    }
  }

  private static func pair(_ text: String, option: String, example: String) throws -> (DevelopmentPhase, String) {
    let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
    guard parts.count == 2 else {
      throw Failure(.usage, "\(option) '\(text)' is not PHASE=AMOUNT, for example \(example)")
    }
    return (try DevelopmentPhase(named: parts[0]), parts[1])
  }

  private static func energy(
    _ text: String, of phase: DevelopmentPhase, note: String
  ) -> Result<Figure<Energy>, Unknown> {
    Result { () throws(Unknown) in
      let range = try StatedRange<Energy>(parsing: text)
      guard range.low.joules >= 0, range.high.joules <= 3.6e21 else {
        throw Unknown("the energy of \(phase.rawValue) is \(range.value.formatted()); it goes from 0 to 1000 TWh")
      }
      return range.figure("IT energy of \(phase.name)", named: "stated:energy:\(phase.rawValue)", note: note)
    }
  }

  private static func carbon(
    _ text: String, of phase: DevelopmentPhase, note: String
  ) -> Result<Figure<Carbon>, Unknown> {
    Result { () throws(Unknown) in
      let range = try StatedRange<Carbon>(parsing: text)
      guard range.low.grams >= 0, range.high.grams <= 1e15 else {
        throw Unknown(
          "the embodied carbon of \(phase.rawValue) is \(range.value.formatted()); it goes from 0 to 1000 Mt")
      }
      return range.figure(
        "embodied carbon of \(phase.name)", named: "stated:embodied:\(phase.rawValue)", note: note)
    }
  }
}
