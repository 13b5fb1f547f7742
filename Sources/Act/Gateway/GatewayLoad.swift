import Synchronization

/// What the gateway holds right now. All of it returns to zero when the last request has ended and idle connections
/// have been closed.
public struct GatewayLoad: Sendable, Hashable {
  /// Connections from callers.
  public var callers: Int
  /// Requests under way, from their head to the end of their answer.
  public var requests: Int
  /// Connections to backends, resting ones included.
  public var backendConnections: Int
  /// Bytes of request bodies gathered.
  public var heldBytes: Int
}

/// The counts behind ``GatewayLoad``, kept by all loops.
final class LoadCounts: Sendable {
  private let callers = Atomic(0)
  private let requests = Atomic(0)
  private let backendConnections = Atomic(0)
  private let heldBytes = Atomic(0)

  func add(caller change: Int) { callers.add(change, ordering: .relaxed) }
  func add(request change: Int) { requests.add(change, ordering: .relaxed) }
  func add(backendConnection change: Int) { backendConnections.add(change, ordering: .relaxed) }
  func add(heldBytes change: Int) { heldBytes.add(change, ordering: .relaxed) }

  var reading: GatewayLoad {
    GatewayLoad(
      callers: callers.load(ordering: .relaxed), requests: requests.load(ordering: .relaxed),
      backendConnections: backendConnections.load(ordering: .relaxed), heldBytes: heldBytes.load(ordering: .relaxed))
  }
}
