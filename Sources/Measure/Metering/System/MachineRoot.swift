/// Where the kernel's files are, so that a recorded machine or a container's bind mount can stand in for the real one.
public struct MachineRoot: Hashable, Sendable {
  /// The process file system, normally `/proc`.
  public let proc: String
  /// The device file system, normally `/sys`.
  public let sys: String

  /// A machine with its kernel files at these two places.
  public init(proc: String = "/proc", sys: String = "/sys") {
    self.proc = proc
    self.sys = sys
  }

  /// This machine.
  public static let here = MachineRoot()
}
