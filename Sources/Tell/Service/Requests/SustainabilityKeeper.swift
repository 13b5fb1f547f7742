import Ledger
import Logging
import Quantities
import Reporting
import ServiceLifecycle
import Synchronization

/// Keeps `/.well-known/sustainability` ready: whole days of the record, read again each hour.
final class SustainabilityKeeper: Service {
  private let store: any LedgerStore
  private let now: @Sendable () -> Timestamp
  private let logger: Logger
  private let document: Mutex<String>
  /// How many days are told.
  private static let days = 30

  /// - Parameter now: grid time, by which hours of the record are kept.
  init(store: any LedgerStore, now: @escaping @Sendable () -> Timestamp, logger: Logger) {
    self.store = store
    self.now = now
    self.logger = logger
    document = Mutex(SustainabilityDocument.json(days: [], until: now().startOfDay).text())
  }

  /// The document as JSON.
  var text: String { document.withLock { $0 } }

  func run() async throws {
    await cancelWhenGracefulShutdown { [self] in
      while !Task.isCancelled {
        await refresh()
        do { try await Task.sleep(for: .seconds(3600)) } catch { return }
      }
    }
  }

  /// Reads the record; what cannot be read leaves the document as it was.
  func refresh() async {
    let today = now().startOfDay
    do {
      let hours = try await store.rollups(RollupQuery(range: (today - .hours(24 * Double(Self.days)))..<today))
      let text = SustainabilityDocument.json(days: SustainabilityDocument.days(of: hours), until: today).text()
      document.withLock { $0 = text }
    } catch {
      logger.warning("the days of the record could not be read", metadata: ["error": "\(error)"])
    }
  }
}
