import Accounting
import Foundation
import Methods
import MethodsConformance
import Quantities
import Testing

/// A comparison vector with its inputs as a method takes them.
private struct PeerVector {
  let id: String
  let kind: String
  let inputs: [String: MethodValue]
  let expected: [String: MethodValue]
  let tolerance: Double

  /// All vectors beside the repository.
  static func all() throws -> [PeerVector] {
    let document = try JSONSerialization.jsonObject(with: Data(contentsOf: Vectors.file)) as? [String: Any]
    let vectors = try #require(document?["vectors"] as? [[String: Any]])
    return try vectors.map { vector in
      PeerVector(
        id: try #require(vector["id"] as? String), kind: try #require(vector["kind"] as? String),
        inputs: row(try #require(vector["inputs"] as? [String: Any])),
        expected: row(try #require(vector["expected"] as? [String: Any])),
        tolerance: try #require(vector["tolerance_rel"] as? Double))
    }
  }

  /// How many keys the file expects, counted in the file itself.
  static func countOfExpected() throws -> Int {
    let document = try JSONSerialization.jsonObject(with: Data(contentsOf: Vectors.file)) as? [String: Any]
    let vectors = try #require(document?["vectors"] as? [[String: Any]])
    return vectors.reduce(0) { sum, vector in
      sum + ((vector["expected"] as? [String: Any])?.values.count { !($0 is NSNull) } ?? 0)
    }
  }

  /// An object's members, without those that are null.
  private static func row(_ object: [String: Any]) -> [String: MethodValue] { object.compactMapValues(value) }

  private static func value(_ json: Any) -> MethodValue? {
    switch json {
    case let number as NSNumber: .number(number.doubleValue)
    case let text as String: .text(text)
    case let list as [NSNumber]: .numbers(list.map(\.doubleValue))
    case let list as [[String: Any]]: .table(list.map(row))
    case let object as [String: Any]: .table([row(object)])
    default: nil
    }
  }
}

/// The unit at the end of a vector's key, and what one of it is in Dimmer's base unit.
private struct PeerUnit {
  let name: String
  let base: String
  let scale: Double

  /// The unit that a key ends with; `nil` where it ends with none of these.
  init?(key: String) {
    let known: [(ending: String, name: String, base: String, scale: Double)] = [
      ("_kWh", "kWh", "J", 3.6e6), ("_MJ", "MJ", "J", 1e6), ("gwp_kg", "kg", "g", 1000), ("_L", "L", "L", 1),
    ]
    guard let unit = known.first(where: { key.hasSuffix($0.ending) }) else { return nil }
    (name, base, scale) = (unit.name, unit.base, unit.scale)
  }
}

/// Whether what came out is what was expected, number by number.
private func holds(_ found: MethodValue?, _ expected: MethodValue, to tolerance: Double) -> Bool {
  switch (found, expected) {
  case (.number(let found)?, .number(let expected)): agrees(found, expected, to: tolerance)
  case (.numbers(let found)?, .numbers(let expected)):
    found.count == expected.count && zip(found, expected).allSatisfy { agrees($0, $1, to: tolerance) }
  case (.text(let found)?, .text(let expected)): found == expected
  default: false
  }
}

@Suite(
  "Every comparison vector by its kind",
  .enabled(if: Vectors.areThere, "needs the comparison vectors, in ../shared/data/factors/vectors.json"))
struct PeerVectorTests {
  let registry = MethodRegistry(AccountingMethods.all)

  @Test("Every vector's expected outputs come out of its inputs at its tolerance")
  func vectors() throws {
    let vectors = try PeerVector.all()
    #expect(vectors.count > 150)
    var held = 0
    for vector in vectors {
      #expect(!vector.expected.isEmpty && vector.tolerance < 1, "\(vector.id) expects nothing")
      do {
        let outputs = try registry.method(ofKind: vector.kind).calculate(vector.inputs)
        for (key, expected) in vector.expected {
          held += 1
          #expect(
            holds(outputs[key], expected, to: vector.tolerance),
            "\(vector.id): \(key) is \(String(describing: outputs[key])), expected \(expected)")
        }
      } catch {
        Issue.record("\(vector.id): \(error)")
      }
    }
    // Nothing was lost on the way from the file: what is null there is expected of nobody, and a list counts as one.
    #expect(try held == PeerVector.countOfExpected())
  }

  @Test("Every expected key is an output of its method, in the unit that the key ends with")
  func units() throws {
    for vector in try PeerVector.all() {
      let outputs = try registry.method(ofKind: vector.kind).outputs
      for key in vector.expected.keys {
        let output = try #require(outputs.first { $0.key == key }, "\(vector.kind) has no output '\(key)'")
        guard let unit = PeerUnit(key: key) else { continue }
        #expect(output.unit == unit.name, "\(vector.kind): '\(key)' is in \(output.unit)")
      }
    }
  }

  @Test("Every vector's numbers have receipts that keep the law, and every peer's formula is in one of them")
  func receipts() throws {
    let law = ReceiptLaw(registry)
    var coverage = MethodCoverage()
    for vector in try PeerVector.all() {
      let receipts = try PeerMethods.figure(kind: vector.kind, inputs: vector.inputs)
      for (key, expected) in vector.expected {
        guard case .number = expected else { continue }
        let receipt = try #require(receipts[key], "\(vector.id): \(key)")
        #expect(law.breaches(of: receipt) == [], "\(vector.id)")
        coverage.walk([receipt])
        if let unit = PeerUnit(key: key), case .number(let expected) = expected {
          #expect(receipt.unit == unit.base, "\(vector.id): \(key) is in \(receipt.unit)")
          #expect(
            agrees(receipt.value ?? .nan, expected * unit.scale, to: vector.tolerance), "\(vector.id): \(key)")
        }
      }
    }
    let earlier = "the tool's model before its own change, which why sets beside the newer; no vector is of it"
    #expect(coverage.gaps(in: PeerMethods.all, excused: ["ecologits-formula-earlier@1": earlier]) == [])
  }

  @Test("Every kind has a method")
  func kinds() throws {
    for kind in Set(try PeerVector.all().map(\.kind)) {
      #expect(throws: Never.self, "\(kind) has no method") { try registry.method(ofKind: kind) }
    }
  }

  @Test("Where a tool gives a range, Dimmer's value lies in it, and Dimmer's range holds the tool's value")
  func ranges() throws {
    let ranged = try PeerVector.all().filter { $0.kind == "boavizta.embodied" && $0.tolerance > 0.1 }
    #expect(!ranged.isEmpty)
    for vector in ranged {
      let outputs = try registry.method(ofKind: vector.kind).calculate(vector.inputs)
      guard case .number(let best)? = outputs["kgco2e"], case .number(let low)? = outputs["min"],
        case .number(let high)? = outputs["max"], case .number(let theirs)? = vector.expected["kgco2e"],
        case .number(let theirLow)? = vector.expected["min"], case .number(let theirHigh)? = vector.expected["max"]
      else {
        Issue.record("\(vector.id): a number is missing")
        continue
      }
      #expect((theirLow...theirHigh).contains(best), "\(vector.id): \(best)")
      #expect((low...high).contains(theirs), "\(vector.id): \(low) to \(high)")
    }
  }
}
