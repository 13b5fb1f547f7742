import Foundation
public import Metering

/// What the machine is read with by `dimmer serve`.
public struct MachineAccess: Sendable {
  /// Where the machine's meter may serve, in order; none: it is not looked for.
  public var sockets: [String]
  /// What a meter in this process reads with.
  public var sources: SourceAccess

  /// Access.
  public init(sockets: [String], sources: SourceAccess) {
    self.sockets = sockets
    self.sources = sources
  }

  /// This process: its work is Dimmer's own.
  var me: Int32 { ProcessInfo.processInfo.processIdentifier }

  func isThere(_ socket: String) -> Bool { FileManager.default.fileExists(atPath: socket) }
}
