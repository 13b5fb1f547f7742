public import Factors
import Methods
import Quantities

/// Published tables beside Dimmer's own methods, row by row.
public struct Reproduction: Hashable, Sendable {
  /// The rows, in the order of their tables.
  public let rows: [ReproducedRow]

  /// The rows of some tables.
  ///
  /// - Parameter groups: which tables; all of them by default.
  /// - Throws: ``Factors/FactorError`` when the tables lack something, which a test excludes for a built program.
  public init(
    _ groups: [ReproducedRow.Group] = ReproducedRow.Group.allCases, from tables: FactorTables
  ) throws {
    let bench = ReproductionBench(tables)
    rows = try groups.flatMap { group in
      switch group {
      case .queries: try bench.queries()
      case .training: try bench.trainings()
      case .lifecycle: try bench.lifecycle()
      case .equivalences: try bench.equivalences()
      }
    }
  }

  /// How many rows have each verdict, in the order of the verdicts.
  public var counts: [(verdict: ReproducedRow.Verdict, count: Int)] {
    ReproducedRow.Verdict.allCases.map { verdict in (verdict, rows.filter { $0.verdict == verdict }.count) }
  }

  public static func == (left: Reproduction, right: Reproduction) -> Bool { left.rows == right.rows }
  public func hash(into hasher: inout Hasher) { hasher.combine(rows) }
}
