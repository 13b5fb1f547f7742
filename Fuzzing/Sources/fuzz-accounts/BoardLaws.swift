import Comparing
import Factors
import FuzzLoop
import Reporting

/// What an address of a board may do: an error with words, or a board that its own address makes again, whose figures
/// stand in order.
enum BoardLaws {
  // The tables are the program's own: without them there is nothing to try.
  private static let tables = try? FactorTables.embedded()

  static func check(_ bytes: [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    let query: BoardQuery
    do throws(BoardError) { query = try BoardQuery(text) } catch {
      law(!error.description.isEmpty, "an error says nothing")
      return
    }
    do throws(BoardError) {
      law(try BoardQuery(query.text) == query, "'\(query.text)' is not the address that it was made from")
    } catch { law(false, "a board's own address '\(query.text)' is refused: \(error)") }
    // A large board says no more than a small one, and takes longer.
    guard let tables, options(query) <= 4,
      let board = try? BoardMaker(tables).board(query, signals: [:], variants: [])
    else { return }
    let told = board.json.text() + board.text(style: .plain)
    law(!told.contains("nan") || text.lowercased().contains("nan"), "a board tells nan: \(told)")
  }

  private static func options(_ query: BoardQuery) -> Int {
    [
      query.models.count + query.rows.count, query.accelerators.count, query.precisions.count, query.batches.count,
      query.cached.count, query.regions.count, query.times.count,
    ].reduce(1) { $0 * max($1, 1) }
  }
}
