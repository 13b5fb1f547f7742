public import Ledger

/// What a backend hands to the suite: a way to open its store, and to see what is left when everything stops.
///
/// A bench is one ledger, empty at first. The suite asks for a new bench for each law.
public protocol LedgerBench: Sendable {
  /// Opens the store; again while an earlier one is in use, as another process would.
  func open() async throws -> any LedgerStore

  /// Opens what would be found after a power cut at this very moment, while the stores opened before stay open.
  func openAfterPowerCut() async throws -> any LedgerStore
}

/// A law that a backend breaks, and how.
public struct LawBroken: Error, Hashable, CustomStringConvertible {
  /// What was expected and what was found.
  public let description: String
  /// A broken law.
  public init(_ description: String) { self.description = description }
}

/// Requires a condition of a law.
func require(_ condition: Bool, _ expectation: @autoclosure () -> String) throws {
  if !condition { throw LawBroken(expectation()) }
}

/// Requires that what was found is what was expected.
func require<T: Equatable>(_ found: T, is expected: T, _ subject: String) throws {
  if found != expected { throw LawBroken("\(subject): expected \(expected), found \(found)") }
}

/// Requires that a call fails with an error of the ledger, and gives that error.
func requireError(_ subject: String, _ body: () async throws -> some Any) async throws -> LedgerError {
  do { _ = try await body() } catch let error as LedgerError { return error }
  throw LawBroken("\(subject) was accepted")
}
