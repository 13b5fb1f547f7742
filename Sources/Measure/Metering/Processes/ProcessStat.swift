/// What `/proc/PID/stat` says of one process (Linux, proc(5), fields 3 to 24).
public struct ProcessStat: Hashable, Sendable {
  /// The process's number.
  public let pid: Int32
  /// One letter, `Z` for one that has ended and is not reaped.
  public let state: UInt8
  /// The parent's number.
  public let parent: Int32
  /// Whether it is a thread of the kernel: it has no memory of its own and no children.
  public let isKernelThread: Bool
  /// Ticks in user mode, all threads, those that have ended too.
  public let userTicks: UInt64
  /// Ticks in the kernel.
  public let systemTicks: UInt64
  /// User ticks of children that were waited for, and theirs.
  public let childrenUserTicks: UInt64
  /// Kernel ticks of children that were waited for, and theirs.
  public let childrenSystemTicks: UInt64
  /// Threads.
  public let threads: UInt64
  /// Ticks between the machine's start and the process's.
  public let startTicks: UInt64
  /// Resident memory in pages.
  public let residentPages: UInt64

  /// Reads the line. The command stands in brackets and may hold spaces and brackets itself, so the fields behind it
  /// are counted from the last closing one.
  public init?(parsing bytes: UnsafeRawBufferPointer) {
    guard let bracket = bytes.lastIndex(of: UInt8(ascii: ")")) else { return nil }
    var head = ByteScanner(bytes)
    guard let pid = head.number(), let pid = Int32(exactly: pid) else { return nil }
    var scanner = ByteScanner(bytes, from: bracket + 1)
    guard let state = scanner.character(), let parent = scanner.number(), let parent = Int32(exactly: parent),
      scanner.skipWords(4), let flags = scanner.number(), scanner.skipWords(4), let user = scanner.number(),
      let system = scanner.number(),
      let childrenUser = scanner.number(), let childrenSystem = scanner.number(), scanner.skipWords(2),
      let threads = scanner.number(), scanner.skipWords(1), let start = scanner.number(), scanner.skipWords(1),
      let resident = scanner.number()
    else { return nil }
    self.pid = pid
    self.state = state
    self.parent = parent
    // PF_KTHREAD (Linux, sched.h).
    isKernelThread = flags & 0x0020_0000 != 0
    userTicks = user
    systemTicks = system
    childrenUserTicks = childrenUser
    childrenSystemTicks = childrenSystem
    self.threads = threads
    startTicks = start
    residentPages = resident
  }

  /// Reads the line from text.
  public init?(_ text: String) {
    var text = text
    guard let stat = text.withUTF8({ ProcessStat(parsing: UnsafeRawBufferPointer($0)) }) else { return nil }
    self = stat
  }

  /// The command's name, as far as the kernel keeps it (15 bytes).
  public static func command(in text: String) -> String? {
    guard let opening = text.firstIndex(of: "("), let closing = text.lastIndex(of: ")"), opening < closing else {
      return nil
    }
    return String(text[text.index(after: opening)..<closing])
  }
}
