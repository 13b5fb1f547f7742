import Grid
import GridProviders
import Quantities

/// Several suppliers as one: the first that answers, each within its share of the time.
struct FallbackSupplier: SignalSupplier {
  private let suppliers: [any SignalSupplier]
  private let clock: any GridClock

  /// The suppliers, best first.
  init(_ suppliers: [any SignalSupplier], clock: any GridClock) {
    self.suppliers = suppliers
    self.clock = clock
  }

  var name: String { suppliers.map(\.name).joined(separator: ", then ") }
  var maximumAge: Span { suppliers.map(\.maximumAge).max() ?? .hours(2) }

  func objection(to query: SignalQuery) -> ProviderError? {
    suppliers.contains { $0.objection(to: query) == nil }
      ? nil : suppliers.first?.objection(to: query) ?? .notOffered("no provider is configured")
  }

  func deliver(_ query: SignalQuery, by deadline: Timestamp) async throws(ProviderError) -> Delivery {
    let able = suppliers.filter { $0.objection(to: query) == nil }
    var failures: [(name: String, error: ProviderError)] = []
    for (index, supplier) in able.enumerated() {
      let share = (deadline - clock.now).seconds / Double(able.count - index)
      do throws(ProviderError) {
        return try await supplier.deliver(query, by: clock.now + .seconds(max(share, 0)))
      } catch {
        failures.append((supplier.name, error))
      }
    }
    guard let first = failures.first else { throw .notOffered("no provider offers \(query)") }
    throw failures.count == 1 && suppliers.count == 1
      ? first.error : .nobody(failures.map { "\($0.name): \($0.error)" })
  }
}
