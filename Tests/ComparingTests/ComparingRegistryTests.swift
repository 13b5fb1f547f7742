import Comparing
import Methods
import Quantities
import Testing

@Suite("Comparing methods by name")
struct ComparingRegistryTests {
  @Test("Ids are there once, and every method cites its source")
  func wellFormed() {
    let methods = ComparingMethods.all
    #expect(Set(methods.map(\.id)).count == methods.count)
    for method in methods { #expect(!method.citation.citation.isEmpty && !method.outputs.isEmpty, "\(method.id)") }
  }
}
