import Foundation
import Quantities
import Testing

@Suite("Amounts in JSON")
struct CodingTests {
  @Test("A quantity is its bare number in the base unit")
  func bareNumbers() throws {
    #expect(String(decoding: try JSONEncoder().encode([Energy.wattHours(1)]), as: UTF8.self) == "[3600]")
    #expect(try JSONDecoder().decode([Energy].self, from: Data("[3600]".utf8)) == [.wattHours(1)])
  }

  @Test("A timestamp is ISO 8601, a method id its text, microjoules a whole number")
  func texts() throws {
    let moment = Timestamp(milliseconds: 1_614_585_600_500)
    #expect(String(decoding: try JSONEncoder().encode([moment]), as: UTF8.self) == #"["2021-03-01T08:00:00.500Z"]"#)
    #expect(try JSONDecoder().decode([Timestamp].self, from: try JSONEncoder().encode([moment])) == [moment])
    let id: MethodID = "pue@1"
    #expect(try JSONDecoder().decode([MethodID].self, from: try JSONEncoder().encode([id])) == [id])
    #expect(throws: DecodingError.self) { try JSONDecoder().decode([MethodID].self, from: Data(#"["pue"]"#.utf8)) }
    #expect(throws: DecodingError.self) { try JSONDecoder().decode([Timestamp].self, from: Data(#"["noon"]"#.utf8)) }
    #expect(String(decoding: try JSONEncoder().encode([Microjoules(.max)]), as: UTF8.self) == "[9223372036854775807]")
    #expect(throws: DecodingError.self) { try JSONDecoder().decode([Microjoules].self, from: Data("[1.5]".utf8)) }
  }

  @Test("A text of another form is refused with itself and the form that it lacks")
  func otherForms() {
    func reason<Value: Decodable>(_ type: Value.Type, _ text: String) -> String? {
      do {
        _ = try JSONDecoder().decode([Value].self, from: Data("[\"\(text)\"]".utf8))
        return nil
      } catch DecodingError.dataCorrupted(let context) { return context.debugDescription } catch { return "\(error)" }
    }
    #expect(reason(MethodID.self, "pue") == "'pue' is not name@version")
    #expect(reason(Timestamp.self, "noon") == "'noon' is not an ISO 8601 UTC time")
    #expect(reason(Timestamp.self, "2021-03-01") == nil)
  }

  @Test("An estimate keeps its uncertain things, so that it still cancels after years in a ledger")
  func estimates() throws {
    let x = Estimate(Energy.joules(10), relative: -0.1...0.3, origin: .measured, method: "meter@1", source: "rapl")
    let back = try JSONDecoder().decode(Estimate<Energy>.self, from: try JSONEncoder().encode(x))
    #expect(back == x)
    #expect((back - x).deviations.isEmpty)
  }
}
