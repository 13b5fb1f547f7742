/// One law that every store must keep, with the check of it.
///
/// A backend's tests run each by its name:
///
///     @Test("every law of the ledger", arguments: LedgerLaw.all)
///     func law(_ law: LedgerLaw) async throws { try await law.check(on: MyBench()) }
public struct LedgerLaw: Sendable, CustomStringConvertible {
  /// The law in one sentence.
  public let description: String
  private let body: @Sendable (any LedgerBench) async throws -> Void

  init(_ description: String, body: @escaping @Sendable (any LedgerBench) async throws -> Void) {
    self.description = description
    self.body = body
  }

  /// Checks the law on an empty ledger.
  ///
  /// - Throws: ``LawBroken``, or an error of the store that it should not have thrown.
  public func check(on bench: any LedgerBench) async throws { try await body(bench) }

  /// All laws.
  public static let all: [LedgerLaw] =
    entries + durability + lookup + signals + requests + concurrency + explaining

  /// Checks all laws, each on its own bench.
  ///
  /// - Returns: the laws that are broken, each with what happened; none when all are kept.
  public static func broken(
    makeBench: @Sendable () async throws -> any LedgerBench
  ) async -> [(law: LedgerLaw, error: any Error)] {
    var broken: [(law: LedgerLaw, error: any Error)] = []
    for law in all {
      do { try await law.check(on: try await makeBench()) } catch { broken.append((law, error)) }
    }
    return broken
  }
}
