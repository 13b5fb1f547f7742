import Methods
import MethodsConformance
import Quantities
import Testing

@Suite("The law of receipts")
struct ReceiptLawTests {
  private let law = ReceiptLaw(citations: ["made@1": "a book", "sum@2": "arithmetic", "mute@1": ""])

  private static let leaf = Receipt(
    label: "grid", value: 3, low: 2, high: 4, unit: "g/kWh", origin: .published, method: "made@1",
    source: Source("a table"))

  @Test("A figure that reaches a source, or says who read, stated or assumed it, keeps it")
  func kept() {
    var read = Self.leaf
    (read.origin, read.source, read.method, read.note) = (.measured, nil, nil, "counted by the gateway")
    var stated = read
    (stated.origin, stated.method) = (.declared, "made@1")
    var unknown = read
    (unknown.value, unknown.low, unknown.high, unknown.note) = (nil, nil, nil, "no region was given")
    let whole = Receipt(
      label: "carbon", value: 1, unit: "g", origin: .modelled, method: "sum@2",
      inputs: [Self.leaf, read, stated, unknown])
    #expect(law.breaches(of: whole) == [])
  }

  @Test("Each way of not saying where a figure is from is a breach, and is told with its path", arguments: 0..<14)
  func broken(_ index: Int) {
    var leaf = Self.leaf
    switch index {
    case 0: leaf.label = " "
    case 1: leaf.unit = ""
    case 2: leaf.source = Source("")
    case 3: leaf.source = nil
    case 4: (leaf.origin, leaf.source) = (.declared, nil)
    case 5: (leaf.origin, leaf.source, leaf.note) = (.assumed, nil, "by --pue")
    case 6: (leaf.origin, leaf.source, leaf.method) = (.measured, nil, nil)
    case 7: (leaf.origin, leaf.source, leaf.method) = (.modelled, nil, "sum@2")
    case 8: leaf.method = "unheard-of@1"
    case 9: leaf.method = "mute@1"
    case 10: leaf.low = 3.5
    case 11: leaf.high = nil
    case 12: leaf.value = .infinity
    default: (leaf.value, leaf.low, leaf.high) = (nil, nil, nil)
    }
    let whole = Receipt(label: "carbon", value: 1, unit: "g", origin: .modelled, method: "sum@2", inputs: [leaf])
    let breaches = law.breaches(of: whole)
    #expect(breaches.count >= 1, "\(index)")
    #expect(breaches.allSatisfy { $0.path.last == "carbon" && !$0.fault.isEmpty })
    #expect(breaches.contains { $0.path.count == 2 })
  }

  @Test("A method that nobody walks is a gap, and so is an excuse for one that is walked or gone")
  func coverage() {
    let method = { (id: MethodID) in
      Method(id, "x", formula: "x", citation: Source("a book"), inputs: [], outputs: []) { _ in [:] }
    }
    var coverage = MethodCoverage()
    coverage.walk([Self.leaf])
    #expect(coverage.gaps(in: [method("made@1")], excused: [:]) == [])
    #expect(coverage.gaps(in: [method("made@1"), method("new@1")], excused: [:]).count == 1)
    #expect(coverage.gaps(in: [method("made@1"), method("new@1")], excused: ["new@1": "not kept"]) == [])
    #expect(coverage.gaps(in: [method("made@1")], excused: ["made@1": "not kept"]).count == 1)
    #expect(coverage.gaps(in: [], excused: ["gone@1": "not kept"]).count == 1)
    #expect(coverage.gaps(in: [method("new@1")], excused: ["new@1": ""]).count == 1)
  }
}
