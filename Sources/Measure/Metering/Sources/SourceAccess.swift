/// What sources are read with besides the kernel's files. It is handed in, so that tests and containers hand in their own.
public struct SourceAccess: Sendable {
  /// Another NVIDIA driver library than the installed one.
  public var gpuLibrary: String?
  /// How performance events are opened.
  public var perf: PerfAccess

  /// The machine's own.
  public init(gpuLibrary: String? = nil, perf: PerfAccess = .machine) {
    self.gpuLibrary = gpuLibrary
    self.perf = perf
  }
}
