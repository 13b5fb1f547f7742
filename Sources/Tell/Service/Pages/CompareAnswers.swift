import Comparing
import Estimation
import Factors
import Hummingbird
import Ledger
import Methods
import Reporting

/// The board of options as a page and as JSON: an address is a whole board, so that it can be shared.
struct CompareAnswers: Sendable {
  static let address = "/compare"

  let tables: FactorTables
  let store: any LedgerStore
  /// What is known of grids by the hour; `nil` where no grid is configured.
  let grid: GridIntensities?

  /// The page of what stands behind the question mark.
  func page(_ query: String) async -> Response {
    let items = QueryText.items(of: query).filter { !$0.value.isEmpty }
    guard !items.isEmpty else { return Page.html(BoardPage.start(address: CompareAnswers.address)) }
    do {
      return Page.html(BoardPage(try await board(items), address: CompareAnswers.address).html())
    } catch let error as LedgerError { return Page.failure(error) } catch {
      return Page.html(
        BoardPage.problem(error, items: items, address: CompareAnswers.address), status: .badRequest)
    }
  }

  /// The same as one document.
  func document(_ query: String) async -> Response {
    do {
      return Page.json(try await board(QueryText.items(of: query)).json)
    } catch let error as LedgerError { return Page.failure(error) } catch {
      return Page.failure(.badRequest, "\(error)")
    }
  }

  private func board(_ items: [QueryText.Item]) async throws -> Board {
    let query = try BoardQuery(items: items)
    let variants = query.aliases.isEmpty ? [] : try await store.variants(alias: nil)
    let signals = await grid?.intensities(query.slots) ?? [:]
    return try BoardMaker(tables).board(query, signals: signals, variants: variants)
  }
}
