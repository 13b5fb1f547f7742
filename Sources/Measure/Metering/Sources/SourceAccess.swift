/// What sources are read with besides the kernel's files. It is handed in, so that tests and containers hand in their own.
public struct SourceAccess: Sendable {
  /// Another NVIDIA driver library than the installed one.
  public var gpuLibrary: String?
  /// How performance events are opened.
  public var perf: PerfAccess
  /// Where a fitted load curve is kept; `nil` for none.
  public var loadProfile: String?

  /// The machine's own.
  public init(gpuLibrary: String? = nil, perf: PerfAccess = .machine, loadProfile: String? = nil) {
    self.gpuLibrary = gpuLibrary
    self.perf = perf
    self.loadProfile = loadProfile
  }
}
